// [data-focus] takes the focus when it comes: the summary of a form's errors is read at once.
function take() {
  document.querySelector("[data-focus]")?.focus({ preventScroll: false });
}

take();
document.addEventListener("htmx:after:swap", take);
