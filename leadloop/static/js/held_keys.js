// A key that asks for a dialog: what is typed while the dialog is on its way waits, and then goes to the dialog.
import { isPlain } from "./typing.js";

const ASKS = '[hx-get][hx-target="#step"]';
const PATIENCE = 5000; // milliseconds; a dialog that never comes takes no keys with it
let asked = null;
let held = [];
let timer = 0;

/** From now on keys wait, if this element asks for a dialog. */
export function holdFor(element) {
  if (!element.matches(ASKS)) return;
  asked = element;
  held = [];
  clearTimeout(timer);
  timer = setTimeout(forget, PATIENCE);
}

/** Whether this key waits. */
export function isHeld(event) {
  if (asked === null || !isPlain(event) || event.key.length !== 1) return false;
  event.preventDefault();
  held.push(event.key);
  return true;
}

function forget() {
  asked = null;
  held = [];
}

function write(field, text) {
  field.setRangeText(text, field.selectionStart, field.selectionEnd, "end");
  field.dispatchEvent(new Event("input", { bubbles: true }));
}

/** Once the dialog is there, keys that waited press what has them in it, or are written into the field that has the focus. */
export function giveHeldKeysTo(press) {
  document.addEventListener("htmx:finally:request", (event) => {
    if (event.detail.ctx.sourceElement !== asked) return;
    const keys = held;
    forget();
    const dialog = document.querySelector("dialog[open]");
    for (const key of dialog ? keys : []) {
      if (document.activeElement.matches("textarea, input[type=text]")) write(document.activeElement, key);
      else press(key);
    }
  });
}
