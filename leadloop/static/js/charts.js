// [data-chart="id"] draws the numbers of <script type="application/json" id="id"> in the colours of the page.
import { BarChart, CustomChart, LineChart } from "echarts/charts";
import { AriaComponent, GridComponent, LegendComponent, TooltipComponent } from "echarts/components";
import { init, use } from "echarts/core";
import { LabelLayout } from "echarts/features";
import { SVGRenderer } from "echarts/renderers";
import { optionOf } from "./chart_options.js";
import { styleByObjectModel } from "./strict_styles.js";

use([BarChart, CustomChart, LineChart, AriaComponent, GridComponent, LegendComponent, TooltipComponent, LabelLayout, SVGRenderer]);
styleByObjectModel();

const drawn = new Map();
const widths = new WeakMap();

/** Colours as the browser computes them now: custom properties may hold light-dark(), which a chart cannot read. */
function colours(place) {
  const probe = document.createElement("span");
  place.append(probe);
  const read = (name) => {
    probe.style.color = `var(--${name})`;
    return getComputedStyle(probe).color;
  };
  const names = ["ink", "ink-2", "ink-3", "line", "line-strong", "raised", "accent", "violet", "teal", "amber", "pink", "cyan", "blue"];
  const found = Object.fromEntries(names.map((name) => [name, read(name)]));
  probe.remove();
  return { ...found, font: getComputedStyle(place).fontFamily };
}

function draw(place) {
  const source = document.getElementById(place.dataset.chart);
  if (!source) return;
  place.classList.add("is-drawn");
  drawn.get(place)?.dispose();
  const chart = init(place, null, { renderer: "svg" });
  chart.setOption(optionOf(place.dataset.chartKind, JSON.parse(source.textContent), colours(place), place.clientWidth - 60));
  drawn.set(place, chart);
  widths.set(place, place.clientWidth);
  sizes.observe(place);
}

function drawAll() {
  for (const [place, chart] of drawn) {
    if (place.isConnected) continue;
    chart.dispose();
    sizes.unobserve(place);
    drawn.delete(place);
  }
  document.querySelectorAll("[data-chart]").forEach(draw);
}

const sizes = new ResizeObserver((entries) => {
  for (const { target } of entries) {
    if (widths.get(target) === target.clientWidth) drawn.get(target)?.resize();
    else draw(target); // names below bars fit, or do not, by the width
  }
});

drawAll();
document.addEventListener("leadloop:theme", drawAll);
document.addEventListener("htmx:after:swap", drawAll);
matchMedia("(prefers-color-scheme: dark)").addEventListener("change", drawAll);
