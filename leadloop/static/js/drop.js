// [data-drop] around a file field: files may be let go on it, and its words name the file.
function ready(root) {
  for (const zone of root.querySelectorAll("[data-drop]")) zone.classList.add("is-ready");
}

function size(bytes) {
  if (bytes < 1_000_000) return `${Math.ceil(bytes / 1000)} KB`;
  return `${(bytes / 1_000_000).toFixed(1)} MB`;
}

document.addEventListener("change", (event) => {
  const zone = event.target.closest?.("[data-drop]");
  const file = zone && event.target.files?.[0];
  if (!file) return;
  zone.classList.add("is-filled");
  zone.querySelector("[data-drop-name]").textContent = `${file.name} (${size(file.size)})`;
});

for (const [name, over] of [["dragenter", true], ["dragover", true], ["dragleave", false], ["drop", false]]) {
  document.addEventListener(name, (event) => event.target.closest?.("[data-drop]")?.classList.toggle("is-over", over));
}

ready(document);
document.addEventListener("htmx:after:swap", () => ready(document));
