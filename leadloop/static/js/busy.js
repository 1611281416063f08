// [data-busy="Importing…"] on a submit button: says so while the form is on its way, and cannot be pressed twice.
document.addEventListener("submit", (event) => {
  const button = event.submitter;
  if (!button?.matches("[data-busy]") || event.defaultPrevented) return;
  // After the form's values are read: a disabled button would not be among them.
  setTimeout(() => {
    button.classList.add("is-busy");
    button.disabled = true;
    if (button.dataset.busy) button.textContent = button.dataset.busy;
  });
});

addEventListener("pageshow", (event) => {
  if (event.persisted && document.querySelector(".is-busy")) location.reload();
});
