/** Times as people read them. `now` is milliseconds since the epoch, times are RFC 3339 text. */

const clock = new Intl.DateTimeFormat(undefined, { hour: "2-digit", minute: "2-digit" });
const fullDay = new Intl.DateTimeFormat(undefined, {
  weekday: "long",
  day: "numeric",
  month: "long",
});
const shortDay = new Intl.DateTimeFormat(undefined, { day: "numeric", month: "short" });
const exact = new Intl.DateTimeFormat(undefined, { dateStyle: "full", timeStyle: "medium" });

const DAY = 86_400_000;
const startOfDay = (ms) => new Date(ms).setHours(0, 0, 0, 0);
const daysBetween = (earlier, later) => Math.round((startOfDay(later) - startOfDay(earlier)) / DAY);

/** "14:03". */
export const clockTime = (at) => clock.format(new Date(at));

/** The full date and time, for a tooltip. */
export const exactTime = (at) => exact.format(new Date(at));

/** "Today", "Yesterday" or "Monday, 4 May". */
export function dayName(at, now) {
  const days = daysBetween(Date.parse(at), now);
  if (days === 0) return "Today";
  return days === 1 ? "Yesterday" : fullDay.format(new Date(at));
}

/** The time today, the day otherwise: for lists. */
export function briefTime(at, now) {
  const days = daysBetween(Date.parse(at), now);
  if (days === 0) return clockTime(at);
  return days === 1 ? "Yesterday" : shortDay.format(new Date(at));
}

/** The time, with the day before it when that is not today. */
export function momentText(at, now) {
  const sameDay = daysBetween(Date.parse(at), now) === 0;
  return sameDay ? clockTime(at) : `${shortDay.format(new Date(at))}, ${clockTime(at)}`;
}

/** What is left of a time span, the two largest units: "2 d 3 h", "4 min 05 s", "9 s". */
export function spanText(ms) {
  const seconds = Math.max(0, Math.ceil(ms / 1000));
  const [d, hours] = [Math.floor(seconds / 86_400), Math.floor(seconds / 3600) % 24];
  const [minutes, s] = [Math.floor(seconds / 60) % 60, seconds % 60];
  if (d > 0) return `${d} d ${hours} h`;
  if (hours > 0) return `${hours} h ${minutes} min`;
  return minutes > 0 ? `${minutes} min ${String(s).padStart(2, "0")} s` : `${s} s`;
}
