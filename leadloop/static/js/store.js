// What this browser remembers for this person; nothing that matters elsewhere.
export function remember(name, value) {
  try {
    localStorage.setItem(name, value);
  } catch {
    // Storage may be full or switched off: then it holds for this page only.
  }
}
