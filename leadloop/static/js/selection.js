// <form data-selection>: [data-select-all] ticks every [data-select]; [data-bulk] shows while something is ticked.
let last = null;

function boxes(form) {
  return [...form.querySelectorAll("[data-select]")];
}

function show(form) {
  const all = boxes(form);
  const ticked = all.filter((box) => box.checked).length;
  const whole = form.querySelector("[data-select-all]");
  if (whole) {
    whole.checked = ticked > 0 && ticked === all.length;
    whole.indeterminate = ticked > 0 && ticked < all.length;
  }
  for (const bar of form.querySelectorAll("[data-bulk]")) bar.hidden = ticked === 0;
  for (const place of form.querySelectorAll("[data-count]")) place.textContent = ticked;
}

/** With Shift, everything between the last box and this one goes the same way. */
function reach(form, box) {
  const all = boxes(form);
  const [from, to] = [all.indexOf(last), all.indexOf(box)].sort((a, b) => a - b);
  if (from >= 0) for (const between of all.slice(from, to + 1)) between.checked = box.checked;
}

document.addEventListener("click", (event) => {
  const box = event.target;
  const form = box.closest?.("[data-selection]");
  if (!form) return;
  if (box.matches("[data-select]")) {
    if (event.shiftKey && last) reach(form, box);
    last = box;
  } else if (box.matches("[data-select-all]")) {
    for (const each of boxes(form)) each.checked = box.checked;
  } else if (box.closest("[data-select-none]")) {
    for (const each of boxes(form)) each.checked = false;
  } else return;
  show(form);
});

for (const name of ["htmx:after:swap", "pageshow"]) {
  addEventListener(name, () => document.querySelectorAll("[data-selection]").forEach(show));
}
