/** A round picture made of initials. */
import { h } from "./elements.js";

function initials(name) {
  const words = name
    .trim()
    .split(/\s+/u)
    .filter((word) => /[\p{L}\p{N}]/u.test(word));
  const letters = words
    .slice(0, 2)
    .map((word) => [...word][0])
    .join("");
  return letters.toLocaleUpperCase() || "?";
}

/** `kind` is "agent" or "user"; decoration only, the name is always said in text next to it. */
export const avatar = (name, kind) =>
  h("span", { class: "avatar", data: { kind }, "aria-hidden": "true" }, initials(name ?? "?"));
