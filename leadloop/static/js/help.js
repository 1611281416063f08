// "?" opens the list of the keys that work on this page.
import { isPlain, isWriting } from "./typing.js";

function nameOf(element) {
  return element.dataset.keyLabel ?? element.getAttribute("aria-label") ?? wordsOf(element);
}

function wordsOf(element) {
  const copy = element.cloneNode(true);
  for (const key of copy.querySelectorAll("kbd")) key.remove();
  return copy.textContent.trim().replace(/\s+/g, " ");
}

function row(keys, name) {
  const line = document.createElement("div");
  const term = document.createElement("dt");
  const value = document.createElement("dd");
  line.dataset.found = "";
  term.textContent = name;
  for (const key of keys.split(" ")) {
    const cap = document.createElement("kbd");
    cap.textContent = key.length === 1 ? key.toUpperCase() : key;
    value.append(cap);
  }
  line.append(term, value);
  return line;
}

function fill(dialog) {
  const list = dialog.querySelector("[data-help-keys]");
  for (const old of list.querySelectorAll("[data-found]")) old.remove();
  const found = new Map();
  for (const element of document.querySelectorAll("[data-key]")) {
    if (element.closest("template, dialog:not([open])") || found.has(element.dataset.key)) continue;
    found.set(element.dataset.key, nameOf(element));
  }
  const sequences = ([a], [b]) => Number(a.includes(" ")) - Number(b.includes(" ")) || a.localeCompare(b);
  list.append(...[...found].sort(sequences).map(([keys, name]) => row(keys, name)));
  for (const line of list.querySelectorAll("[data-help-list]")) line.hidden = !document.querySelector("[data-list] [data-item]");
  for (const line of list.querySelectorAll("[data-help-tick]")) line.hidden = !document.querySelector("[data-item] input[type=checkbox]");
}

document.addEventListener("keydown", (event) => {
  const dialog = document.querySelector("[data-help]");
  if (event.key !== "?" || !dialog || !isPlain(event) || isWriting(event) || document.querySelector("dialog[open]")) return;
  event.preventDefault();
  dialog.showModal();
});

const help = document.querySelector("[data-help]");
if (help) new MutationObserver(() => help.open && fill(help)).observe(help, { attributes: true, attributeFilter: ["open"] });
