"""Limits of Block Kit's elements and composition objects (docs.slack.dev/reference/block-kit)."""

from parley_sandbox.slack.rules import (
    Rule,
    anything,
    array,
    boolean,
    integer,
    one_of,
    record,
    string,
    typed,
    url,
)


def plain(longest: int) -> Rule:
    """A plain_text object."""
    return typed({"plain_text": record({"text": string(longest)}, {"emoji": boolean})}, "text")


def any_text(longest: int) -> Rule:
    """A plain_text or mrkdwn object."""
    return typed(
        {
            "plain_text": record({"text": string(longest)}, {"emoji": boolean}),
            "mrkdwn": record({"text": string(longest)}, {"verbatim": boolean}),
        },
        "text",
    )


ID = string(255)
STYLE = one_of("primary", "danger")
CONFIRM = record(
    {"title": plain(100), "text": any_text(300), "confirm": plain(30), "deny": plain(30)},
    {"style": STYLE},
)
OPTION = record(
    {"text": any_text(75), "value": string(150)}, {"description": any_text(75), "url": url()}
)
GROUP = record({"label": plain(75), "options": array(OPTION, 100)})
FILTER = record({}, {"include": anything, "exclude_bot_users": boolean})
DISPATCH = record({}, {"trigger_actions_on": array(string(50), 2)})

_FOCUS = {"action_id": ID, "focus_on_load": boolean}
_PICK = _FOCUS | {"confirm": CONFIRM, "placeholder": plain(150)}
_STATIC = _PICK | {"options": array(OPTION, 100), "option_groups": array(GROUP, 100)}
_MANY = {"max_selected_items": integer}
_BOX = {"options": array(OPTION, 10)}
_INPUT = _FOCUS | {"placeholder": plain(150), "dispatch_action_config": DISPATCH}
_LENGTHS = {"min_length": integer, "max_length": integer}
_CONVERSATION = _PICK | {
    "initial_conversation": string(30),
    "default_to_current_conversation": boolean,
    "response_url_enabled": boolean,
    "filter": FILTER,
}

IMAGE = record({"alt_text": string(2_000)}, {"image_url": url(), "slack_file": anything})

ELEMENTS: dict[str, Rule] = {
    "button": record(
        {"text": plain(75)},
        {
            "action_id": ID,
            "url": url(),
            "value": string(2_000),
            "style": STYLE,
            "confirm": CONFIRM,
            "accessibility_label": string(75),
        },
    ),
    "static_select": record({}, _STATIC | {"initial_option": OPTION}),
    "multi_static_select": record({}, _STATIC | _MANY | {"initial_options": array(OPTION, 100)}),
    "external_select": record({}, _PICK | {"initial_option": OPTION, "min_query_length": integer}),
    "users_select": record({}, _PICK | {"initial_user": string(30)}),
    "multi_users_select": record({}, _PICK | _MANY | {"initial_users": array(string(30), 100)}),
    "conversations_select": record({}, _CONVERSATION),
    "channels_select": record({}, _PICK | {"initial_channel": string(30)}),
    "overflow": record({"options": array(OPTION, 5)}, {"action_id": ID, "confirm": CONFIRM}),
    "radio_buttons": record(_BOX, _FOCUS | {"initial_option": OPTION, "confirm": CONFIRM}),
    "checkboxes": record(_BOX, _FOCUS | {"initial_options": array(OPTION, 10), "confirm": CONFIRM}),
    "datepicker": record({}, _PICK | {"initial_date": string(10, 10)}),
    "timepicker": record({}, _PICK | {"initial_time": string(5, 5), "timezone": string(60)}),
    "datetimepicker": record({}, _FOCUS | {"initial_date_time": integer, "confirm": CONFIRM}),
    "plain_text_input": record(
        {}, _INPUT | _LENGTHS | {"initial_value": string(3_000, 0), "multiline": boolean}
    ),
    "email_text_input": record({}, _INPUT | {"initial_value": string(3_000, 0)}),
    "url_text_input": record({}, _INPUT | {"initial_value": string(3_000, 0)}),
    "number_input": record(
        {"is_decimal_allowed": boolean},
        _INPUT | {"initial_value": string(50), "min_value": string(50), "max_value": string(50)},
    ),
    "rich_text_input": record({}, _INPUT | {"initial_value": anything}),
    "image": IMAGE,
}

_INPUTS_ONLY = {
    "plain_text_input", "email_text_input", "url_text_input", "number_input", "rich_text_input"
}  # fmt: skip
_NOT_INTERACTIVE = {"image"}
_NOT_FOR_INPUT = {"button", "overflow", "image"}

ACTION_ELEMENT = typed(
    {k: v for k, v in ELEMENTS.items() if k not in _INPUTS_ONLY | _NOT_INTERACTIVE}, "element"
)
INPUT_ELEMENT = typed({k: v for k, v in ELEMENTS.items() if k not in _NOT_FOR_INPUT}, "element")
ACCESSORY = typed({k: v for k, v in ELEMENTS.items() if k not in _INPUTS_ONLY}, "element")
