// [data-nav-toggle] makes the navigation narrow or wide; on phones, Escape closes the drawer. The current place is in sight.
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

/** Moves the list of places, never the page. */
function reveal(thing) {
  const list = thing.closest(".nav-scroll");
  const below = thing.getBoundingClientRect().bottom - list.getBoundingClientRect().bottom;
  if (below > 0) list.scrollTop += below + 8;
}

for (const fold of document.querySelectorAll(".nav-fold")) {
  fold.addEventListener("toggle", () => fold.open && reveal(fold));
  if (fold.open) reveal(fold);
}

document.addEventListener("keydown", (event) => {
  if (event.key === "Escape" && location.hash === "#nav") location.hash = "#page";
});

show();
