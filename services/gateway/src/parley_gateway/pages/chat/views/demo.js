/** A newcomer's helper, present only where the demo agent runs: it asks the person a question. */
import { call, read } from "../../shared/http.js";
import { h } from "../../shared/elements.js";
import { icon } from "../../shared/icons.js";
import { notify } from "../../shared/notice.js";

const KINDS = {
  approval: "Approve something",
  risky: "Approve something risky",
  choice: "Choose one",
  text: "Write something",
  form: "Fill in a form",
  comment: "Comment, or not",
};

async function ask(kind, button) {
  button.disabled = true;
  try {
    await call("POST", "/api/demo/question", { kind });
    notify("The demo agent asks you here, by email and in Slack. Answer wherever you like.");
  } catch (error) {
    notify(error.message, "bad");
  }
  button.disabled = false;
}

function fill(node, sandboxUrl) {
  const select = h(
    "select",
    { class: "input", "aria-label": "What the demo agent asks for" },
    Object.entries(KINDS).map(([value, label]) => h("option", { value }, label)),
  );
  const button = h("button", { type: "button", class: "button", data: { tone: "main" } }, "Ask me");
  button.addEventListener("click", () => ask(select.value, button));
  const isLink = /^https?:\/\//.test(sandboxUrl ?? "");
  node.append(
    h("h2", {}, icon("bolt"), "Try it"),
    h("p", {}, "Let the demo agent ask you something on all channels."),
    h("div", { class: "demo-row" }, select, button),
    isLink
      ? h(
          "a",
          { href: sandboxUrl, target: "_blank", rel: "noopener" },
          "See the email and the Slack message",
          icon("external"),
        )
      : null,
  );
  node.hidden = false;
}

/** The panel; stays hidden when the gateway has no demo. */
export function demoPanel() {
  const node = h("section", { class: "demo", hidden: true, "aria-label": "Try it" });
  read("/api/demo")
    .then((answer) => {
      if (answer?.enabled) fill(node, answer.sandbox_url);
    })
    .catch(() => null); // without a demo there is nothing to show
  return { node };
}
