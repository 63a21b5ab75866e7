/** The top of a conversation: what it is, who takes part, by which channel it goes. */
import { h, spoken } from "../../shared/elements.js";
import { icon } from "../../shared/icons.js";
import { channelLabel } from "../../shared/channels.js";
import { waitingRequests } from "../conversation.js";
import { avatar } from "../../shared/avatar.js";
import { titleOf } from "./sidebar.js";

const DEFAULT_CHANNELS = ["websocket", "gmail", "slack"];
const UNFIT = { down: "down", not_connected: "not connected" };

/** Who takes part; a dot says who has the web chat open. */
function peopleOf({ agent, participants = [] }, userId) {
  const others = participants.filter(({ user_id }) => user_id !== userId);
  return [
    agent?.name ? h("bdi", {}, agent.name) : null,
    others.map(({ name, is_present: isHere }) => [
      ", ",
      isHere ? h("span", { class: "dot", data: { tone: "good" }, title: `${name} is here` }) : null,
      isHere ? spoken("online: ") : null,
      h("bdi", {}, name),
    ]),
    ", you",
  ];
}

function option({ channel, status }) {
  const trouble = UNFIT[status];
  const label = channelLabel(channel);
  return h("option", { value: channel }, trouble ? `${label} (${trouble})` : label);
}

function channelSelect(store, desk) {
  const select = h("select", { class: "channel-select", title: "Where new messages go" });
  select.addEventListener("change", () => desk.switchChannel(store.selected, select.value));
  let shown = "";
  const show = ({ channel }) => {
    const known =
      store.channels.length > 0
        ? store.channels
        : DEFAULT_CHANNELS.map((name) => ({ channel: name, status: "ok" }));
    const version = JSON.stringify(known.map((state) => [state.channel, state.status]));
    if (version !== shown) {
      select.replaceChildren(h("option", { value: "" }, "My order"), ...known.map(option));
      shown = version;
    }
    select.value = channel ?? "";
    select.disabled = store.connection.phase !== "open";
  };
  const node = h(
    "label",
    { class: "channel-switch" },
    h("span", { class: "channel-switch-label", "aria-hidden": "true" }, "Reach me by"),
    spoken("Where new messages of this conversation go"),
    select,
  );
  return { node, show };
}

function waitingButton(store) {
  const button = h("button", {
    type: "button",
    class: "pill",
    data: { tone: "good" },
    title: "Go to the first question",
  });
  button.addEventListener("click", () => {
    const [first] = waitingRequests(store.selected, store.user.id);
    const card = document.getElementById(`card-${first?.id}`);
    card?.scrollIntoView({ block: "center", behavior: "smooth" });
    card?.focus({ preventScroll: true });
  });
  const show = (conversation) => {
    const count = waitingRequests(conversation, store.user.id).length;
    button.hidden = count === 0;
    if (button.dataset.count === String(count)) return;
    button.dataset.count = String(count);
    const words = count === 1 ? " question waits" : " questions wait";
    button.replaceChildren(
      icon("question"),
      h("span", {}, String(count), h("span", { class: "waiting-words" }, words)),
    );
  };
  return { node: button, show };
}

/** The header of the open conversation. */
export function header(store, desk, { close }) {
  const face = h("span", { class: "header-face" });
  const title = h("h1", { class: "header-title", dir: "auto" });
  const people = h("p", { class: "header-people", dir: "auto" });
  const select = channelSelect(store, desk);
  const waiting = waitingButton(store);
  const back = h(
    "button",
    {
      type: "button",
      class: "icon-button header-back",
      "aria-label": "Back to conversations",
      onclick: close,
    },
    icon("back"),
  );
  const node = h(
    "header",
    { class: "header" },
    back,
    face,
    h("div", { class: "header-words" }, title, people),
    waiting.node,
    select.node,
  );
  let shown = "";
  const show = () => {
    const conversation = store.selected;
    if (conversation === null) return;
    title.textContent = titleOf(conversation);
    const version = JSON.stringify([conversation.agent, conversation.participants]);
    if (version !== shown) {
      people.replaceChildren(...peopleOf(conversation, store.user.id).flat(3).filter(Boolean));
      face.replaceChildren(avatar(conversation.agent?.name ?? "?", "agent"));
      shown = version;
    }
    select.show(conversation);
    waiting.show(conversation);
  };
  return { node, show };
}
