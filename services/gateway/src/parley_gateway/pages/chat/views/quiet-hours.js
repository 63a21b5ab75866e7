/** When not to be disturbed. */
import { freshId, h } from "../../shared/elements.js";

const USUAL = { start: "22:00", end: "07:00" };

function timeField(label) {
  const id = freshId("time");
  const input = h("input", { class: "input", id, type: "time", required: true });
  return { input, node: h("div", { class: "field" }, h("label", { for: id }, label), input) };
}

/**
 * A switch and two times. `get()` is `{start, end}`, null when they are off, undefined while a time
 * is missing, which is then shown.
 */
export function quietHours() {
  const id = freshId("quiet");
  const toggle = h("input", { type: "checkbox", id });
  const [from, to] = [timeField("From"), timeField("To")];
  const zone = h("p", { class: "field-hint" });
  const times = h("div", { class: "quiet-times" }, from.node, to.node);
  const show = () => {
    times.hidden = zone.hidden = !toggle.checked;
    from.input.disabled = to.input.disabled = !toggle.checked;
  };
  toggle.addEventListener("change", show);
  const node = h(
    "div",
    { class: "quiet" },
    h("div", { class: "check" }, toggle, h("label", { for: id }, "Quiet hours")),
    times,
    zone,
  );
  return {
    node,
    set: (hours, timezone) => {
      const { start, end } = hours ?? USUAL;
      toggle.checked = hours !== null;
      Object.assign(from.input, { value: start });
      Object.assign(to.input, { value: end });
      zone.textContent =
        "Email and Slack stay silent then, unless it is urgent" +
        (timezone ? `; the times are those of ${timezone}.` : "; the times are in UTC.");
      show();
    },
    get: () => {
      if (!toggle.checked) return null;
      const isFilled = from.input.reportValidity() && to.input.reportValidity();
      return isFilled ? { start: from.input.value, end: to.input.value } : undefined;
    },
  };
}
