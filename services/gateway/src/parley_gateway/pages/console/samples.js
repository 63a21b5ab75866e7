/** What the last minutes of polling saw, for the plots. No DOM, no clock in here. */

const WINDOW_MS = 10 * 60_000;
const SHORTEST_MS = 60_000;

/** The plots of a channel: what is read from `/api/channels`, and how it is written. */
export const SERIES = [
  {
    name: "sent_last_minute",
    label: "Sent in a minute",
    floor: 5,
    text: (v) => String(Math.round(v)),
  },
  {
    name: "success_rate",
    label: "Success rate",
    ceiling: 1,
    text: (v) => `${(v * 100).toFixed(v === 1 ? 0 : 1)} %`,
  },
  {
    name: "latency_p50_ms",
    label: "Median latency",
    floor: 50,
    text: (v) => `${Math.round(v)} ms`,
  },
  { name: "queue_depth", label: "Queue", floor: 4, text: (v) => String(Math.round(v)) },
];

const isFresh =
  (now) =>
  ({ at }) =>
    now - at <= WINDOW_MS;

/** The samples with one more poll added and the old ones dropped; `samples` is a Map by channel. */
export function withPoll(samples, channels, now) {
  const next = new Map();
  for (const state of channels) {
    const before = (samples.get(state.channel) ?? []).filter(isFresh(now));
    next.set(state.channel, [...before, { at: now, state }]);
  }
  return next;
}

const NEED_ATTEMPTS = new Set(["success_rate", "latency_p50_ms", "latency_p99_ms"]);

/** A channel's number; null when it was not reported, or says nothing for want of attempts. */
export function measured(state, name) {
  if (NEED_ATTEMPTS.has(name) && state.attempts === 0) return null;
  return Number.isFinite(state[name]) ? state[name] : null;
}

/** One series as points `{at, value}`; what was not measured leaves a gap (null). */
export function pointsOf(samples, name) {
  return samples.map(({ at, state }) => ({ at, value: measured(state, name) }));
}

/** The top of the scale: fixed, or the largest value rounded up to a calm number. */
export function scaleTop(points, { ceiling, floor = 1 }) {
  if (ceiling !== undefined) return ceiling;
  const largest = Math.max(floor, ...points.map(({ value }) => value ?? 0));
  const unit = 10 ** Math.floor(Math.log10(largest));
  const step = [1, 2, 5, 10].find((factor) => factor * unit >= largest);
  return step * unit;
}

/** How much time a plot shows: what there is, at least a minute, at most ten. */
export function spanOf(points, now) {
  const first = points[0]?.at ?? now;
  const minutes = Math.ceil((now - first) / 60_000);
  return Math.min(WINDOW_MS, Math.max(SHORTEST_MS, minutes * 60_000));
}

/** Runs of points without a gap: what a line can be drawn through. */
export function runsOf(points, longestGapMs) {
  const runs = [];
  let last;
  for (const point of points) {
    const isBroken = last === undefined || point.at - last.at > longestGapMs;
    if (point.value === null) last = undefined;
    else {
      if (isBroken) runs.push([]);
      runs.at(-1).push(point);
      last = point;
    }
  }
  return runs;
}
