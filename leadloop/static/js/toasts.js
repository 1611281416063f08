// Toasts leave by themselves, wait while somebody is at them, and are made from an answer's HX-Trigger: {"toast": {...}}.
const STAY = 6000; // milliseconds; with something to undo, twice that
const region = document.getElementById("toasts");

function leave(toast) {
  toast.classList.add("is-leaving");
  setTimeout(() => toast.remove(), 250);
}

function watch(toast) {
  const stay = toast.querySelector("[data-toast-undo], a") ? 2 * STAY : STAY;
  let timer = setTimeout(leave, stay, toast);
  const wait = () => clearTimeout(timer);
  const resume = () => {
    wait();
    timer = setTimeout(leave, stay, toast);
  };
  for (const name of ["mouseenter", "focusin"]) toast.addEventListener(name, wait);
  for (const name of ["mouseleave", "focusout"]) toast.addEventListener(name, resume);
}

const ICONS = { green: "circle-check", red: "alert-circle", amber: "alert-triangle" };

/** Show a short word. `undo` is a path of ours that takes it back by a POST. */
export function toast({ text, undo = "", tone = "green" }) {
  const made = document.getElementById("toast-pattern").content.firstElementChild.cloneNode(true);
  made.dataset.tone = tone;
  const icon = made.querySelector("use");
  icon.setAttribute("href", `${icon.getAttribute("href").split("#")[0]}#${ICONS[tone] ?? "info-circle"}`);
  made.querySelector("[data-toast-text]").textContent = text;
  const form = made.querySelector("[data-toast-undo]");
  if (undo.startsWith("/") && !undo.startsWith("//")) form.action = undo;
  else form.remove();
  region.append(made);
}

if (region) {
  for (const made of region.querySelectorAll("[data-toast]")) watch(made);
  new MutationObserver((changes) => {
    for (const change of changes) for (const node of change.addedNodes) if (node.matches?.("[data-toast]")) watch(node);
  }).observe(region, { childList: true });
  document.addEventListener("toast", (event) => toast(event.detail));
  document.addEventListener("click", (event) => {
    const button = event.target.closest("[data-toast-close]");
    if (button) leave(button.closest("[data-toast]"));
  });
}

// The network, not the server, failed: say so; nothing was swapped.
document.addEventListener("htmx:error", () => region && toast({ text: "No answer from the server. Nothing was changed.", tone: "red" }));
