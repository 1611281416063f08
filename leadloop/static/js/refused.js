// An answer that is a whole page of its own (refused, broken, signed out) never lands inside a part of this one.
import { toast } from "./toasts.js";

const WHOLE_PAGE = /^\s*(<!--.*?-->\s*)*<!doctype html/i;

/** The sentence of an error page, for a toast. */
function sentenceOf(page) {
  const read = new DOMParser().parseFromString(page, "text/html");
  const said = read.querySelector(".entrance-lead") ?? read.querySelector("h1");
  return said?.textContent.trim() || "That did not work. Nothing was changed.";
}

document.addEventListener("htmx:after:request", (event) => {
  const { response, text } = event.detail.ctx;
  if (!WHOLE_PAGE.test(text)) return;
  if (response.raw?.redirected && new URL(response.raw.url).pathname.startsWith("/accounts/login")) {
    event.preventDefault();
    location.reload(); // signed out meanwhile: the page itself asks to sign in, and comes back here
  } else if (response.status >= 400) {
    event.preventDefault();
    toast({ text: sentenceOf(text), tone: "red" });
  }
});
