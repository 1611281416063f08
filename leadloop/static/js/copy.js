// [data-copy="text"] or [data-copy-from="#id"]: to the clipboard, and a toast.
import { toast } from "./toasts.js";

function textFor({ copy, copyFrom }) {
  if (copy !== undefined && copy !== "") return copy;
  const source = copyFrom && document.querySelector(copyFrom);
  return source ? (source.value ?? source.textContent.trim()) : "";
}

document.addEventListener("click", async (event) => {
  const button = event.target.closest("[data-copy], [data-copy-from]");
  if (!button) return;
  event.preventDefault();
  try {
    await navigator.clipboard.writeText(textFor(button.dataset));
    toast({ text: "Copied." });
  } catch {
    toast({ text: "This browser did not allow copying.", tone: "amber" });
  }
});
