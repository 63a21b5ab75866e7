/** How a question ended: who answered what, where and when; or why nobody did. */
import { h } from "../../shared/elements.js";
import { icon } from "../../shared/icons.js";
import { channelBadge } from "../../shared/channels.js";
import { exactTime, momentText } from "../../shared/time.js";
import { recordView } from "./action.js";
import { fieldsOf } from "./schema.js";

const VERDICTS = {
  approved: { text: "Approved", icon: "check", tone: "good" },
  rejected: { text: "Rejected", icon: "close", tone: "bad" },
};
const ASSURANCES = {
  link: "by a personal link",
  reply: "by a verified reply",
  slack: "by a verified Slack click",
  session: "signed in",
};

const moment = (at) =>
  h("time", { datetime: at, title: exactTime(at) }, momentText(at, Date.now()));

const titlesOf = (schema) =>
  Object.fromEntries(fieldsOf(schema).map(({ name, schema: own }) => [name, own.title]));

const labelOf = ({ options = [] }, value) =>
  options.find((option) => option.value === value)?.label || String(value);

function answerText(request) {
  const { value } = request.response;
  if (request.kind === "form" && value !== null && typeof value === "object")
    return recordView(value, 0, titlesOf(request.schema));
  if (request.kind === "choice")
    return h("p", { class: "outcome-value", dir: "auto" }, labelOf(request, value));
  return h("blockquote", { class: "outcome-quote", dir: "auto" }, String(value));
}

function byLine({ user_id, user_name, channel, responded_at, assurance }, userId) {
  const who = user_id === userId ? "You" : user_name || "Somebody";
  return h(
    "p",
    { class: "outcome-by", title: ASSURANCES[assurance] ?? "" },
    h("bdi", { class: "outcome-who" }, who),
    channelBadge(channel),
    moment(responded_at),
  );
}

function answered(request, userId) {
  const { response } = request;
  const verdict = VERDICTS[response.value];
  const isApproval = request.kind === "approval" && verdict !== undefined;
  const shown = isApproval ? verdict : { text: "Answered", icon: "check", tone: "good" };
  return h(
    "div",
    { class: "outcome", data: { tone: shown.tone } },
    h(
      "div",
      { class: "outcome-head" },
      icon(shown.icon),
      h("strong", {}, shown.text),
      byLine(response, userId),
    ),
    isApproval ? null : answerText(request),
    response.comment
      ? h("blockquote", { class: "outcome-quote", dir: "auto" }, response.comment)
      : null,
  );
}

function unanswered(iconName, text, at) {
  return h(
    "div",
    { class: "outcome", data: { tone: "plain" } },
    h(
      "div",
      { class: "outcome-head" },
      icon(iconName),
      h("p", {}, text, " "),
      at ? moment(at) : null,
    ),
  );
}

const ENDS = {
  answered,
  expired: ({ resolved_at, expires_at }) =>
    unanswered("clock", "Nobody answered in time.", resolved_at ?? expires_at),
  cancelled: ({ resolved_at }) =>
    unanswered("close", "The agent withdrew this question.", resolved_at),
};

const decided = ({ resolved_at }) => unanswered("check", "This question is decided.", resolved_at);

const endOf = ({ status, response }) =>
  status === "answered" && !response ? decided : (ENDS[status] ?? decided);

/** The end of a request. */
export function outcomeView(request, userId) {
  const late = request.wasLate
    ? h(
        "p",
        { class: "outcome-late", role: "alert" },
        "Your answer came a moment too late. This one counts.",
      )
    : null;
  return h("div", {}, late, endOf(request)(request, userId));
}
