/** The frame of the console: its navigation, the state of the poll, the open view. */
import { h } from "../../shared/elements.js";
import { icon } from "../../shared/icons.js";
import { themeButton } from "../../shared/theme.js";
import { clockTime } from "../../shared/time.js";
import { agentsView } from "./agents.js";
import { channelsView } from "./channels.js";
import { deliveriesView } from "./deliveries.js";
import { consoleBrand } from "./gate.js";
import { requestsView } from "./requests.js";

const VIEWS = {
  channels: { label: "Channels", make: channelsView },
  requests: { label: "Requests", make: requestsView },
  deliveries: { label: "Deliveries", make: deliveriesView },
  agents: { label: "Agents", make: agentsView },
};

/** The name of the view that the address opens. */
export function viewInAddress() {
  const name = window.location.hash.replace(/^#\//, "");
  return name in VIEWS ? name : "channels";
}

const countsOf = (state) => ({
  channels: (state.channels ?? []).filter(({ status }) => status === "down").length,
  requests: state.requests?.length ?? 0,
});

function navigation() {
  const tabs = Object.entries(VIEWS).map(([name, { label }]) => {
    const count = h("span", { class: "count" });
    return { name, count, link: h("a", { href: `#/${name}` }, label, " ", count) };
  });
  const node = h(
    "nav",
    { class: "tabs", "aria-label": "Console" },
    tabs.map(({ link }) => link),
  );
  const show = (state, open) => {
    const counts = countsOf(state);
    for (const { name, link, count } of tabs) {
      if (name === open) link.setAttribute("aria-current", "page");
      else link.removeAttribute("aria-current");
      count.hidden = !counts[name];
      count.textContent = String(counts[name] ?? "");
    }
  };
  return { node, show };
}

function pollState(state, refresh) {
  const dot = h("span", { class: "dot" });
  const text = h("span", {});
  const node = h(
    "button",
    { type: "button", class: "pill poll", title: "Look again now", onclick: refresh },
    dot,
    text,
  );
  const show = () => {
    const isBad = state.error !== null;
    dot.dataset.tone = isBad ? "bad" : state.polledAt === 0 ? "warn" : "good";
    const left = Math.max(0, Math.ceil((state.nextAt - Date.now()) / 1000));
    if (isBad) text.textContent = `No answer, again in ${left} s`;
    else text.textContent = state.polledAt === 0 ? "Loading…" : "Live";
  };
  setInterval(() => {
    if (state.error !== null && node.isConnected) show();
  }, 500);
  return { node, show };
}

function trouble(state) {
  const node = h("div", { class: "trouble", role: "alert", hidden: true });
  const show = () => {
    node.hidden = state.error === null;
    if (state.error === null) return;
    const since =
      state.polledAt === 0
        ? ""
        : ` What you see is from ${clockTime(new Date(state.polledAt).toISOString())}.`;
    const text = state.error.message + since;
    if (node.textContent !== text) node.replaceChildren(icon("alert"), h("span", {}, text));
  };
  return { node, show };
}

/** The whole page; `show()` brings it up to date with the state. */
export function frame(state, actions) {
  const views = Object.fromEntries(
    Object.entries(VIEWS).map(([name, { make }]) => [name, make(state, actions)]),
  );
  const tabs = navigation();
  const poll = pollState(state, actions.refresh);
  const problem = trouble(state);
  const signOut = h(
    "button",
    {
      type: "button",
      class: "icon-button",
      "aria-label": "Sign out",
      title: "Sign out",
      onclick: actions.signOut,
    },
    icon("leave"),
  );
  const main = h(
    "main",
    { class: "console-main", id: "main", tabindex: "-1" },
    problem.node,
    Object.values(views).map(({ node }) => node),
  );
  const node = h(
    "div",
    { class: "console" },
    h(
      "header",
      { class: "console-top" },
      consoleBrand(),
      tabs.node,
      h("div", { class: "console-tools" }, poll.node, themeButton(), signOut),
    ),
    main,
  );
  const show = () => {
    const open = viewInAddress();
    tabs.show(state, open);
    poll.show();
    problem.show();
    for (const [name, view] of Object.entries(views)) view.node.hidden = name !== open;
    views[open].show();
  };
  return { node, show };
}
