/** The action that an approval releases, readable: names and values instead of JSON. */
import { h } from "../../shared/elements.js";

const MAX_DEPTH = 4;

const isRecord = (value) => value !== null && typeof value === "object" && !Array.isArray(value);

/** "deploy_service" and "deployService" read as "Deploy service"; capitals like "URL" stay. */
export function readableName(name) {
  const spaced = name
    .replace(/([a-z\d])([A-Z])/g, "$1 $2")
    .replace(/[_-]+/g, " ")
    .trim();
  const words = spaced.replace(/ [A-Z](?=[a-z])/g, (start) => start.toLowerCase());
  return words.charAt(0).toUpperCase() + words.slice(1);
}

function scalar(value) {
  if (value === null) return h("span", { class: "value-none" }, "none");
  if (typeof value === "boolean") return value ? "Yes" : "No";
  const text = String(value);
  return h("span", { class: text.includes("\n") ? "value-lines" : "", dir: "auto" }, text);
}

function valueView(value, depth) {
  if (depth >= MAX_DEPTH && typeof value === "object") return h("code", {}, JSON.stringify(value));
  if (Array.isArray(value)) {
    return value.length === 0
      ? h("span", { class: "value-none" }, "none")
      : h(
          "ul",
          { class: "values" },
          value.map((item) => h("li", {}, valueView(item, depth + 1))),
        );
  }
  return isRecord(value) ? recordView(value, depth + 1) : scalar(value);
}

/** A record as a list of names and values; `labels` may name some of them better. */
export function recordView(record, depth = 0, labels = {}) {
  return h(
    "dl",
    { class: "record" },
    Object.entries(record).map(([name, value]) =>
      h(
        "div",
        {},
        h("dt", {}, labels[name] ?? readableName(name)),
        h("dd", {}, valueView(value, depth)),
      ),
    ),
  );
}

/** What happens on approval, with the exact JSON behind it; null when the request has no action. */
export function actionView({ action, digest }) {
  if (action === undefined || action === null || action === "") return null;
  const exact = JSON.stringify(action, null, 2);
  return h(
    "div",
    { class: "action" },
    h("h2", {}, "What happens"),
    isRecord(action) ? recordView(action) : valueView(action, 0),
    h(
      "details",
      {},
      h("summary", {}, "Exact content"),
      h("pre", { tabindex: "0" }, h("code", {}, exact)),
      digest ? h("p", { class: "digest" }, "SHA-256 ", h("code", {}, digest)) : null,
    ),
  );
}
