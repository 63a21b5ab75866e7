/** What was handed to channels, with every attempt. */
import { freshId, h } from "../../shared/elements.js";
import { channelBadge } from "../../shared/channels.js";
import { showList } from "../../shared/keyed.js";
import { eitherOr, idView, statePill, timeView } from "./parts.js";

const STATES = [
  "queued",
  "sending",
  "sent",
  "delivered",
  "read",
  "parked",
  "unknown",
  "dead",
  "cancelled",
];
const CAN_RETRY = new Set(["dead", "unknown", "parked"]);
const CAN_CANCEL = new Set(["queued", "parked", "unknown"]);
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
      next ? h("p", { class: "hint" }, `Then: ${next}`) : null,
    ),
  );
}

function timeline({ attempts = [], next_attempt_at: nextAt, fallback_of: fallbackOf }) {
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

function buttons(delivery, change) {
  const act = (verb, done) => () =>
    change("POST", `/api/deliveries/${delivery.id}/${verb}`, {}, done);
  const button = (label, verb, done, tone) =>
    h(
      "button",
      {
        type: "button",
        class: "button",
        data: { size: "small", tone },
        onclick: act(verb, done),
        "aria-label": `${label} ${delivery.id}`,
      },
      label,
    );
  return h(
    "div",
    { class: "row-buttons" },
    CAN_RETRY.has(delivery.state) ? button("Retry", "retry", "It is back in the queue.") : null,
    CAN_CANCEL.has(delivery.state)
      ? button("Cancel", "cancel", "The delivery is given up.", "bad")
      : null,
  );
}

function row(delivery, { change, open }) {
  const count = delivery.attempts?.length ?? 0;
  const details = h(
    "details",
    { open: open.has(delivery.id) },
    h("summary", {}, count === 1 ? "1 attempt" : `${count} attempts`),
    timeline(delivery),
  );
  details.addEventListener("toggle", () => {
    if (details.open) open.add(delivery.id);
    else open.delete(delivery.id);
  });
  return h(
    "li",
    { class: "panel delivery" },
    h(
      "div",
      { class: "delivery-top" },
      statePill(delivery.state),
      channelBadge(delivery.channel),
      h("span", { class: "delivery-kind" }, delivery.kind),
      h(
        "span",
        { class: "meta" },
        idView(delivery.id),
        "for",
        idView(delivery.subject_id),
        delivery.user_id ? ["to", " ", idView(delivery.user_id)] : null,
      ),
      h("span", { class: "delivery-time" }, timeView(delivery.updated_at)),
      buttons(delivery, change),
    ),
    delivery.explanation ? h("p", { class: "delivery-why" }, delivery.explanation) : null,
    details,
  );
}

function stateFilter(state, refresh) {
  const id = freshId("state");
  const select = h(
    "select",
    { class: "input", id },
    h("option", { value: "" }, "All states"),
    STATES.map((name) => h("option", { value: name }, name)),
  );
  select.value = state.deliveryState;
  select.addEventListener("change", () => {
    Object.assign(state, { deliveryState: select.value, deliveries: null });
    refresh();
  });
  return h("div", { class: "filter" }, h("label", { for: id }, "State"), select);
}

/** The view of deliveries. */
export function deliveriesView(state, { change, refresh }) {
  const list = h("ul", { class: "rows" });
  const slot = h("div", {});
  const open = new Set();
  const show = () => {
    eitherOr(
      slot,
      state.deliveries,
      {
        title: "No deliveries",
        iconName: "mail",
        text: state.deliveryState
          ? "None is in this state."
          : "Each message and each card appears here once it is queued.",
      },
      list,
    );
    showList(
      list,
      (state.deliveries ?? []).map((delivery) => ({
        key: delivery.id,
        version: JSON.stringify(delivery),
        build: () => row(delivery, { change, open }),
      })),
    );
  };
  const filter = stateFilter(state, () => {
    show();
    refresh();
  });
  const node = h(
    "section",
    { "aria-labelledby": "deliveries-title" },
    h(
      "div",
      { class: "view-head" },
      h("h1", { id: "deliveries-title", class: "view-title" }, "Deliveries"),
      filter,
    ),
    slot,
  );
  return { node, show };
}
