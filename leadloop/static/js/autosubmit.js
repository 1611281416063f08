// <form data-autosubmit>: sent when a choice changes, and 300 ms after the last letter. htmx takes it over where it is asked to.
const PAUSE = 300;
const TYPED = new Set(["search", "text", "number", "email", "tel"]);
const timers = new WeakMap();

function send(form, pause) {
  clearTimeout(timers.get(form));
  timers.set(form, setTimeout(() => form.isConnected && form.requestSubmit(), pause));
}

document.addEventListener("change", (event) => {
  const form = event.target.form;
  if (form?.matches("[data-autosubmit]") && !TYPED.has(event.target.type)) send(form, 0);
});

document.addEventListener("input", (event) => {
  const form = event.target.form;
  if (form?.matches("[data-autosubmit]") && TYPED.has(event.target.type)) send(form, PAUSE);
});
