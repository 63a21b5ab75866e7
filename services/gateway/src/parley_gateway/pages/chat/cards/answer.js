/** The part of a card with which a person answers. */
import { freshId, h } from "../../shared/elements.js";
import { LineLostError } from "../line.js";
import { approvalInputs } from "./approval.js";
import { choiceInputs } from "./choice.js";
import { formInputs } from "./form.js";
import { remarkInputs } from "./remark.js";
import { textInputs } from "./text.js";

const INPUTS = {
  approval: approvalInputs,
  choice: choiceInputs,
  text: textInputs,
  form: formInputs,
  comment: remarkInputs,
};

function failureText(error) {
  if (error instanceof LineLostError) {
    return (
      "The connection broke before your answer was confirmed. " +
      "Answer again when it is back: only one answer counts."
    );
  }
  return error.message;
}

/**
 * Inputs for the request's kind. Each kind is a function of (request, give, {panel}) that returns
 * nodes; `give({value, comment, edited_action})` hands the answer in, `panel` shows the action.
 */
export function answerForm(request, { desk, panel }) {
  const fields = h("fieldset", { class: "answer-fields" });
  const problem = h("p", { class: "field-error answer-problem", role: "alert" });
  const give = async (answer) => {
    fields.disabled = true;
    problem.textContent = "";
    const error = await desk.answer(request, answer);
    if (error === null) return;
    fields.disabled = false;
    problem.textContent = failureText(error);
  };
  const legendId = freshId("answer");
  const make = INPUTS[request.kind] ?? textInputs;
  fields.append(
    h("legend", { class: "spoken", id: legendId }, "Your answer"),
    ...make(request, give, { panel }),
  );
  return h("div", {}, fields, problem);
}
