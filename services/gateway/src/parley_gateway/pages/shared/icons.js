/** The pages' icons: 24-unit strokes in the current text colour. */
import { svg } from "./elements.js";

const PATHS = {
  alert: [
    "M12 8v5",
    "M12 16.5v.01",
    "M10.3 4.2 2.9 17a2 2 0 0 0 1.7 3h14.8a2 2 0 0 0 1.7-3L13.7 4.2a2 2 0 0 0-3.4 0Z",
  ],
  arrow: ["M12 19V5", "m6 11 6-6 6 6"],
  back: ["m14 6-6 6 6 6"],
  bell: ["M6.5 16.5V11a5.5 5.5 0 0 1 11 0v5.5l1.5 1.5H5l1.5-1.5Z", "M10.5 20.5h3"],
  bolt: ["M13 3 5 14h6l-1 7 8-11h-6l1-7Z"],
  chat: ["M20 12a7.5 7.5 0 0 1-11 6.6L4 20l1.4-5A7.5 7.5 0 1 1 20 12Z"],
  check: ["m5 12.5 4.5 4.5L19 7.5"],
  checks: ["m2.5 12.5 4.5 4.5 9-9.5", "m12 16 1 1 8.5-9.5"],
  clock: ["M12 7.5V12l3 2", "M12 3.5a8.5 8.5 0 1 0 0 17 8.5 8.5 0 0 0 0-17Z"],
  close: ["m6 6 12 12", "M18 6 6 18"],
  copy: [
    "M9 9h9a1 1 0 0 1 1 1v9a1 1 0 0 1-1 1H9a1 1 0 0 1-1-1v-9a1 1 0 0 1 1-1Z",
    "M5 15V6a1 1 0 0 1 1-1h9",
  ],
  down: ["m6 9.5 6 6 6-6"],
  external: [
    "M14 4h6v6",
    "M20 4 11 13",
    "M18 14v5a1 1 0 0 1-1 1H5a1 1 0 0 1-1-1V7a1 1 0 0 1 1-1h5",
  ],
  key: ["M14.5 4a5.5 5.5 0 1 0-4.9 8L4 17.5V20h3v-2h2v-2h2l1.7-1.7", "M15.5 8.5v.01"],
  leave: ["M14 4h4a1 1 0 0 1 1 1v14a1 1 0 0 1-1 1h-4", "M4 12h10", "m10 8 4 4-4 4"],
  mail: ["M4 6h16v12H4z", "m4 7 8 6 8-6"],
  moon: ["M19.5 14.5A8 8 0 0 1 9.5 4.5a8 8 0 1 0 10 10Z"],
  pause: ["M9 6v12", "M15 6v12"],
  pencil: ["M4.5 19.5l1-4L16 5l3 3L8.5 18.5l-4 1Z", "m14 7 3 3"],
  plug: ["M9 3v5", "M15 3v5", "M7 8h10v3a5 5 0 0 1-10 0V8Z", "M12 16v5"],
  question: [
    "M9.3 9a2.8 2.8 0 1 1 4 2.6c-.9.4-1.3 1-1.3 1.9",
    "M12 16.8v.01",
    "M12 3.5a8.5 8.5 0 1 0 0 17 8.5 8.5 0 0 0 0-17Z",
  ],
  refresh: ["M19 12a7 7 0 1 1-2-4.9L19 9", "M19 4v5h-5"],
  shield: [
    "M12 3.5 5 6v5.5c0 4.2 2.9 7.4 7 9 4.1-1.6 7-4.8 7-9V6l-7-2.5Z",
    "m9 12 2.2 2.2L15.2 10",
  ],
  slack: ["M9.5 4 7.5 20", "M16.5 4l-2 16", "M4.5 9h16", "M3.5 15h16"],
  sliders: ["M4 7h9", "M17 7h3", "M15 5v4", "M4 17h3", "M11 17h9", "M9 15v4"],
  sun: [
    "M12 8a4 4 0 1 0 0 8 4 4 0 0 0 0-8Z",
    "M12 2.5v2",
    "M12 19.5v2",
    "M2.5 12h2",
    "M19.5 12h2",
    "m5.3 5.3 1.4 1.4",
    "m17.3 17.3 1.4 1.4",
    "m5.3 18.7 1.4-1.4",
    "m17.3 6.7 1.4-1.4",
  ],
  up: ["m6 14.5 6-6 6 6"],
  wifi: [
    "M5 12.5a10 10 0 0 1 14 0",
    "M8.2 15.7a5.5 5.5 0 0 1 7.6 0",
    "M12 19v.01",
    "M2 9.3a14.5 14.5 0 0 1 20 0",
  ],
};

/** An icon by name, hidden from screen readers: what it means must also be said in text. */
export function icon(name, className = "") {
  const strokes = (PATHS[name] ?? PATHS.question).map((d) => svg("path", { d }));
  return svg(
    "svg",
    { viewBox: "0 0 24 24", class: `icon ${className}`.trim(), "aria-hidden": "true" },
    ...strokes,
  );
}
