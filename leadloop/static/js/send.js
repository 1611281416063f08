// Ctrl+Enter (or Cmd+Enter) in a field of a form with a text of several lines sends it, by its button in colour.
document.addEventListener("keydown", (event) => {
  if (event.key !== "Enter" || !(event.ctrlKey || event.metaKey) || event.isComposing) return;
  const form = event.target.closest?.("form");
  if (!form?.querySelector("textarea")) return;
  event.preventDefault();
  form.querySelector(".button--primary:not(:disabled), .button--danger:not(:disabled)")?.click();
});
