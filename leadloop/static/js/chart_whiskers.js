// Bars that lie, each with its interval: the series are mean, from and to.
export function whisker(data, colour) {
  const [mean, from, to] = data.series.map(({ values }) => values);
  const ends = mean.map((_, place) => [from[place], to[place], place]);
  const label = {
    show: true,
    position: "insideLeft",
    distance: 8,
    color: colour.ink,
    fontSize: 12,
    formatter: ({ value }) => `${Number(value).toLocaleString("en", { maximumFractionDigits: 1 })} ${data.unit ?? ""}`,
  };
  return {
    grid: { left: 4, right: 24, top: 4, bottom: 4, containLabel: true },
    xAxis: { type: "value", min: 0, axisLabel: { color: colour["ink-3"], fontSize: 12, hideOverlap: true }, splitLine: { lineStyle: { color: colour.line } }, splitNumber: 4 },
    yAxis: {
      type: "category",
      inverse: true,
      data: data.labels,
      axisTick: { show: false },
      axisLine: { show: false },
      axisLabel: { color: colour["ink-2"], fontSize: 12, width: 150, overflow: "truncate" },
    },
    series: [
      { name: data.series[0].name, type: "bar", data: mean, barMaxWidth: 22, itemStyle: { borderRadius: [0, 4, 4, 0], color: colour.accent.replace(/^rgb\((.*)\)$/, "rgba($1, 0.35)") }, label },
      { name: "Interval", type: "custom", data: ends, encode: { x: [0, 1], y: 2 }, renderItem: (_, api) => drawn(api, colour), tooltip: { show: false }, z: 5 },
    ],
  };
}

function drawn(api, colour) {
  const [left, y] = api.coord([api.value(0), api.value(2)]);
  const [right] = api.coord([api.value(1), api.value(2)]);
  const style = { stroke: colour.ink, lineWidth: 1.5 };
  const line = (x1, y1, x2, y2) => ({ type: "line", shape: { x1, y1, x2, y2 }, style });
  return { type: "group", children: [line(left, y, right, y), line(left, y - 5, left, y + 5), line(right, y - 5, right, y + 5)] };
}
