/** The screen for somebody without a session. */
import { copyBlock } from "../../shared/copy.js";
import { freshId, h } from "../../shared/elements.js";
import { themeButton } from "../../shared/theme.js";

const command = () =>
  [
    `curl -X POST ${window.location.origin}/api/users/$USER_ID/tokens \\`,
    '  -H "Authorization: Bearer $PARLEY_ADMIN_KEY"',
  ].join("\n");

export const brand = (tag = "div") =>
  h(tag, { class: "brand" }, h("img", { src: "/assets/shared/mark.svg", alt: "" }), "Parley");

function tokenField() {
  const id = freshId("token");
  const error = h("p", { class: "field-error", id: `${id}-error`, role: "alert" });
  const input = h("input", {
    class: "input",
    id,
    type: "password",
    required: true,
    autocomplete: "off",
    spellcheck: "false",
    "aria-describedby": error.id,
    placeholder: "Paste your token",
  });
  const node = h("div", { class: "field" }, h("label", { for: id }, "User token"), input, error);
  return { node, input, error };
}

/** Asks for a token; `enter(token)` signs in or raises an error whose message is shown. */
export function signInScreen(enter, reason) {
  const { node, input, error } = tokenField();
  const button = h("button", { class: "button", data: { tone: "main" } }, "Sign in");
  const submit = async (event) => {
    event.preventDefault();
    const token = input.value.trim();
    if (token === "") {
      error.textContent = "Paste the token that your agent or operator gave you.";
      return;
    }
    button.disabled = true;
    try {
      await enter(token);
    } catch (failure) {
      error.textContent =
        failure.status === 401
          ? "This token is not valid any more. Ask for a new one."
          : failure.message;
      input.setAttribute("aria-invalid", "true");
      input.focus();
    }
    button.disabled = false;
  };
  return h(
    "main",
    { class: "gate" },
    h(
      "div",
      { class: "gate-card" },
      h("div", { class: "gate-top" }, brand(), themeButton()),
      h(
        "div",
        {},
        h("h1", {}, "Sign in to answer your agents"),
        h("p", {}, reason ?? "Open the link that your agent sent you, or paste a token below."),
      ),
      h("form", { onsubmit: submit, novalidate: true }, node, button),
      h(
        "details",
        { class: "gate-more" },
        h("summary", {}, "Where does a token come from?"),
        h("p", {}, "Whoever runs Parley makes one for you. It is good for an hour:"),
        copyBlock(command()),
      ),
    ),
  );
}
