/** How a question ended: who answered what, where and when; or why nobody did. */
import { h } from "../../shared/elements.js";
import { icon } from "../../shared/icons.js";
import { channelBadge } from "../../shared/channels.js";
import { exactTime, momentText } from "../../shared/time.js";
import { actionText, recordView } from "./action.js";
import { changesBetween } from "./edited.js";
import { readableName } from "./names.js";
import { fieldsOf } from "./schema.js";

const VERDICTS = {
  approved: { text: "Approved", icon: "check", tone: "good" },
  rejected: { text: "Rejected", icon: "close", tone: "bad" },
};
const ASSURANCES = {
  link: { text: "by personal link", why: "Whoever had the link of the mail could answer." },
  reply: { text: "verified reply", why: "The mail is proven to come from this person's address." },
  slack: { text: "verified Slack click", why: "Slack says that this person clicked." },
  session: { text: "signed in", why: "This person was signed in." },
};

const moment = (at) =>
  h("time", { datetime: at, title: exactTime(at) }, momentText(at, Date.now()));

const titlesOf = (schema) =>
  Object.fromEntries(fieldsOf(schema).map(({ name, schema: own }) => [name, own.title]));

const labelOf = ({ options = [] }, value) =>
  options.find((option) => option.value === value)?.label || String(value);

function answerText(request) {
  const { value } = request.response;
  if (request.kind === "comment" && !value) return null;
  if (request.kind === "form" && value !== null && typeof value === "object")
    return recordView(value, 0, titlesOf(request.schema));
  if (request.kind === "choice")
    return h("p", { class: "outcome-value", dir: "auto" }, labelOf(request, value));
  return h("blockquote", { class: "outcome-quote", dir: "auto" }, String(value));
}

function byLine({ user_id, user_name, channel, responded_at, assurance }, userId) {
  const who = user_id === userId ? "You" : user_name || "Somebody";
  const sure = ASSURANCES[assurance];
  return h(
    "p",
    { class: "outcome-by" },
    h("bdi", { class: "outcome-who" }, who),
    channelBadge(channel),
    moment(responded_at),
    sure ? h("span", { class: "outcome-sure", title: sure.why }, icon("shield"), sure.text) : null,
  );
}

const valueText = (value) =>
  value === undefined ? "nothing" : typeof value === "string" ? value : JSON.stringify(value);

/** What the person changed before they approved: only this is approved. */
function editView({ action, response: { edited_action: edited } }) {
  if (edited === null || edited === undefined) return null;
  const changes = changesBetween(action, edited);
  const rows = changes.map(({ name, before, after }) =>
    h(
      "div",
      {},
      h("dt", {}, readableName(name)),
      h("dd", {}, h("del", {}, valueText(before)), " ", h("ins", {}, valueText(after))),
    ),
  );
  return h(
    "div",
    { class: "outcome-edit" },
    h("h3", {}, "Approved with changes"),
    rows.length > 0 ? h("dl", { class: "record" }, rows) : actionText(edited),
  );
}

const ANSWERED = { text: "Answered", icon: "check", tone: "good" };

function verdictOf({ kind, response: { value } }) {
  if (kind === "approval" && value in VERDICTS) return VERDICTS[value];
  if (kind !== "comment") return ANSWERED;
  return { ...ANSWERED, text: value ? "Commented" : "Seen, nothing to add" };
}

function answered(request, userId) {
  const { response } = request;
  const shown = verdictOf(request);
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
    request.kind === "approval" ? editView(request) : answerText(request),
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
