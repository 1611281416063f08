// <form data-autosubmit>: sent when a choice changes, and 300 ms after the last letter. htmx takes it over where it is asked to.
const PAUSE = 300;
const timers = new WeakMap();

function send(form, pause) {
  clearTimeout(timers.get(form));
  timers.set(form, setTimeout(() => form.isConnected && form.requestSubmit(), pause));
}

document.addEventListener("change", (event) => {
  const form = event.target.form;
  if (form?.matches("[data-autosubmit]") && !event.target.matches("[type=search], [type=text]")) send(form, 0);
});

document.addEventListener("input", (event) => {
  const form = event.target.form;
  if (form?.matches("[data-autosubmit]") && event.target.matches("[type=search], [type=text], [type=number]")) send(form, PAUSE);
});
