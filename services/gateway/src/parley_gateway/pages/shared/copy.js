/** Text to copy: a code block with its button. */
import { h } from "./elements.js";
import { icon } from "./icons.js";

async function copyText(text, block) {
  try {
    await navigator.clipboard.writeText(text);
    return true;
  } catch {
    // Plain http has no clipboard; selecting the text leaves one keystroke to do.
    window.getSelection()?.selectAllChildren(block);
    return false;
  }
}

function say(button, text, name) {
  button.replaceChildren(icon(name), text);
}

/** A block of code that can be copied with one press. */
export function copyBlock(text, label = "Command") {
  const code = h("code", {}, text);
  const button = h("button", { type: "button", class: "copy-button" }, icon("copy"), "Copy");
  button.addEventListener("click", async () => {
    const isCopied = await copyText(text, code);
    say(button, isCopied ? "Copied" : "Press Ctrl C", isCopied ? "check" : "copy");
    setTimeout(() => say(button, "Copy", "copy"), 2000);
  });
  const name = h("span", { class: "copy-label" }, label);
  const pre = h("pre", { tabindex: "0", role: "group", "aria-label": label }, code);
  return h("div", { class: "copy-block" }, h("div", { class: "copy-top" }, name, button), pre);
}
