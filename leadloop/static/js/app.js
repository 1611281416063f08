// Everything a page may need, a module each; all of them listen on the document, so that swapped parts need no wiring.
import htmx from "htmx.org";
import "./autosubmit.js";
import "./busy.js";
import "./clocks.js";
import "./copy.js";
import "./dialogs.js";
import "./drop.js";
import "./focus.js";
import "./help.js";
import "./keys.js";
import "./lists.js";
import "./menus.js";
import "./nav.js";
import "./palette.js";
import "./refused.js";
import "./selection.js";
import "./send.js";
import "./theme.js";
import "./toasts.js";
import "./week.js";

window.htmx = htmx;
htmx.process(document.body); // at once, and not in the timer htmx sets itself: a key pressed in between would leave the page
