// [data-nav-toggle] makes the navigation narrow or wide; on phones, Escape closes the drawer.
import { remember } from "./store.js";

const root = document.documentElement;

function show() {
  const slim = root.dataset.nav === "slim";
  for (const toggle of document.querySelectorAll("[data-nav-toggle]")) toggle.setAttribute("aria-pressed", String(slim));
}

document.addEventListener("click", (event) => {
  if (!event.target.closest("[data-nav-toggle]")) return;
  root.dataset.nav = root.dataset.nav === "slim" ? "wide" : "slim";
  remember("nav", root.dataset.nav);
  show();
});

document.addEventListener("keydown", (event) => {
  if (event.key === "Escape" && location.hash === "#nav") location.hash = "#page";
});

show();
