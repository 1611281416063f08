// <details data-menu>: closes on Escape, on a click elsewhere and when the focus leaves; arrows move between its items.
const ITEMS = "a[href], button:not(:disabled), input, summary";

const CLIPPED = ".table-wrap, .board"; // these scroll, and would cut a panel off

/** Put the panel where there is room: above its button near the end of the window, free of a box that scrolls. */
function place(menu) {
  const panel = menu.lastElementChild;
  panel.classList.remove("is-up", "is-start");
  panel.removeAttribute("style");
  const button = menu.querySelector("summary").getBoundingClientRect();
  const { height, left } = panel.getBoundingClientRect();
  const up = button.bottom + height + 12 > innerHeight && button.top > height + 12;
  panel.classList.toggle("is-up", up);
  panel.classList.toggle("is-start", left < 8);
  if (!menu.closest(CLIPPED)) return;
  Object.assign(panel.style, {
    position: "fixed",
    inset: up ? `auto auto ${innerHeight - button.top + 6}px auto` : `${button.bottom + 6}px auto auto auto`,
    [left < 8 ? "left" : "right"]: `${left < 8 ? button.left : document.documentElement.clientWidth - button.right}px`,
  });
}

function close(menu, { focus = false } = {}) {
  menu.open = false;
  if (focus) menu.querySelector("summary").focus();
}

document.addEventListener("click", (event) => {
  for (const menu of document.querySelectorAll("details[data-menu][open]")) {
    if (!menu.contains(event.target)) close(menu);
  }
});

document.addEventListener("toggle", (event) => event.target.matches("details[data-menu][open]") && place(event.target), true);

document.addEventListener("scroll", () => {
  for (const menu of document.querySelectorAll("details[data-menu][open]")) if (menu.closest(CLIPPED)) close(menu);
}, { capture: true, passive: true });

document.addEventListener("focusout", (event) => {
  const menu = event.target.closest?.("details[data-menu][open]");
  if (menu && event.relatedTarget && !menu.contains(event.relatedTarget)) close(menu);
});

document.addEventListener("keydown", (event) => {
  const menu = event.target.closest?.("details[data-menu]");
  if (!menu) return;
  if (event.key === "Escape" && menu.open) {
    event.preventDefault();
    close(menu, { focus: true });
  }
  if (event.key !== "ArrowDown" && event.key !== "ArrowUp") return;
  event.preventDefault();
  menu.open = true;
  const items = [...menu.querySelectorAll(ITEMS)];
  const step = event.key === "ArrowDown" ? 1 : -1;
  items[(items.indexOf(document.activeElement) + step + items.length) % items.length]?.focus();
});
