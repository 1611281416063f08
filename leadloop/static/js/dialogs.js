// [data-dialog="id"] opens a <dialog>, [data-close] closes the one around it, and so does a click beside it.
function openNow(root) {
  for (const dialog of root.querySelectorAll("dialog[data-open-now]")) {
    delete dialog.dataset.openNow; // once: a swap elsewhere must not bring back what somebody closed
    if (!dialog.open) dialog.showModal();
  }
}

document.addEventListener("click", (event) => {
  const opener = event.target.closest("[data-dialog]");
  const dialog = opener && document.getElementById(opener.dataset.dialog);
  if (dialog instanceof HTMLDialogElement) {
    event.preventDefault();
    if (!dialog.open) dialog.showModal();
    dialog.querySelector("[autofocus], .dialog-body :is(input:not([type=hidden]), select, textarea)")?.focus();
    return;
  }
  if (event.target.closest("[data-close]")) event.target.closest("dialog")?.close();
  if (event.target instanceof HTMLDialogElement && isBeside(event.target, event)) event.target.close();
});

function isBeside(dialog, { clientX, clientY, detail }) {
  const box = dialog.getBoundingClientRect();
  const inside = clientX >= box.left && clientX <= box.right && clientY >= box.top && clientY <= box.bottom;
  return detail > 0 && !inside; // a press of Enter has no place and is never beside
}

document.addEventListener("htmx:after:swap", () => openNow(document));
openNow(document);
