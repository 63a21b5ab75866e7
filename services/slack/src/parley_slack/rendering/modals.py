"""The modals that a card's controls open (docs.slack.dev/reference/views/modal-views)."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass

from parley.channel.v1 import card_pb2
from parley.common.v1 import feedback_pb2
from parley_slack.rendering.action import is_dangerous
from parley_slack.rendering.action_edit import edit_blocks, is_editable
from parley_slack.rendering.blocks import Block, context, plain, section
from parley_slack.rendering.content import content_blocks, expiry_blocks
from parley_slack.rendering.form_inputs import INPUT_CHARACTERS, form_blocks, input_block, pick
from parley_slack.rendering.pieces import pieces
from parley_slack.rendering.safe_text import shortened_mrkdwn
from parley_slack.rendering.splitting import sections

COMMENT, TEXT, FORM, REMARK, EDIT, REVIEW = "comment", "text", "form", "remark", "edit", "review"
CALLBACK = "parley."
TEXT_BLOCK, DECISION_BLOCK, COMMENT_BLOCK = "parley.text", "parley.decision", "parley.comment"
DANGER = "⚠️ *Hard to undo.* Check it once more before you approve."
MAX_VIEW_BLOCKS = 100
_PROMPT_CHARACTERS = 2_500
_TITLE_CHARACTERS = 24

Card = card_pb2.Card
Inputs = Callable[[Card], list[Block]]


@dataclass(frozen=True)
class _Kind:
    title: str
    submit: str
    inputs: Inputs


def modal(name: str, card: Card, metadata: str) -> Block:
    """The view to open.

    Args:
        name: One of this module's names; `REVIEW` shows the whole request with what answers it.
        card: What is asked.
        metadata: Comes back with the submission; people cannot change it.
    """
    kind = _REVIEWS[card.kind] if name == REVIEW else _KINDS[name]
    shown = _whole(card) if name == REVIEW else _prompt(card)
    warning = [context(DANGER)] if name in {EDIT, REVIEW} and is_dangerous(card) else []
    return {
        "type": "modal",
        "callback_id": f"{CALLBACK}{name}",
        "private_metadata": metadata,
        "title": plain(kind.title, _TITLE_CHARACTERS),
        "submit": plain(kind.submit, _TITLE_CHARACTERS),
        "close": plain("Cancel", _TITLE_CHARACTERS),
        "blocks": [*shown, *warning, *kind.inputs(card)],
    }


def names_for(card: Card) -> frozenset[str]:
    """The modals that answer this card; no other is opened or taken, whatever a payload says."""
    can_edit = card.allow_edit and bool(card.action_json) and is_editable(card.action_json)
    edit = {EDIT} if can_edit and card.kind == feedback_pb2.FEEDBACK_KIND_APPROVAL else set()
    return frozenset({REVIEW, _OWN.get(card.kind, TEXT), *edit})


def _whole(card: Card) -> list[Block]:
    return [*content_blocks(card), *expiry_blocks(card)]


def _prompt(card: Card) -> list[Block]:
    text = shortened_mrkdwn("\n\n".join(sections(pieces(card.prompt))), _PROMPT_CHARACTERS)
    return [section(text)] if text.strip() else []


def _written(label: str, *, is_optional: bool = False, block_id: str = TEXT_BLOCK) -> Block:
    element: Block = {
        "type": "plain_text_input",
        "action_id": block_id.removeprefix(CALLBACK),
        "multiline": True,
        "max_length": INPUT_CHARACTERS,
    }
    focus = {} if is_optional else {"focus_on_load": True}
    return input_block(block_id, label, element | focus, is_optional=is_optional)


def _comment() -> Block:
    return _written("Comment", is_optional=True, block_id=COMMENT_BLOCK)


def _approval(_card: Card) -> list[Block]:
    choices = pick([("approved", "Approve"), ("rejected", "Reject")])
    return [input_block(DECISION_BLOCK, "Your decision", choices), _comment()]


def _choice(card: Card) -> list[Block]:
    choices = pick([(number, option.label) for number, option in enumerate(card.options)])
    return [input_block(DECISION_BLOCK, "Your choice", choices)]


def _remark(_card: Card) -> list[Block]:
    return [_written("Your comment", is_optional=True)]


_KINDS = {
    COMMENT: _Kind("Reject", "Reject", lambda _card: [_written("Why not?")]),
    TEXT: _Kind("Answer", "Send", lambda _card: [_written("Your answer")]),
    FORM: _Kind("Fill in", "Send", lambda card: form_blocks(card.schema_json)),
    REMARK: _Kind("Comment", "Send", _remark),
    EDIT: _Kind(
        "Edit and approve", "Approve", lambda card: [*edit_blocks(card.action_json), _comment()]
    ),
}
_REVIEWS = {
    feedback_pb2.FEEDBACK_KIND_UNSPECIFIED: _KINDS[TEXT],
    feedback_pb2.FEEDBACK_KIND_APPROVAL: _Kind("Decide", "Send", _approval),
    feedback_pb2.FEEDBACK_KIND_CHOICE: _Kind("Choose", "Send", _choice),
    feedback_pb2.FEEDBACK_KIND_TEXT: _KINDS[TEXT],
    feedback_pb2.FEEDBACK_KIND_FORM: _KINDS[FORM],
    feedback_pb2.FEEDBACK_KIND_COMMENT: _KINDS[REMARK],
}
_OWN = {
    feedback_pb2.FEEDBACK_KIND_APPROVAL: COMMENT,
    feedback_pb2.FEEDBACK_KIND_CHOICE: REVIEW,
    feedback_pb2.FEEDBACK_KIND_FORM: FORM,
    feedback_pb2.FEEDBACK_KIND_COMMENT: REMARK,
}
