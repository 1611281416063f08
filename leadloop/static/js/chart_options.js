// What ECharts is told for each kind of chart. Data: {labels, series: [{name, values}], unit}.
import { whisker } from "./chart_whiskers.js";

const still = matchMedia("(prefers-reduced-motion: reduce)").matches;

export function optionOf(kind, data, colour, room) {
  const shape = { funnel, bar, line, whisker }[kind] ?? bar;
  return {
    animation: !still,
    animationDuration: 350,
    color: [colour.accent, colour.teal, colour.amber, colour.violet, colour.pink, colour.cyan, colour.blue],
    textStyle: { fontFamily: colour.font, fontSize: 12, color: colour["ink-2"] },
    tooltip: tooltip(data, colour),
    ...shape(data, colour, room),
  };
}

// Rich text, drawn in the picture: the HTML kind would write style attributes, which the page's policy forbids.
function tooltip(data, colour) {
  return {
    renderMode: "richText",
    confine: true,
    backgroundColor: colour.raised,
    borderColor: colour["line-strong"],
    borderWidth: 1,
    padding: [8, 12],
    textStyle: { color: colour.ink, fontSize: 12, fontFamily: colour.font },
    valueFormatter: (value) => words(value, data.unit),
  };
}

function words(value, unit) {
  if (value === null || value === undefined) return "–";
  return `${Number(value).toLocaleString("en", { maximumFractionDigits: 1 })}${unit ? ` ${unit}` : ""}`;
}

function axes(data, colour, room) {
  const label = { color: colour["ink-3"], fontSize: 12 };
  return {
    grid: { left: 4, right: 12, top: data.series.length > 1 ? 36 : 12, bottom: 4, containLabel: true },
    legend: data.series.length > 1 ? legend(colour) : undefined,
    xAxis: { type: "category", data: data.labels, axisLabel: { ...label, ...fitted(data.labels, room) }, axisTick: { show: false }, axisLine: { lineStyle: { color: colour["line-strong"] } } },
    yAxis: { type: "value", ...scale(data), axisLabel: label, splitLine: { lineStyle: { color: colour.line } }, splitNumber: 4 },
  };
}

/** Per cent end at 100, in quarters: above four fifths the axis would choose 120. */
function scale({ series, unit }) {
  const top = Math.max(...series.flatMap(({ values }) => values));
  return unit === "%" && top > 80 && top <= 100 ? { max: 100, interval: 25 } : {};
}

/** Names below their bars: each in its lines where there is room for a word, slanted in one line where there is not. */
function fitted(labels, room) {
  if (labels.length > 12) return { hideOverlap: true, interval: "auto" };
  const widest = Math.max(...labels.flatMap((label) => label.split("\n")).map((line) => line.length));
  if (widest * 6.5 < room / labels.length) return { interval: 0, lineHeight: 15 };
  return { interval: 0, rotate: 40, width: 90, overflow: "truncate", formatter: (label) => label.replace("\n", " ") };
}

function legend(colour) {
  return { top: 0, left: 0, icon: "roundRect", itemWidth: 10, itemHeight: 10, itemGap: 16, textStyle: { color: colour["ink-2"], fontSize: 12 } };
}

function bar(data, colour, room) {
  const series = data.series.map(({ name, values }) => ({ name, type: "bar", data: values, barMaxWidth: 28, itemStyle: { borderRadius: [4, 4, 0, 0] } }));
  return { ...axes(data, colour, room), tooltip: { ...tooltip(data, colour), trigger: "axis", axisPointer: { type: "none" } }, series };
}

function line(data, colour, room) {
  const series = data.series.map(({ name, values }) => ({
    name,
    type: "line",
    data: values,
    smooth: 0.25,
    showSymbol: values.length < 3,
    symbolSize: 6,
    lineStyle: { width: 2 },
    areaStyle: data.series.length === 1 ? { opacity: 0.1 } : undefined,
  }));
  const pointer = { type: "line", lineStyle: { color: colour["line-strong"], type: "solid" } };
  return { ...axes(data, colour, room), tooltip: { ...tooltip(data, colour), trigger: "axis", axisPointer: pointer }, series };
}

/** Steps that narrow, from the top down; each says how many reached it and which share of the step before. */
function funnel(data, colour) {
  const { name, values } = data.series[0];
  const steps = values.map((value, place) => ({ value, itemStyle: { color: faded(colour.accent, 1 - (0.55 * place) / Math.max(values.length - 1, 1)) } }));
  const shareOf = (place) => (place > 0 && values[place - 1] ? `   ${Math.round((100 * values[place]) / values[place - 1])} %` : "");
  const label = {
    show: true,
    position: "right",
    formatter: ({ dataIndex, value }) => `{value|${words(value, data.unit)}}{share|${shareOf(dataIndex)}}`,
    rich: { value: { color: colour.ink, fontSize: 13, fontWeight: 600 }, share: { color: colour["ink-3"], fontSize: 12 } },
  };
  return {
    grid: { left: 4, right: 96, top: 4, bottom: 4, containLabel: true },
    xAxis: { type: "value", show: false, min: 0, max: values[0] || 1 },
    yAxis: { type: "category", inverse: true, data: data.labels, axisTick: { show: false }, axisLine: { show: false }, axisLabel: { color: colour["ink-2"], fontSize: 13, margin: 14 } },
    series: [{ name, type: "bar", data: steps, barCategoryGap: "26%", barMinHeight: 3, itemStyle: { borderRadius: 5 }, label }],
  };
}

function faded(rgb, share) {
  return rgb.replace(/^rgb\((.*)\)$/, `rgba($1, ${share})`);
}
