"""What a posted answer page says: a value, a comment, a changed action, or what is wrong. Pure."""

from __future__ import annotations

import hashlib
import json
from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Any

from parley_gateway.answer_action import MAX_BYTES, ActionError, Edited, edited, parsed
from parley_gateway.answer_form import read_form
from parley_gateway.answer_view import AnswerView

MAX_COMMENT = 4_000
_NEEDED = "This is needed."
_NO_REMARK = "Write your remark, or say that you have nothing to add."
_TOO_LONG = f"This is too long; at most {MAX_BYTES // 1024} KB are taken."
Posted = Mapping[str, str]


@dataclass(frozen=True)
class Submission:
    """What was posted.

    Attributes:
        digest: Of what was shown.
        edited_json: The changed action, JSON text; empty where it was not changed.
        errors: By field; `value` for the answer itself.
        edit_errors: By property of the action; empty name for the whole.
    """

    value: Any = ""
    comment: str = ""
    digest: str = ""
    edited_json: str = ""
    errors: Mapping[str, str] = field(default_factory=dict)
    edit_errors: Mapping[str, str] = field(default_factory=dict)

    @property
    def is_wrong(self) -> bool:
        """Whether something has to be corrected first."""
        return bool(self.errors or self.edit_errors)

    def needs_confirming(self, view: AnswerView) -> bool:
        """Whether it is asked for once more: approving what is hard to undo, or was changed."""
        return self.value == "approved" and (view.is_dangerous or bool(self.edited_json))

    @property
    def fingerprint(self) -> str:
        """Of what the confirming page shows: its nonce holds for nothing else."""
        return hashlib.sha256(self.edited_json.encode()).hexdigest()


def submission_of(view: AnswerView, posted: Posted) -> Submission:
    """What was posted, judged."""
    value, errors = _value(view, posted)
    comment = posted.get("comment", "").replace("\r\n", "\n").strip()[:MAX_COMMENT]
    digest = posted.get("digest", "")
    if view.kind != "approval" or value != "approved" or not view.allow_edit:
        return Submission(value, comment, digest, errors=errors)
    changed = _edited(view.action_value, posted)
    text = json.dumps(changed.value, ensure_ascii=False) if changed.is_changed else ""
    wrong = dict(changed.errors)
    if len(text.encode()) > MAX_BYTES:
        wrong[""] = _TOO_LONG
    return Submission(value, comment, digest, text, errors, wrong)


def _value(view: AnswerView, posted: Posted) -> tuple[Any, Mapping[str, str]]:
    if view.kind == "form":
        filled = read_form(view.schema, posted)
        return filled.value, filled.errors
    if view.kind == "comment" and "nothing" in posted:
        return "", {}
    value = posted.get("value", "").replace("\r\n", "\n")
    if value.strip():
        return value, {}
    return value, {"value": _NO_REMARK if view.kind == "comment" else _NEEDED}


def _edited(action: Any, posted: Posted) -> Edited:
    """The action as it was changed in its fields, or as the confirming page carries it."""
    if "edits" in posted:
        return edited(action, posted)
    if not posted.get("edited"):
        return Edited(action)  # fields that were not on the page are not empty
    try:
        value = parsed(posted["edited"])
    except ActionError as error:
        return Edited(errors={"": str(error)})
    return Edited(value, json.dumps(value) != json.dumps(action))
