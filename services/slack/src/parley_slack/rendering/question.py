"""What Parley itself says in a direct message: which conversation a text is for, or why it is lost."""

from __future__ import annotations

from collections.abc import Sequence

from parley.orchestrator.v1 import inbox_pb2
from parley_kit.adapter.replies import Choice, Reply
from parley_slack.rendering.answer_values import SEPARATOR
from parley_slack.rendering.blocks import Block, Post, actions, plain, section
from parley_slack.rendering.controls import BUTTON_CHARACTERS, MAX_BUTTONS, OPTION_CHARACTERS
from parley_slack.rendering.safe_text import literal, shortened

CHOOSE = "parley.choose."
_QUOTE_CHARACTERS = 300
_TITLE_CHARACTERS = 200
_NOTE_CHARACTERS = 500
_ACCEPTED = {
    inbox_pb2.IngestVerdict.Name(verdict)
    for verdict in (
        inbox_pb2.INGEST_VERDICT_ACCEPTED,
        inbox_pb2.INGEST_VERDICT_DUPLICATE,
        inbox_pb2.INGEST_VERDICT_LATE,
        inbox_pb2.INGEST_VERDICT_UNCLEAR,
    )
}


def question_post(reply: Reply) -> Post:
    """Which conversation a text is for: buttons for a few, a select for more."""
    words = "Which conversation is this for?"
    blocks = (
        section(f"{words}\n{_quote(reply)}"),
        actions(f"parley.choose.{len(reply.choices)}", _elements(reply)),
    )
    return Post(words, blocks)


def concluded_post(reply: Reply) -> Post:
    """The question once it is answered; it has no controls any more."""
    title = next((_title(c) for c in reply.choices if c.session_id == reply.session_id), "")
    if reply.verdict in _ACCEPTED:
        words = f"↪ Passed on to *{literal(title)}*"
    else:
        words = f"⚠️ Not passed on: {literal(shortened(reply.note, _NOTE_CHARACTERS))}"
    return Post(words, (section(f"{words}\n{_quote(reply)}"),))


def note_post(reply: Reply) -> Post:
    """Why something that the person did had no effect."""
    if reply.item.HasField("text"):
        words = "This was not passed on, because no agent has a conversation with you here yet."
        return Post(words, (section(f"⚠️ {words}\n{_quote(reply)}"),))
    words = f"Your answer does not count: {literal(shortened(reply.note, _NOTE_CHARACTERS))}."
    return Post(words, (section(f"⚠️ {words}"),))


def choice_in(value: str) -> tuple[str, str] | None:
    """The inbound id and the session that a control carries; None for something else."""
    inbound_id, separator, session_id = value.partition(SEPARATOR)
    return (inbound_id, session_id) if separator and inbound_id and session_id else None


def _elements(reply: Reply) -> Sequence[Block]:
    values = [f"{reply.inbound_id}{SEPARATOR}{choice.session_id}" for choice in reply.choices]
    if len(reply.choices) <= MAX_BUTTONS:
        return [
            {
                "type": "button",
                "action_id": f"{CHOOSE}{number}",
                "text": plain(_title(choice), BUTTON_CHARACTERS),
                "value": value,
            }
            for number, (choice, value) in enumerate(zip(reply.choices, values, strict=True))
        ]
    options = [
        {"text": plain(_title(choice), OPTION_CHARACTERS), "value": value}
        for choice, value in zip(reply.choices, values, strict=True)
    ]
    select: Block = {
        "type": "static_select",
        "action_id": f"{CHOOSE}0",
        "placeholder": plain("Choose…", 150),
        "options": options,
    }
    return [select]


def _title(choice: Choice) -> str:
    title = shortened(" ".join(choice.title.split()), _TITLE_CHARACTERS) or "Untitled"
    return f"{title} · {choice.agent_name}" if choice.agent_name else title


def _quote(reply: Reply) -> str:
    text = reply.item.text.text or reply.item.text.omitted
    lines = shortened(text.strip(), _QUOTE_CHARACTERS).split("\n")
    return "\n".join(f"> {literal(line)}" for line in lines)
