/** The connections of a channel: what is connected, and how to connect or disconnect. */
import { h } from "../../shared/elements.js";
import { icon } from "../../shared/icons.js";
import { query } from "../../shared/http.js";
import { confirmed } from "../confirm.js";
import { breakerPill, idView, statePill } from "./parts.js";

const CONNECT = {
  gmail: { label: "Connect a mailbox", parameters: { shared: "true" } },
  slack: { label: "Add to Slack", parameters: {} },
};

/** Where a browser goes to connect, or to connect the same account again. */
function connectPath(channel, { user_id: userId } = {}) {
  const parameters = userId ? { user_id: userId } : CONNECT[channel].parameters;
  return `/api/channels/${channel}/auth${query(parameters)}`;
}

async function disconnect(channel, id, title, change) {
  const isSure = await confirmed({
    title: `Disconnect ${title}?`,
    action: "Disconnect",
    text:
      "Parley revokes its access at the provider and forgets the token. " +
      "What waits for this connection takes another way or waits.",
  });
  if (!isSure) return;
  const path = `/api/channels/${channel}/connections/${encodeURIComponent(id)}`;
  await change("DELETE", path, undefined, `${title} is disconnected.`);
}

function button(label, title, onclick, tone) {
  const attributes = { type: "button", class: "button", data: { size: "small", tone }, onclick };
  return h("button", { ...attributes, "aria-label": `${label} ${title}` }, label);
}

function reconnectLink(channel, connection, title) {
  const tone = connection.status === "connected" ? undefined : "main";
  const data = { size: "small", tone };
  const href = connectPath(channel, connection);
  return h("a", { class: "button", href, data, "aria-label": `Reconnect ${title}` }, "Reconnect");
}

/** What an account did lately, where the orchestrator tells. */
function lately({ queue_depth: queued, attempts, latency_p50_ms: latency, success_rate: rate }) {
  if (!Number.isFinite(attempts)) return null;
  const waits = queued > 0 ? `${queued} waiting · ` : "";
  const text =
    attempts === 0
      ? "nothing sent lately"
      : `${attempts} sent lately, ${Math.round(rate * 100)} % well, ${Math.round(latency)} ms`;
  return h("p", { class: "connection-facts" }, waits + text);
}

function connectionRow(channel, connection, change) {
  const { connection_id: id, display_name: name, status, detail, user_id: userId } = connection;
  const title = name || id;
  const refresh = () =>
    change(
      "POST",
      `/api/channels/${channel}/refresh${query({ connection_id: id })}`,
      undefined,
      `The token of ${title} is fresh.`,
    );
  return h(
    "li",
    { class: "connection-row" },
    h(
      "div",
      { class: "connection-words" },
      h("bdi", { class: "connection-name" }, title),
      userId ? h("span", { class: "hint" }, " account of ", idView(userId)) : null,
      detail ? h("p", { class: "hint" }, detail) : null,
      lately(connection),
    ),
    connection.breaker && connection.breaker !== "closed" ? breakerPill(connection) : null,
    statePill(status),
    button("Refresh", title, refresh),
    channel in CONNECT ? reconnectLink(channel, connection, title) : null,
    button("Disconnect", title, () => disconnect(channel, id, title, change), "bad"),
  );
}

/** The list; null for a channel that needs no connection. */
export function connections(state, change) {
  const wish = CONNECT[state.channel];
  const rows = (state.connections ?? []).map((one) => connectionRow(state.channel, one, change));
  if (wish === undefined && rows.length === 0) return null;
  return h(
    "div",
    { class: "connections" },
    rows.length > 0 ? h("ul", {}, rows) : h("p", { class: "hint" }, "Nothing is connected yet."),
    wish === undefined
      ? null
      : h(
          "a",
          { class: "button", href: connectPath(state.channel), data: { size: "small" } },
          icon("plug"),
          wish.label,
        ),
  );
}
