// [data-key="c"] or [data-key="g r"]: pressed by its key. Inside an item it needs the item's focus; elsewhere it works page-wide.
import { giveHeldKeysTo, holdFor, isHeld } from "./held_keys.js";
import { focusedItem } from "./lists.js";
import { isPlain, isWriting } from "./typing.js";

const PATIENCE = 1200; // milliseconds between the keys of a sequence
let sofar = "";
let timer = 0;

function forget() {
  sofar = "";
}

/** Elements that a key may press now: of the open dialog, else of the focused item, else of the page outside items. */
export function reachable() {
  const dialog = document.querySelector("dialog[open]");
  const scope = dialog ?? document;
  const item = dialog ? null : focusedItem();
  return [...scope.querySelectorAll("[data-key]")].filter((element) => {
    const home = element.closest("[data-item]");
    const outside = element.closest("dialog:not([open]), template");
    return !outside && !element.disabled && (home === null || home === item);
  });
}

function press(keys) {
  const item = focusedItem();
  const fitting = reachable().filter((element) => element.dataset.key === keys);
  const chosen = fitting.find((element) => item?.contains(element)) ?? fitting.at(-1);
  if (!chosen) return false;
  if (chosen.matches("input, select, textarea")) {
    chosen.focus();
  } else {
    holdFor(chosen);
    chosen.click();
  }
  return true;
}

giveHeldKeysTo(press);

document.addEventListener("keydown", (event) => {
  if (isHeld(event) || !isPlain(event) || isWriting(event) || event.repeat || event.key.length !== 1) return;
  const field = document.querySelector(`[data-key-focus="${CSS.escape(event.key)}"]`);
  if (field && !document.querySelector("dialog[open]")) {
    event.preventDefault();
    field.focus();
    field.select();
    return;
  }
  clearTimeout(timer);
  const keys = sofar ? `${sofar} ${event.key}` : event.key;
  forget();
  if (press(keys)) {
    event.preventDefault();
  } else if (reachable().some((element) => element.dataset.key.startsWith(`${keys} `))) {
    sofar = keys;
    timer = setTimeout(forget, PATIENCE);
  }
});

document.addEventListener("keydown", (event) => {
  if (event.key === "Escape" && event.target.matches?.("[data-key-focus]")) event.target.blur();
});
