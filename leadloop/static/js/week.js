// [data-week]: a grid of seven days. Bars follow what is typed; copying a day needs no way to the server, which can do it too.
const DAY = 1440;
const SVG = "http://www.w3.org/2000/svg";

const minutes = (field) => (/^\d\d:\d\d/.test(field.value) ? Number(field.value.slice(0, 2)) * 60 + Number(field.value.slice(3, 5)) : null);

/** Spans of a day as [first, last] minutes; past the day where "to" is not after "from". */
function spansOf(day) {
  return [...day.querySelectorAll("[data-span]")].flatMap((span) => {
    const [first, last] = [...span.querySelectorAll("input")].map(minutes);
    return first === null || last === null ? [] : [[first, last > first ? last : last + DAY]];
  });
}

function bar(first, last) {
  const rect = document.createElementNS(SVG, "rect");
  for (const [name, value] of Object.entries({ x: first, y: 0, width: last - first, height: 20 })) rect.setAttribute(name, value);
  return rect;
}

function draw(week) {
  const days = [...week.querySelectorAll("[data-day]")];
  const spans = days.map(spansOf);
  days.forEach((day, number) => {
    const over = spans[(number + 6) % 7].filter(([, last]) => last > DAY).map(([, last]) => bar(0, last - DAY));
    const mine = spans[number].map(([first, last]) => bar(first, Math.min(last, DAY)));
    day.querySelector("svg").replaceChildren(...over, ...mine);
  });
}

document.addEventListener("input", (event) => {
  const week = event.target.closest("[data-week]");
  if (week) draw(week);
});

document.addEventListener("click", (event) => {
  const button = event.target.closest("[data-week] button[name=copy]");
  if (!button) return;
  event.preventDefault();
  const week = button.closest("[data-week]");
  const source = [...button.closest("[data-day]").querySelectorAll("input")].map((field) => field.value);
  const days = [...week.querySelectorAll("[data-day]")].slice(0, button.value.endsWith("-all") ? 7 : 5);
  for (const day of days) [...day.querySelectorAll("input")].forEach((field, place) => (field.value = source[place]));
  draw(week);
  week.querySelector("[data-week-said]").textContent = `${button.closest("[data-day]").dataset.day} is copied. Nothing is saved yet.`;
});
