/** The connections of a channel: what is connected, and how to connect or disconnect. */
import { h } from "../../shared/elements.js";
import { icon } from "../../shared/icons.js";
import { confirmed } from "../confirm.js";
import { idView, statePill } from "./parts.js";

const CONNECT = {
  gmail: { href: "/api/channels/gmail/auth?shared=true", label: "Connect a mailbox" },
  slack: { href: "/api/channels/slack/auth", label: "Add to Slack" },
};

function connectionRow(channel, connection, change) {
  const { connection_id: id, display_name: name, status, detail, user_id: userId } = connection;
  const title = name || id;
  const disconnect = async () => {
    const isSure = await confirmed({
      title: `Disconnect ${title}?`,
      action: "Disconnect",
      text:
        "Parley revokes its access at the provider and forgets the token. " +
        "What waits for this connection takes another way or waits.",
    });
    if (isSure) {
      await change(
        "DELETE",
        `/api/channels/${channel}/connections/${encodeURIComponent(id)}`,
        undefined,
        `${title} is disconnected.`,
      );
    }
  };
  return h(
    "li",
    { class: "connection-row" },
    h(
      "div",
      { class: "connection-words" },
      h("bdi", { class: "connection-name" }, title),
      userId ? h("span", { class: "hint" }, "account of ", idView(userId)) : null,
      detail ? h("p", { class: "hint" }, detail) : null,
    ),
    statePill(status),
    connection.breaker && connection.breaker !== "closed" ? statePill(connection.breaker) : null,
    h(
      "button",
      {
        type: "button",
        class: "button",
        data: { size: "small", tone: "bad" },
        onclick: disconnect,
        "aria-label": `Disconnect ${title}`,
      },
      "Disconnect",
    ),
  );
}

/** The list; null for a channel that needs no connection. */
export function connections(state, change) {
  const link = CONNECT[state.channel];
  const rows = (state.connections ?? []).map((one) => connectionRow(state.channel, one, change));
  if (link === undefined && rows.length === 0) return null;
  return h(
    "div",
    { class: "connections" },
    rows.length > 0 ? h("ul", {}, rows) : h("p", { class: "hint" }, "Nothing is connected yet."),
    link === undefined
      ? null
      : h(
          "a",
          { class: "button", href: link.href, data: { size: "small" } },
          icon("plug"),
          link.label,
        ),
  );
}
