// [data-clock] runs: data-due counts down and changes its tone, data-since counts up, data-ago tells how long it is past.
// The words are those of templatetags/moments.py.
const MINUTE = 60;
const HOUR = 3600;
const DAY = 86400;

export function span(seconds) {
  const whole = Math.trunc(Math.abs(seconds));
  if (whole < MINUTE) return `${whole} s`;
  if (whole < HOUR) return `${Math.trunc(whole / MINUTE)} min`;
  if (whole < 2 * DAY) return `${Math.trunc(whole / HOUR)} h`;
  if (whole < 730 * DAY) return `${Math.trunc(whole / DAY)} d`;
  return `${Math.trunc(whole / (365 * DAY))} y`;
}

/** Minutes and seconds while they matter: "4:12 left"; longer ones in their largest unit. */
function countdown(left) {
  const whole = Math.trunc(Math.abs(left));
  const exact = `${Math.trunc(whole / MINUTE)}:${String(whole % MINUTE).padStart(2, "0")}`;
  if (left < 0) return `${whole < 10 * MINUTE ? exact : span(left)} late`;
  return `${left < 10 * MINUTE ? exact : span(left)} left`;
}

function ago(seconds) {
  if (Math.abs(seconds) < 10) return "just now";
  return seconds > 0 ? `${span(seconds)} ago` : `in ${span(seconds)}`;
}

function urgency(due, since, now) {
  const left = (due - now) / 1000;
  if (left < 0) return "red";
  const whole = since ? (due - since) / 1000 : 40 * MINUTE;
  return left < Math.max(whole / 4, MINUTE) ? "amber" : "green";
}

function textOf({ due, since, ago: past }, now) {
  if (due) return countdown((Date.parse(due) - now) / 1000);
  if (past) return ago((now - Date.parse(past)) / 1000);
  return `waits ${span((now - Date.parse(since)) / 1000)}`;
}

function tick() {
  if (document.hidden) return;
  const now = Date.now();
  for (const clock of document.querySelectorAll("[data-clock]")) {
    const place = clock.querySelector("[data-clock-text]") ?? clock;
    const text = textOf(clock.dataset, now);
    if (place.textContent !== text) place.textContent = text;
  }
  for (const dated of document.querySelectorAll("[data-due]")) {
    const { due, since, tone } = dated.dataset;
    const wanted = urgency(Date.parse(due), since && Date.parse(since), now);
    if (tone !== wanted) dated.dataset.tone = wanted;
  }
}

tick();
setInterval(tick, 1000);
document.addEventListener("visibilitychange", tick);
