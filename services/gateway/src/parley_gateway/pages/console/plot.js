/** A small plot of one number over the last minutes. */
import { h, svg } from "../shared/elements.js";
import { exactTime } from "../shared/time.js";
import { runsOf, scaleTop, spanOf } from "./samples.js";

const [WIDTH, HEIGHT, PAD] = [240, 54, 3];
const LONGEST_GAP_MS = 15_000;

function placer({ top, span, now }) {
  return ({ at, value }) => [
    WIDTH - ((now - at) / span) * WIDTH,
    HEIGHT - PAD - (Math.min(value, top) / top) * (HEIGHT - 2 * PAD),
  ];
}

function spanText(span) {
  const minutes = Math.round(span / 60_000);
  return minutes === 1 ? "last minute" : `last ${minutes} minutes`;
}

const pathOf = (places) =>
  places
    .map(([x, y], index) => `${index === 0 ? "M" : "L"}${x.toFixed(1)} ${y.toFixed(1)}`)
    .join("");

function runShapes(run, place) {
  const places = run.map(place);
  const [first, last] = [places[0], places.at(-1)];
  const line = pathOf(places);
  const area = `${line}L${last[0].toFixed(1)} ${HEIGHT}L${first[0].toFixed(1)} ${HEIGHT}Z`;
  const end =
    places.length === 1
      ? svg("circle", { cx: first[0], cy: first[1], r: 1.5, class: "plot-dot" })
      : null;
  return [
    svg("path", { d: area, class: "plot-area" }),
    svg("path", { d: line, class: "plot-line" }),
    end,
  ];
}

function summary(points, { label, text }) {
  const values = points.map(({ value }) => value).filter((value) => value !== null);
  if (values.length === 0) return `${label}: nothing measured yet`;
  const [low, high] = [Math.min(...values), Math.max(...values)];
  const range = `between ${text(low)} and ${text(high)} in the last minutes`;
  return `${label}: now ${text(values.at(-1))}, ${range}`;
}

/** The point under the pointer. */
function nearest(points, at) {
  const known = points.filter(({ value }) => value !== null);
  return known.reduce(
    (best, point) =>
      best === null || Math.abs(point.at - at) < Math.abs(best.at - at) ? point : best,
    null,
  );
}

/** A figure with its name, its value, and the course; `show(points, now)` redraws it. */
export function plot(series) {
  const value = h("span", { class: "plot-value" });
  const scale = h("span", { class: "plot-scale" });
  const area = svg("svg", {
    viewBox: `0 0 ${WIDTH} ${HEIGHT}`,
    preserveAspectRatio: "none",
    class: "plot",
    role: "img",
  });
  const node = h(
    "figure",
    { class: "plot-figure" },
    h("figcaption", {}, h("span", {}, series.label), value),
    area,
    scale,
  );
  let drawn = { points: [], now: 0, span: 1 };
  const showValue = (point) => {
    value.textContent = point === null || point === undefined ? "–" : series.text(point.value);
    node.title = point ? exactTime(new Date(point.at).toISOString()) : "";
  };
  const latest = () => showValue(drawn.points.findLast((point) => point.value !== null));
  area.addEventListener("pointermove", ({ clientX }) => {
    const { left, width } = area.getBoundingClientRect();
    showValue(nearest(drawn.points, drawn.now - (1 - (clientX - left) / width) * drawn.span));
  });
  area.addEventListener("pointerleave", latest);
  const show = (points, now) => {
    const span = spanOf(points, now);
    drawn = { points, now, span };
    const top = scaleTop(points, series);
    const place = placer({ top, span, now });
    const shapes = runsOf(points, LONGEST_GAP_MS).flatMap((run) => runShapes(run, place));
    const base = svg("path", { d: `M0 ${HEIGHT - PAD}H${WIDTH}`, class: "plot-base" });
    area.replaceChildren(base, ...shapes.filter(Boolean));
    area.setAttribute("aria-label", summary(points, series));
    scale.textContent = `0 to ${series.text(top)}, ${spanText(span)}`;
    if (!node.matches(":hover")) latest();
  };
  return { node, show };
}
