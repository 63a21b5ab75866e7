/** The channels: how they do, their connections, their last minutes. */
import { h } from "../../shared/elements.js";
import { channelIcon, channelLabel } from "../../shared/channels.js";
import { icon } from "../../shared/icons.js";
import { showList } from "../../shared/keyed.js";
import { plot } from "../plot.js";
import { measured, pointsOf, SERIES } from "../samples.js";
import { connections } from "./connections.js";
import { pacing } from "./pacing.js";
import { breakerPill, eitherOr, statePill } from "./parts.js";

const fact = (name, value) => h("div", {}, h("dt", {}, name), h("dd", {}, value));

function facts(state) {
  const latency = measured(state, "latency_p99_ms");
  return h(
    "dl",
    { class: "facts" },
    fact("Breaker", breakerPill(state)),
    fact("Parked", String(state.parked ?? 0)),
    fact("p99", latency === null ? "–" : `${Math.round(latency)} ms`),
    fact("Attempts, 15 min", String(state.attempts ?? 0)),
  );
}

/** Everything but the plots, which change at every poll and redraw themselves. */
const versionOf = ({
  checked_at: _,
  success_rate: __,
  latency_p50_ms: ___,
  queue_depth: ____,
  sent_last_minute: _____,
  ...rest
}) => JSON.stringify(rest);

function channelCard(first, change) {
  const head = h("div", {});
  const body = h("div", { class: "channel-body" });
  const plots = SERIES.map((series) => ({ name: series.name, ...plot(series) }));
  const node = h(
    "li",
    { class: "panel channel" },
    head,
    h(
      "div",
      { class: "plots" },
      plots.map((one) => one.node),
    ),
    body,
  );
  let shown = "";
  node.refresh = (state, samples) => {
    const now = samples.at(-1)?.at ?? 0;
    plots.forEach((one) => one.show(pointsOf(samples, one.name), now));
    if (versionOf(state) === shown) return;
    shown = versionOf(state);
    head.replaceChildren(
      h(
        "div",
        { class: "channel-head" },
        icon(channelIcon(state.channel)),
        h("h2", {}, channelLabel(state.channel)),
        statePill(state.status),
      ),
      state.detail ? h("p", { class: "channel-detail" }, state.detail) : "",
    );
    const parts = [facts(state), connections(state, change), pacing(state.pacing, Date.now())];
    body.replaceChildren(...parts.filter(Boolean));
  };
  return node;
}

const sum = (items, name) => items.reduce((total, item) => total + (item[name] ?? 0), 0);

function tiles() {
  const node = h("dl", { class: "tiles" });
  const show = ({ channels, requests }) => {
    const unwell = channels.filter(({ status }) => status === "down" || status === "degraded");
    const tile = (name, value) =>
      h("div", { class: "panel tile" }, h("dt", {}, name), h("dd", {}, value));
    node.replaceChildren(
      tile("Channels unwell", `${unwell.length} of ${channels.length}`),
      tile("Questions waiting", String(requests?.length ?? 0)),
      tile("In the queue", String(sum(channels, "queue_depth"))),
      tile("Parked", String(sum(channels, "parked"))),
    );
  };
  return { node, show };
}

/** The view of all channels. */
export function channelsView(state, { change }) {
  const list = h("ul", { class: "channels" });
  const slot = h("div", {});
  const top = tiles();
  const node = h(
    "section",
    { "aria-labelledby": "channels-title" },
    h("h1", { id: "channels-title", class: "view-title" }, "Channels"),
    top.node,
    slot,
  );
  const show = () => {
    const { channels } = state;
    eitherOr(
      slot,
      channels,
      {
        title: "No channels",
        iconName: "plug",
        text: "Name them in PARLEY_CHANNELS and start Parley again.",
      },
      list,
    );
    top.node.hidden = channels === null;
    if (channels === null) return;
    top.show(state);
    showList(
      list,
      channels.map((channel) => ({
        key: channel.channel,
        version: state.polledAt,
        build: () => {
          const card = channelCard(channel, change);
          card.refresh(channel, state.samples.get(channel.channel) ?? []);
          return card;
        },
        refresh: (card) => card.refresh(channel, state.samples.get(channel.channel) ?? []),
      })),
    );
  };
  return { node, show };
}
