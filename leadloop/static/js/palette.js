// Ctrl+K: pages, commands of this page ([data-command]) and, by htmx, leads. The field keeps the focus; the choice moves.
const palette = document.querySelector("[data-palette]");
const field = palette?.querySelector("[role=combobox]");
const commands = document.getElementById("palette-commands");
let sources = [];

function open() {
  if (palette.open) return palette.close();
  sources = [...document.querySelectorAll("[data-command]")].filter((element) => element.offsetParent !== null);
  commands.replaceChildren(...sources.map(itemOf));
  field.value = "";
  document.getElementById("palette-found").replaceChildren();
  palette.showModal();
  sift();
}

function itemOf(source, place) {
  const item = document.createElement("button");
  item.type = "button";
  item.className = "palette-item";
  item.tabIndex = -1;
  item.dataset.words = source.dataset.command;
  item.dataset.place = place;
  item.setAttribute("role", "option");
  const icon = source.querySelector("svg.icon")?.cloneNode(true);
  if (icon) item.append(icon);
  item.append(source.dataset.command);
  if (source.dataset.key) item.append(keysOf(source.dataset.key));
  return item;
}

function keysOf(keys) {
  const note = document.createElement("span");
  note.className = "palette-note";
  for (const key of keys.split(" ")) {
    const cap = document.createElement("kbd");
    cap.textContent = key.toUpperCase();
    note.append(cap, " ");
  }
  return note;
}

function options() {
  return [...palette.querySelectorAll("[role=option]:not([hidden])")];
}

function choose(item) {
  for (const option of palette.querySelectorAll("[role=option]")) option.setAttribute("aria-selected", String(option === item));
  if (item) item.id ||= `option-${Math.random().toString(36).slice(2)}`;
  field.setAttribute("aria-activedescendant", item?.id ?? "");
  item?.scrollIntoView({ block: "nearest" });
}

/** Keep what holds every word; what the server found is kept as it is. */
function sift() {
  const words = field.value.toLowerCase().split(/\s+/).filter(Boolean);
  for (const item of palette.querySelectorAll("[data-words]")) {
    const text = item.dataset.words.toLowerCase();
    item.hidden = !words.every((word) => text.includes(word));
  }
  const left = options();
  palette.querySelector("[data-palette-none]").hidden = left.length > 0;
  field.setAttribute("aria-expanded", String(left.length > 0));
  choose(left[0]);
}

function step(by) {
  const all = options();
  const here = all.findIndex((item) => item.getAttribute("aria-selected") === "true");
  choose(all[(here + by + all.length) % all.length]);
}

if (palette) {
  document.addEventListener("keydown", (event) => {
    if ((event.ctrlKey || event.metaKey) && !event.shiftKey && !event.altKey && event.key.toLowerCase() === "k") {
      event.preventDefault();
      open();
    }
  });
  document.addEventListener("click", (event) => event.target.closest("[data-palette-open]") && open());
  field.addEventListener("input", sift);
  palette.addEventListener("htmx:after:swap", sift);
  palette.addEventListener("keydown", (event) => {
    const by = { ArrowDown: 1, ArrowUp: -1 }[event.key];
    if (by) step(by);
    else if (event.key === "Enter") palette.querySelector("[aria-selected=true]")?.click();
    else return;
    event.preventDefault();
  });
  palette.addEventListener("click", (event) => {
    const item = event.target.closest("[role=option]");
    if (item) palette.close();
    if (item?.dataset.place) sources[item.dataset.place].click();
  });
}
