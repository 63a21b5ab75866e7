/** What was tried, one attempt under the other. */
import { h } from "../../shared/elements.js";
import { idView, timeView } from "./parts.js";

const GOOD_OUTCOMES = new Set(["sent", "found"]);

function tookText({ started_at: from, finished_at: to }) {
  if (!from || !to) return "running";
  return `${Math.max(0, Date.parse(to) - Date.parse(from))} ms`;
}

function attemptRow(attempt) {
  const { number, outcome, code, detail, next_step: next, connection_id: connection } = attempt;
  const tone = GOOD_OUTCOMES.has(outcome) ? "good" : outcome ? "bad" : "plain";
  return h(
    "li",
    { class: "attempt" },
    h("span", { class: "dot", data: { tone } }),
    h(
      "div",
      {},
      h(
        "div",
        { class: "attempt-head" },
        h("strong", {}, `Attempt ${number}`),
        h("span", {}, (outcome || "running").replaceAll("_", " ")),
        code ? h("code", { class: "id" }, code) : null,
        h("span", { class: "hint" }, timeView(attempt.started_at), ` · ${tookText(attempt)}`),
        connection ? h("span", { class: "hint" }, "over ", idView(connection)) : null,
      ),
      detail ? h("p", { class: "hint" }, detail) : null,
      next ? h("p", { class: "hint" }, tone === "good" ? next : `Then: ${next}`) : null,
    ),
  );
}

/** The attempts of a delivery, what it replaces, and when it is tried next. */
export function timeline({ attempts = [], next_attempt_at: nextAt, fallback_of: fallbackOf }) {
  return h(
    "div",
    { class: "timeline" },
    fallbackOf ? h("p", { class: "hint" }, "Instead of ", idView(fallbackOf)) : null,
    attempts.length > 0
      ? h("ol", {}, attempts.map(attemptRow))
      : h("p", { class: "hint" }, "Not tried yet."),
    nextAt ? h("p", { class: "hint" }, "Tried next at ", timeView(nextAt)) : null,
  );
}
