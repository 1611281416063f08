// [data-theme-toggle] turns light to dark and back, and remembers it.
import { remember } from "./store.js";

const root = document.documentElement;

function show() {
  const dark = root.dataset.theme === "dark";
  for (const toggle of document.querySelectorAll("[data-theme-toggle]")) toggle.setAttribute("aria-pressed", String(dark));
}

document.addEventListener("click", (event) => {
  if (!event.target.closest("[data-theme-toggle]")) return;
  root.dataset.theme = root.dataset.theme === "dark" ? "light" : "dark";
  remember("theme", root.dataset.theme);
  show();
  document.dispatchEvent(new CustomEvent("leadloop:theme"));
});

show();
