"""Limits of Block Kit's blocks, for messages and for views."""

from parley_sandbox.slack.elements import (
    ACCESSORY,
    ACTION_ELEMENT,
    ID,
    IMAGE,
    INPUT_ELEMENT,
    any_text,
    plain,
)
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

_BLOCK_ID = {"block_id": ID}
_CONTEXT_TEXT = {
    "plain_text": record({"text": string(3_000)}, {"emoji": boolean}),
    "mrkdwn": record({"text": string(3_000)}, {"verbatim": boolean}),
    "image": IMAGE,
}
_RICH_ELEMENT = typed(
    {
        "rich_text_section": record({"elements": array(anything, 1_000, 0)}),
        "rich_text_list": record(
            {"style": one_of("bullet", "ordered"), "elements": array(anything, 1_000)},
            {"indent": integer, "border": integer, "offset": integer},
        ),
        "rich_text_preformatted": record(
            {"elements": array(anything, 1_000)}, {"border": integer, "language": string(50)}
        ),
        "rich_text_quote": record({"elements": array(anything, 1_000)}, {"border": integer}),
    },
    "element",
)
_CELL = typed(
    {
        "raw_text": record({"text": string(3_000, 0)}),
        "rich_text": record({"elements": array(_RICH_ELEMENT, 1_000)}),
    },
    "cell",
)

SHARED: dict[str, Rule] = {
    "section": record(
        {},
        _BLOCK_ID
        | {
            "text": any_text(3_000),
            "fields": array(any_text(2_000), 10),
            "accessory": ACCESSORY,
            "expand": boolean,
        },
    ),
    "actions": record({"elements": array(ACTION_ELEMENT, 25)}, _BLOCK_ID),
    "context": record({"elements": array(typed(_CONTEXT_TEXT, "element"), 10)}, _BLOCK_ID),
    "header": record({"text": plain(150)}, _BLOCK_ID),
    "divider": record({}, _BLOCK_ID),
    "image": record(
        {"alt_text": string(2_000)},
        _BLOCK_ID | {"image_url": url(), "slack_file": anything, "title": plain(2_000)},
    ),
    "input": record(
        {"label": plain(2_000), "element": INPUT_ELEMENT},
        _BLOCK_ID | {"hint": plain(2_000), "optional": boolean, "dispatch_action": boolean},
    ),
    "rich_text": record({"elements": array(_RICH_ELEMENT, 1_000)}, _BLOCK_ID),
}
_MESSAGE_ONLY: dict[str, Rule] = {
    "markdown": record({"text": string(12_000)}, _BLOCK_ID),
    "table": record(
        {"rows": array(array(_CELL, 20), 100)},
        _BLOCK_ID | {"column_settings": array(anything, 20)},
    ),
}

MESSAGE_BLOCKS = array(typed(SHARED | _MESSAGE_ONLY, "block"), 50)
VIEW_BLOCKS = array(typed(SHARED, "block"), 100)

MODAL = record(
    {"title": plain(24), "blocks": VIEW_BLOCKS},
    {
        "submit": plain(24),
        "close": plain(24),
        "private_metadata": string(3_000, 0),
        "callback_id": string(255),
        "external_id": string(255, 0),
        "clear_on_close": boolean,
        "notify_on_close": boolean,
        "submit_disabled": boolean,
    },
)
HOME = record(
    {"blocks": VIEW_BLOCKS},
    {
        "private_metadata": string(3_000, 0),
        "callback_id": string(255),
        "external_id": string(255, 0),
    },
)
VIEW = typed({"modal": MODAL, "home": HOME}, "view")
