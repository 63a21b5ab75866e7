/** The switch between the light and the dark theme. */
import { h } from "./elements.js";
import { icon } from "./icons.js";
import { remember } from "./storage.js";

const root = document.documentElement;
const isDark = () => root.dataset.theme === "dark";

function paint(button) {
  const label = isDark() ? "Use the light theme" : "Use the dark theme";
  button.setAttribute("aria-label", label);
  button.title = label;
  button.replaceChildren(icon(isDark() ? "sun" : "moon"));
}

/** A button that toggles the theme and remembers the choice. */
export function themeButton() {
  const button = h("button", { type: "button", class: "icon-button" });
  button.addEventListener("click", () => {
    root.dataset.theme = isDark() ? "light" : "dark";
    remember("parley.theme", root.dataset.theme);
  });
  new MutationObserver(() => paint(button)).observe(root, { attributeFilter: ["data-theme"] });
  paint(button);
  return button;
}
