/** How long to wait before the next try to connect. */

const FIRST_MS = 500;
const LONGEST_MS = 20_000;

/**
 * Milliseconds to wait after `failures` tries in a row, doubling, with jitter: `chance` is a number
 * in [0, 1). At least half of the span is always waited, so that a crowd spreads out.
 */
export function waitMs(failures, chance) {
  const span = Math.min(LONGEST_MS, FIRST_MS * 2 ** Math.min(failures, 10));
  return Math.round(span / 2 + (span / 2) * chance);
}
