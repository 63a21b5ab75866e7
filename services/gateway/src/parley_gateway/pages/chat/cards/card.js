/** A question that wants one answer: asked, answered, expired or withdrawn. */
import { h } from "../../shared/elements.js";
import { icon } from "../../shared/icons.js";
import { markdown } from "../../shared/markdown/render.js";
import { clockTime, exactTime } from "../../shared/time.js";
import { isFinal, isWaitingFor } from "../conversation.js";
import { avatar } from "../../shared/avatar.js";
import { tick } from "../views/ticks.js";
import { actionPanel } from "./action.js";
import { answerForm } from "./answer.js";
import { expiryClock } from "./expiry.js";
import { outcomeView } from "./outcome.js";

const KINDS = {
  approval: { name: "Approval", icon: "shield" },
  choice: { name: "Choice", icon: "question" },
  text: { name: "Question", icon: "question" },
  form: { name: "Form", icon: "sliders" },
  comment: { name: "Comment", icon: "chat" },
};
const STATUS = {
  pending: { text: "Waiting for you", tone: "good" },
  others: { text: "Waiting for others", tone: "plain" },
  answered: { text: "Answered", tone: "plain" },
  expired: { text: "Expired", tone: "plain" },
  cancelled: { text: "Withdrawn", tone: "plain" },
};

function statusOf(request, userId) {
  if (isFinal(request)) return STATUS[request.status];
  return isWaitingFor(request, userId) ? STATUS.pending : STATUS.others;
}

const pill = (text, tone = "plain", iconName = null) =>
  h("span", { class: "pill", data: { tone } }, iconName && icon(iconName), text);

/** What to know of a question that waits: how it presses, what it risks, who else is needed. */
function pendingPills(request) {
  const { urgent, dangerous, reminded_at: remindedAt, required_approvals: needed } = request;
  return [
    urgent ? pill("Urgent", "warn", "bolt") : null,
    dangerous ? pill("Hard to undo", "bad", "alert") : null,
    remindedAt ? pill(`Reminded ${clockTime(remindedAt)}`, "warn", "bell") : null,
    needed > 1 ? pill(`${request.approvals ?? 0} of ${needed} approvals`) : null,
    expiryClock(request.expires_at),
  ];
}

function topLine(request, userId) {
  const { text, tone } = statusOf(request, userId);
  const kind = KINDS[request.kind] ?? KINDS.text;
  return h(
    "div",
    { class: "card-top" },
    h("span", { class: "card-kind" }, icon(kind.icon), kind.name),
    pill(text, tone),
    isFinal(request) ? null : pendingPills(request),
  );
}

const OUT = new Set(["sent", "delivered", "read"]);

/** Where people were asked: this person first, the others by their names. */
function cardsLines(request, { user, selected }) {
  const { cards = [], status } = request;
  const shown = status === "pending" ? cards : cards.filter(({ state }) => OUT.has(state));
  const people = selected?.participants ?? [];
  const others = people.filter((person) => person.user_id !== user.id);
  const line = (name, userId) => {
    const own = shown.filter((card) => card.user_id === userId);
    if (own.length === 0) return null;
    return h("div", { class: "card-cards" }, h("span", {}, name), own.map(tick));
  };
  const theirs = others.map(({ user_id: id, name }) =>
    line(["Asked ", h("bdi", {}, name), " by"], id),
  );
  return [line(theirs.some(Boolean) ? "Asked you by" : "Asked by", user.id), ...theirs];
}

/** What the person sees below the question while they cannot answer it. */
function waitingText(request, userId) {
  if (request.on_behalf_of === userId)
    return "The agent asks this on your behalf, so somebody else has to answer.";
  return request.myAnswer === undefined
    ? "Others were asked; you can follow the answer here."
    : "Your answer is recorded. It takes effect when enough people have approved.";
}

function bottom(request, context) {
  if (isFinal(request)) return outcomeView(request, context.store.user.id);
  if (isWaitingFor(request, context.store.user.id)) return answerForm(request, context);
  return h("p", { class: "card-waiting" }, waitingText(request, context.store.user.id));
}

/** Which answer area is due; while it stays the same, a half-filled one is left alone. */
function phaseOf(request, userId) {
  return isFinal(request) ? `final ${request.wasLate}` : String(isWaitingFor(request, userId));
}

/** The card as a list item; its `refresh(request)` leaves a half-given answer alone. */
export function feedbackCard(first, context) {
  const { store } = context;
  const agentName = store.selected?.agent?.name ?? "Agent";
  const top = h("div", {});
  const cards = h("div", { class: "card-asked" });
  const area = h("div", { class: "card-answer" });
  const panel = actionPanel(first);
  const card = h(
    "article",
    {
      class: "card",
      id: `card-${first.id}`,
      tabindex: "-1",
      "aria-label": `Question from ${agentName}`,
    },
    top,
    markdown(first.prompt),
    panel.node,
    area,
    cards,
  );
  const head = h(
    "div",
    { class: "message-head" },
    h("bdi", { class: "message-author" }, agentName),
    h("span", { class: "agent-tag" }, "Agent"),
    h(
      "time",
      { datetime: first.created_at, title: exactTime(first.created_at) },
      clockTime(first.created_at),
    ),
  );
  const node = h(
    "li",
    { class: "message theirs", data: { first: true } },
    avatar(agentName, "agent"),
    h("div", { class: "message-body" }, head, card),
  );
  let phase = null;
  node.refresh = (request) => {
    top.replaceChildren(topLine(request, store.user.id));
    cards.replaceChildren(...cardsLines(request, store).filter(Boolean));
    const next = phaseOf(request, store.user.id);
    if (next === phase) return;
    phase = next;
    card.dataset.status = request.status;
    if (!isWaitingFor(request, store.user.id)) panel.lock();
    area.replaceChildren(bottom(request, { ...context, panel }));
  };
  node.refresh(first);
  return node;
}
