/** The screen for when the gateway cannot be reached at all. */
import { h } from "../../shared/elements.js";
import { brand } from "./sign-in.js";

/** Says what is wrong and offers to try again. */
export function troubleScreen(message, tryAgain) {
  return h(
    "main",
    { class: "gate" },
    h(
      "div",
      { class: "gate-card", role: "alert" },
      brand(),
      h("div", {}, h("h1", {}, "Parley does not answer"), h("p", {}, message)),
      h(
        "button",
        { type: "button", class: "button", data: { tone: "main" }, onclick: tryAgain },
        "Try again",
      ),
    ),
  );
}
