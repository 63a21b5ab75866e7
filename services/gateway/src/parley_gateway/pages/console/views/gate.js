/** The screen that asks the operator for the admin key. */
import { freshId, h } from "../../shared/elements.js";
import { themeButton } from "../../shared/theme.js";

/** The console's name and mark. */
export const consoleBrand = () =>
  h(
    "div",
    { class: "brand" },
    h("img", { src: "/assets/shared/mark.svg", alt: "" }),
    "Parley",
    h("span", { class: "brand-place" }, "Console"),
  );

/** Asks for the key; `signIn(key)` raises an error whose message is shown. */
export function gateScreen(signIn, reason) {
  const id = freshId("key");
  const error = h("p", { class: "field-error", id: `${id}-error`, role: "alert" });
  const input = h("input", {
    class: "input",
    id,
    type: "password",
    autocomplete: "off",
    spellcheck: "false",
    "aria-describedby": error.id,
  });
  const button = h("button", { class: "button", data: { tone: "main" } }, "Open the console");
  const submit = async (event) => {
    event.preventDefault();
    const key = input.value.trim();
    error.textContent = key === "" ? "Paste the admin key." : "";
    if (key === "") return;
    button.disabled = true;
    await signIn(key).catch((failure) => {
      error.textContent =
        failure.status === 401
          ? "This is not the admin key. It is the value of PARLEY_ADMIN_KEY."
          : failure.message;
      input.setAttribute("aria-invalid", "true");
      input.focus();
    });
    button.disabled = false;
  };
  return h(
    "main",
    { class: "gate" },
    h(
      "div",
      { class: "gate-card" },
      h("div", { class: "gate-top" }, consoleBrand(), themeButton()),
      h(
        "div",
        {},
        h("h1", {}, "Operator's console"),
        h("p", {}, reason ?? "Channels, waiting questions, deliveries and agents, live."),
      ),
      h(
        "form",
        { onsubmit: submit, novalidate: true },
        h(
          "div",
          { class: "field" },
          h("label", { for: id }, "Admin key"),
          input,
          h(
            "p",
            { class: "field-hint" },
            "The value of PARLEY_ADMIN_KEY; “make run” prints it. " +
              "It stays out of the address and the storage of this browser.",
          ),
          error,
        ),
        button,
      ),
    ),
  );
}
