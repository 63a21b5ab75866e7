/** The dialog in which a person says where and when to reach them. */
import { h, freshId } from "../../shared/elements.js";
import { icon } from "../../shared/icons.js";
import { channelIcon, channelLabel } from "../../shared/channels.js";
import { announce } from "../../shared/notice.js";
import { quietHours } from "./quiet-hours.js";

const DEFAULT_ORDER = ["websocket", "gmail", "slack"];

function startOrder({ preferences, channels }) {
  const all = channels.length > 0 ? channels.map(({ channel }) => channel) : DEFAULT_ORDER;
  const chosen = preferences?.channels ?? [];
  return [...chosen, ...all.filter((name) => !chosen.includes(name))];
}

/** The list with one of its members one place earlier (-1) or later (+1). */
export function moved(order, index, step) {
  const next = [...order];
  const [name] = next.splice(index, 1);
  next.splice(index + step, 0, name);
  return next;
}

function orderList() {
  const list = h("ol", { class: "order" });
  let order = [];
  const move = (index, step) => {
    const name = order[index];
    order = moved(order, index, step);
    paint();
    const [up, down] = list.children[index + step].querySelectorAll("button");
    const wanted = step < 0 ? up : down;
    (wanted.disabled ? (step < 0 ? down : up) : wanted).focus();
    announce(`${channelLabel(name)} is now number ${index + step + 1}.`);
  };
  const mover = (name, index, step) =>
    h(
      "button",
      {
        type: "button",
        class: "icon-button",
        disabled: step < 0 ? index === 0 : index === order.length - 1,
        "aria-label": `Move ${channelLabel(name)} ${step < 0 ? "up" : "down"}`,
        onclick: () => move(index, step),
      },
      icon(step < 0 ? "up" : "down"),
    );
  const paint = () =>
    list.replaceChildren(
      ...order.map((name, index) =>
        h(
          "li",
          {},
          h("span", { class: "order-number" }, String(index + 1)),
          icon(channelIcon(name)),
          h("span", { class: "order-name" }, channelLabel(name)),
          mover(name, index, -1),
          mover(name, index, 1),
        ),
      ),
    );
  return {
    node: list,
    get: () => order,
    set: (next) => {
      order = next;
      paint();
    },
  };
}

/** The dialog; `open()` shows it with the order as it stands. */
export function preferencesDialog(store, desk) {
  const list = orderList();
  const quiet = quietHours();
  const titleId = freshId("dialog");
  const node = h("dialog", { class: "dialog", "aria-labelledby": titleId });
  const save = async (event) => {
    event.preventDefault();
    const hours = quiet.get();
    if (hours === undefined) return;
    if (await desk.prefer({ channels: list.get(), quiet_hours: hours })) node.close();
  };
  node.append(
    h(
      "form",
      { class: "dialog-form", onsubmit: save },
      h("h2", { id: titleId }, "Where to reach me"),
      h(
        "p",
        { class: "dialog-lead" },
        "Parley tries your first channel, and moves on to the next when you do not see it there.",
      ),
      list.node,
      quiet.node,
      h(
        "div",
        { class: "dialog-buttons" },
        h("button", { type: "button", class: "button", onclick: () => node.close() }, "Cancel"),
        h("button", { class: "button", data: { tone: "main" } }, "Save"),
      ),
    ),
  );
  node.addEventListener("click", ({ target }) => {
    if (target === node) node.close();
  });
  return {
    node,
    open: () => {
      list.set(startOrder(store));
      quiet.set(store.preferences?.quiet_hours ?? null, store.timezone);
      node.showModal();
    },
  };
}
