// [data-list] with [data-item]: j and k (or the arrows) move, Enter opens, x ticks the box.
import { isPlain, isWriting } from "./typing.js";

const STEPS = { j: 1, ArrowDown: 1, k: -1, ArrowUp: -1 };

/** The item that has the focus, if any: single keys act on it. */
export function focusedItem() {
  return document.activeElement?.closest("[data-item]") ?? null;
}

function items() {
  const list = document.activeElement?.closest("[data-list]") ?? document.querySelector("[data-list]");
  return list ? [...list.querySelectorAll("[data-item]")].filter((item) => item.offsetParent !== null) : [];
}

export function handleOf(item) {
  return item.querySelector("a[data-open]") ?? item.querySelector("a[href], button") ?? item;
}

function move(step) {
  const all = items();
  if (all.length === 0) return false;
  const here = all.indexOf(focusedItem());
  const next = here < 0 ? (step > 0 ? 0 : all.length - 1) : Math.min(Math.max(here + step, 0), all.length - 1);
  const handle = handleOf(all[next]);
  if (handle === all[next]) handle.tabIndex = -1;
  handle.focus({ preventScroll: true });
  all[next].scrollIntoView({ block: "nearest" });
  return true;
}

document.addEventListener("keydown", (event) => {
  if (!isPlain(event) || isWriting(event) || event.target.closest("dialog, [data-menu][open]")) return;
  const item = focusedItem();
  const arrow = event.key.startsWith("Arrow");
  if (event.key in STEPS && (!arrow || item) && move(STEPS[event.key])) event.preventDefault();
  if (event.key === "x" && item) item.querySelector("input[type=checkbox]")?.click();
});

// A row that leaves by a swap hands the focus to the next one, so that a person can keep pressing keys; and so does one that
// the swap laid to rest (into a [data-rest] part of the list).
let leaving = -1;
let rested = false;
let scrolled = 0;
const rests = () => Boolean(focusedItem()?.closest("[data-rest]"));
document.addEventListener("htmx:before:swap", () => {
  leaving = items().indexOf(focusedItem());
  rested = rests();
  scrolled = scrollY;
});
document.addEventListener("htmx:after:swap", () => {
  const all = items();
  const lost = document.activeElement === document.body || document.activeElement === null;
  const gone = lost || (!rested && rests());
  if (leaving >= 0 && gone && all.length > 0) {
    const next = all[Math.min(leaving, all.length - 1)];
    scrollTo(0, scrolled); // the swap scrolled to where the row went; the person stays where they were
    handleOf(next).focus({ preventScroll: true });
    next.scrollIntoView({ block: "nearest" });
  }
  leaving = -1;
});
