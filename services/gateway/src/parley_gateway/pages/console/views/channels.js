/** The channels: how they do, their connections, their last minutes. */
import { h } from "../../shared/elements.js";
import { channelIcon, channelLabel } from "../../shared/channels.js";
import { icon } from "../../shared/icons.js";
import { showList } from "../../shared/keyed.js";
import { confirmed } from "../confirm.js";
import { plot } from "../plot.js";
import { pointsOf, SERIES } from "../samples.js";
import { eitherOr, idView, statePill, stateWords } from "./parts.js";

const CONNECT = {
  gmail: { href: "/api/channels/gmail/auth?shared=true", label: "Connect a mailbox" },
  slack: { href: "/api/channels/slack/auth", label: "Add to Slack" },
};

const fact = (name, value) => h("div", {}, h("dt", {}, name), h("dd", {}, value));

function pacingText(pacing) {
  if (pacing === null || pacing === undefined || pacing === "") return null;
  if (typeof pacing !== "object") return String(pacing);
  return Object.entries(pacing).map(([name, value]) => `${name.replaceAll("_", " ")} ${value}`).join(", ");
}

function facts(state) {
  const pacing = pacingText(state.pacing);
  return h("dl", { class: "facts" },
    fact("Breaker", stateWords(state.breaker) || "closed"),
    fact("Parked", String(state.parked ?? 0)),
    fact("p99", `${Math.round(state.latency_p99_ms ?? 0)} ms`),
    fact("Attempts, 15 min", String(state.attempts ?? 0)),
    pacing === null ? null : fact("Pacing", pacing));
}

function connectionRow(channel, connection, change) {
  const { connection_id: id, display_name: name, status, detail, user_id: userId } = connection;
  const title = name || id;
  const disconnect = async () => {
    const isSure = await confirmed({
      title: `Disconnect ${title}?`, action: "Disconnect",
      text: "Parley revokes its access at the provider and forgets the token. What waits for this connection takes another way or waits.",
    });
    if (isSure) {
      await change("DELETE", `/api/channels/${channel}/connections/${encodeURIComponent(id)}`,
        undefined, `${title} is disconnected.`);
    }
  };
  return h("li", { class: "connection-row" },
    h("div", { class: "connection-words" }, h("bdi", { class: "connection-name" }, title),
      userId ? h("span", { class: "hint" }, "account of ", idView(userId)) : null,
      detail ? h("p", { class: "hint" }, detail) : null),
    statePill(status),
    connection.breaker && connection.breaker !== "closed" ? statePill(connection.breaker) : null,
    h("button", { type: "button", class: "button", data: { size: "small", tone: "bad" }, onclick: disconnect,
      "aria-label": `Disconnect ${title}` }, "Disconnect"));
}

function connections(state, change) {
  const link = CONNECT[state.channel];
  const rows = (state.connections ?? []).map((one) => connectionRow(state.channel, one, change));
  if (link === undefined && rows.length === 0) return null;
  return h("div", { class: "connections" },
    rows.length > 0 ? h("ul", {}, rows) : h("p", { class: "hint" }, "Nothing is connected yet."),
    link === undefined ? null
      : h("a", { class: "button", href: link.href, data: { size: "small" } }, icon("plug"), link.label));
}

/** Everything but the plots, which change at every poll and redraw themselves. */
const versionOf = ({ checked_at: _, success_rate: __, latency_p50_ms: ___, queue_depth: ____, ...rest }) =>
  JSON.stringify(rest);

function channelCard(first, change) {
  const head = h("div", {});
  const body = h("div", { class: "channel-body" });
  const plots = SERIES.map((series) => ({ name: series.name, ...plot(series) }));
  const node = h("li", { class: "panel channel" }, head,
    h("div", { class: "plots" }, plots.map((one) => one.node)), body);
  let shown = "";
  node.refresh = (state, samples) => {
    const now = samples.at(-1)?.at ?? 0;
    plots.forEach((one) => one.show(pointsOf(samples, one.name), now));
    if (versionOf(state) === shown) return;
    shown = versionOf(state);
    head.replaceChildren(h("div", { class: "channel-head" }, icon(channelIcon(state.channel)),
      h("h2", {}, channelLabel(state.channel)), statePill(state.status)),
    state.detail ? h("p", { class: "channel-detail" }, state.detail) : "");
    body.replaceChildren(...[facts(state), connections(state, change)].filter(Boolean));
  };
  return node;
}

const sum = (items, name) => items.reduce((total, item) => total + (item[name] ?? 0), 0);

function tiles() {
  const node = h("dl", { class: "tiles" });
  const show = ({ channels, requests }) => {
    const unwell = channels.filter(({ status }) => status === "down" || status === "degraded");
    const tile = (name, value) => h("div", { class: "panel tile" }, h("dt", {}, name), h("dd", {}, value));
    node.replaceChildren(
      tile("Channels unwell", `${unwell.length} of ${channels.length}`),
      tile("Questions waiting", String(requests?.length ?? 0)),
      tile("In the queue", String(sum(channels, "queue_depth"))),
      tile("Parked", String(sum(channels, "parked"))));
  };
  return { node, show };
}

/** The view of all channels. */
export function channelsView(state, { change }) {
  const list = h("ul", { class: "channels" });
  const slot = h("div", {});
  const top = tiles();
  const node = h("section", { "aria-labelledby": "channels-title" },
    h("h1", { id: "channels-title", class: "view-title" }, "Channels"), top.node, slot);
  const show = () => {
    const { channels } = state;
    eitherOr(slot, channels, {
      title: "No channels", iconName: "plug", text: "Name them in PARLEY_CHANNELS and start Parley again.",
    }, list);
    top.node.hidden = channels === null;
    if (channels === null) return;
    top.show(state);
    showList(list, channels.map((channel) => ({
      key: channel.channel,
      version: state.polledAt,
      build: () => {
        const card = channelCard(channel, change);
        card.refresh(channel, state.samples.get(channel.channel) ?? []);
        return card;
      },
      refresh: (card) => card.refresh(channel, state.samples.get(channel.channel) ?? []),
    })));
  };
  return { node, show };
}
