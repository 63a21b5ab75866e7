/** What was handed to channels, with every attempt. */
import { h } from "../../shared/elements.js";
import { channelBadge } from "../../shared/channels.js";
import { showList } from "../../shared/keyed.js";
import { stateFilter, subjectFilter } from "./filters.js";
import { eitherOr, idView, statePill, timeView } from "./parts.js";
import { timeline } from "./timeline.js";

const CAN_RETRY = new Set(["dead", "unknown", "parked"]);
const CAN_CANCEL = new Set(["queued", "parked", "unknown"]);

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

function emptyText({ deliveryState, subjectId }) {
  if (subjectId !== "") return `Nothing was handed to a channel for ${subjectId}.`;
  return deliveryState
    ? "None is in this state."
    : "Each message and each card appears here once it is queued.";
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
        text: emptyText(state),
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
  const again = () => {
    show();
    refresh();
  };
  const node = h(
    "section",
    { "aria-labelledby": "deliveries-title" },
    h(
      "div",
      { class: "view-head" },
      h("h1", { id: "deliveries-title", class: "view-title" }, "Deliveries"),
      h("div", { class: "filters" }, subjectFilter(state, again), stateFilter(state, again)),
    ),
    slot,
  );
  return { node, show };
}
