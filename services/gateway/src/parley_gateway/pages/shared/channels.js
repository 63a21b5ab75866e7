/** What people call the channels. */
import { h } from "./elements.js";
import { icon } from "./icons.js";

const KNOWN = {
  websocket: { label: "Web chat", icon: "chat" },
  gmail: { label: "Email", icon: "mail" },
  slack: { label: "Slack", icon: "slack" },
  api: { label: "API", icon: "bolt" },
  webhook: { label: "Webhook", icon: "bolt" },
  link: { label: "Email page", icon: "mail" },
};

/** A channel's name for people; an unknown one keeps its own. */
export const channelLabel = (name) => KNOWN[name]?.label ?? name;

/** The name of a channel's icon. */
export const channelIcon = (name) => KNOWN[name]?.icon ?? "plug";

/** A small badge that says which channel something went through. */
export function channelBadge(name) {
  return h("span", { class: "channel-badge" }, icon(channelIcon(name)), channelLabel(name));
}
