"""What a person typed or picked: the `state.values` of a payload."""

from typing import Any

from parley_sandbox.slack.block_limits import Block, elements_of
from parley_sandbox.slack.options import choices_of

_PLAIN = {
    "datepicker": ("selected_date", "initial_date"),
    "timepicker": ("selected_time", "initial_time"),
    "datetimepicker": ("selected_date_time", "initial_date_time"),
    "users_select": ("selected_user", "initial_user"),
    "conversations_select": ("selected_conversation", "initial_conversation"),
    "channels_select": ("selected_channel", "initial_channel"),
}
_ONE = {"static_select", "external_select", "radio_buttons"}
_MANY = {"multi_static_select", "checkboxes"}
_STATELESS = {"button", "overflow", "image"}


class MissingInputError(Exception):
    """A required field is empty, so Slack's client would not submit."""


def state_values(
    blocks: list[Block], given: dict[str, Any], *, is_submission: bool
) -> dict[str, dict[str, Any]]:
    """Return `{block_id: {action_id: state}}`; `given` is keyed by action id, block id or label.

    Raises MissingInputError when a submission leaves a required field empty.
    """
    values: dict[str, dict[str, Any]] = {}
    for block in blocks:
        for element in elements_of(block):
            if element["type"] in _STATELESS:
                continue
            state = {"type": element["type"]} | _state(element, _given(block, element, given))
            values.setdefault(block["block_id"], {})[element["action_id"]] = state
            if is_submission and _is_missing(block, state):
                raise MissingInputError(f"{_label(block)!r} needs a value")
    return values


def _given(block: Block, element: Block, given: dict[str, Any]) -> Any:
    names = (element["action_id"], block["block_id"], _label(block))
    return next((given[name] for name in names if name in given), None)


def _label(block: Block) -> str:
    return str(block.get("label", {}).get("text", ""))


def _is_missing(block: Block, state: dict[str, Any]) -> bool:
    if block["type"] != "input" or block.get("optional"):
        return False
    return not any(value for name, value in state.items() if name != "type")


def _state(element: Block, given: Any) -> dict[str, Any]:
    kind = element["type"]
    if kind in _PLAIN:
        name, initial = _PLAIN[kind]
        return {name: element.get(initial) if given is None else given}
    if kind in _ONE:
        return {"selected_option": _pick(element, given) or element.get("initial_option")}
    if kind in _MANY:
        if given is None:
            return {"selected_options": element.get("initial_options", [])}
        wanted = given if isinstance(given, list) else [given]
        return {"selected_options": [o for v in wanted if (o := _pick(element, v))]}
    value = element.get("initial_value") if given is None else str(given)
    return {"value": value or None}


def _pick(element: Block, wanted: Any) -> Block | None:
    for option in choices_of(element):
        if wanted in (option.get("value"), option["text"]["text"]):
            return option
    return None
