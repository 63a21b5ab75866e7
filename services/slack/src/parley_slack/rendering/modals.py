"""The modals that a card's controls open: a comment, a free text, a form."""

from __future__ import annotations

from dataclasses import dataclass

from parley_slack.rendering.blocks import Block, plain, section
from parley_slack.rendering.form_inputs import INPUT_CHARACTERS, form_blocks
from parley_slack.rendering.pieces import pieces
from parley_slack.rendering.safe_text import shortened_mrkdwn
from parley_slack.rendering.splitting import sections

COMMENT, TEXT, FORM = "comment", "text", "form"
CALLBACK = "parley."
TEXT_BLOCK, TEXT_ACTION = "parley.text", "text"
_PROMPT_CHARACTERS = 2_500
_TITLE_CHARACTERS = 24


@dataclass(frozen=True)
class ModalRequest:
    """What a modal is about.

    Attributes:
        name: ``comment``, ``text`` or ``form``.
        metadata: Comes back with the submission; people cannot change it.
    """

    name: str
    prompt: str
    schema_json: str
    metadata: str


def modal(request: ModalRequest) -> Block:
    """The view to open (docs.slack.dev/reference/views/modal-views)."""
    title, submit = _WORDS[request.name]
    return {
        "type": "modal",
        "callback_id": f"{CALLBACK}{request.name}",
        "private_metadata": request.metadata,
        "title": plain(title, _TITLE_CHARACTERS),
        "submit": plain(submit, _TITLE_CHARACTERS),
        "close": plain("Cancel", _TITLE_CHARACTERS),
        "blocks": [*_prompt(request.prompt), *_inputs(request)],
    }


_WORDS = {
    COMMENT: ("Reject", "Reject"),
    TEXT: ("Answer", "Send"),
    FORM: ("Fill in", "Send"),
}


def _prompt(prompt: str) -> list[Block]:
    text = shortened_mrkdwn("\n\n".join(sections(pieces(prompt))), _PROMPT_CHARACTERS)
    return [section(text)] if text.strip() else []


def _inputs(request: ModalRequest) -> list[Block]:
    if request.name == FORM:
        return form_blocks(request.schema_json)
    label = "Why not?" if request.name == COMMENT else "Your answer"
    element = {
        "type": "plain_text_input",
        "action_id": TEXT_ACTION,
        "multiline": True,
        "max_length": INPUT_CHARACTERS,
        "focus_on_load": True,
    }
    return [
        {
            "type": "input",
            "block_id": TEXT_BLOCK,
            "label": plain(label, _TITLE_CHARACTERS),
            "element": element,
        }
    ]
