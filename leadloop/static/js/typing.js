// Whether a key belongs to what somebody is writing, so that letters stay letters there.
const WRITES = "textarea, select, [contenteditable=''], [contenteditable='true'], input:not([type=checkbox], [type=radio], [type=button], [type=submit])";

export function isWriting(event) {
  return event.target instanceof Element && event.target.closest(WRITES) !== null;
}

export function isPlain(event) {
  return !event.ctrlKey && !event.metaKey && !event.altKey && !event.isComposing && !event.defaultPrevented;
}
