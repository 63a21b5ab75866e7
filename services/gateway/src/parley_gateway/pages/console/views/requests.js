/** The questions that wait for an answer. */
import { h } from "../../shared/elements.js";
import { channelBadge } from "../../shared/channels.js";
import { showList } from "../../shared/keyed.js";
import { plainWords } from "../../shared/markdown/render.js";
import { spanText } from "../../shared/time.js";
import { confirmed } from "../confirm.js";
import { eitherOr, idView, statePill, timeView } from "./parts.js";

const leftText = (expiresAt, now) => {
  if (!expiresAt) return "never";
  const left = Date.parse(expiresAt) - now;
  return left > 0 ? `in ${spanText(left)}` : "now";
};

async function withdraw(request, change) {
  const isSure = await confirmed({
    title: "Withdraw this question?",
    action: "Withdraw",
    text: `Nobody can answer “${plainWords(request.prompt, 120)}” then, and every card says so.`,
  });
  if (isSure) {
    await change(
      "POST",
      `/api/feedback-requests/${request.id}/cancel`,
      {},
      "The question is withdrawn.",
    );
  }
}

function cardRow({ channel, state }) {
  return h("li", {}, channelBadge(channel), statePill(state));
}

function row(request, change) {
  const expires = h("dd", {});
  const node = h(
    "li",
    { class: "panel request" },
    h(
      "div",
      { class: "request-words" },
      h("bdi", { class: "request-prompt" }, plainWords(request.prompt, 300)),
      h(
        "div",
        { class: "meta" },
        h("span", { class: "pill" }, request.kind),
        request.urgent ? h("span", { class: "pill", data: { tone: "warn" } }, "urgent") : null,
        request.dangerous
          ? h("span", { class: "pill", data: { tone: "bad" } }, "hard to undo")
          : null,
        idView(request.id),
        "in",
        idView(request.session_id),
      ),
      h("ul", { class: "card-states" }, (request.cards ?? []).map(cardRow)),
    ),
    h(
      "dl",
      { class: "facts" },
      h("div", {}, h("dt", {}, "Asked"), h("dd", {}, timeView(request.created_at))),
      h("div", {}, h("dt", {}, "Expires"), expires),
      h(
        "div",
        {},
        h("dt", {}, "Approvals"),
        h("dd", {}, `${request.approvals ?? 0} of ${request.required_approvals ?? 1}`),
      ),
    ),
    h(
      "button",
      {
        type: "button",
        class: "button",
        data: { size: "small", tone: "bad" },
        onclick: () => withdraw(request, change),
      },
      "Withdraw",
    ),
  );
  node.tick = () => {
    expires.textContent = leftText(request.expires_at, Date.now());
  };
  node.tick();
  return node;
}

/** The view of all pending requests. */
export function requestsView(state, { change }) {
  const list = h("ul", { class: "rows" });
  const slot = h("div", {});
  const node = h(
    "section",
    { "aria-labelledby": "requests-title" },
    h("h1", { id: "requests-title", class: "view-title" }, "Questions waiting for an answer"),
    slot,
  );
  const show = () => {
    eitherOr(
      slot,
      state.requests,
      {
        title: "Nothing waits",
        iconName: "check",
        text: "A question appears here as soon as an agent asks one.",
      },
      list,
    );
    showList(
      list,
      (state.requests ?? []).map((request) => ({
        key: request.id,
        version: JSON.stringify(request),
        build: () => row(request, change),
      })),
    );
    [...list.children].forEach((item) => item.tick());
  };
  return { node, show };
}
