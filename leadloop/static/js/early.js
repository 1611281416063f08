// Before the first paint: the chosen colours, the width of the navigation, and that scripts run at all.
const root = document.documentElement;
root.classList.add("has-js");
try {
  const theme = localStorage.getItem("theme");
  if (theme === "light" || theme === "dark") root.dataset.theme = theme;
  else if (matchMedia("(prefers-color-scheme: dark)").matches) root.dataset.theme = "dark";
  if (localStorage.getItem("nav") === "slim") root.dataset.nav = "slim";
} catch {
  // Storage may be switched off; the system's colours will do.
}
