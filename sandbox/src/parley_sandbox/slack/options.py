"""Finds what a person could press, and the one that a test means."""

import re
from collections.abc import Iterator
from dataclasses import dataclass
from typing import Any

from parley_sandbox.slack.block_limits import Block, elements_of
from parley_sandbox.slack.state import Conversation, Message, View, Workspace


@dataclass(frozen=True, slots=True)
class Option:
    """One thing to press: a button, or one choice of a select.

    It is in a message (with its conversation) or in a view.
    """

    block: Block
    element: Block
    choice: Block | None
    conversation: Conversation | None = None
    message: Message | None = None
    view: View | None = None

    @property
    def value(self) -> str:
        """What the app will be told."""
        return str((self.choice or self.element).get("value", ""))

    @property
    def label(self) -> str:
        """What the person reads."""
        return str((self.choice or self.element).get("text", {}).get("text", ""))

    def is_named(self, action_id: str, block_id: str) -> bool:
        """Whether the option has these ids; an empty one fits all."""
        fits_action = action_id in {"", self.element.get("action_id")}
        return fits_action and block_id in {"", self.block.get("block_id")}

    def to_wire(self) -> dict[str, Any]:
        """Return what helps someone whose click matched nothing."""
        return {
            "label": self.label,
            "value": self.value,
            "action_id": self.element.get("action_id"),
            "block_id": self.block.get("block_id"),
            "channel": self.conversation.id if self.conversation else None,
            "ts": self.message.ts if self.message else None,
            "view": self.view.id if self.view else None,
        }


def choices_of(element: Block) -> list[Block]:
    """Return the options of a select, radio or overflow element; groups flattened."""
    grouped = [o for group in element.get("option_groups", []) for o in group["options"]]
    return [*element.get("options", []), *grouped]


def options_in(blocks: list[Block] | None, **place: Any) -> Iterator[Option]:
    """Yield everything that can be pressed in these blocks."""
    for block in blocks or []:
        if block["type"] == "input":
            continue
        for element in elements_of(block):
            if element["type"] == "button":
                yield Option(block, element, None, **place)
            else:
                for choice in choices_of(element):
                    yield Option(block, element, choice, **place)


def all_options(workspace: Workspace, first_user: str) -> list[Option]:
    """Return every option, newest first; those in front of `first_user` before all others."""
    found: list[Option] = []
    talks = workspace.conversations.values()
    for talk in sorted(talks, key=lambda t: t.user_id != first_user):
        for message in reversed(talk.messages.values()):
            found += options_in(message.blocks, conversation=talk, message=message)
    views = [*reversed(workspace.views.values()), *workspace.homes.values()]
    for view in views:
        found += options_in(view.content["blocks"], view=view)
    return found


def is_about(option: Option, request: str) -> bool:
    """Whether the option's message refers to the request id in an id, a value or metadata."""
    message = option.message
    payload = message.metadata if message else None
    view = option.view.content.get("private_metadata", "") if option.view else ""
    siblings = [
        text
        for block in (message.blocks if message else None) or [option.block]
        for element in [block, *elements_of(block)]
        for text in (element.get("value"), element.get("action_id"), element.get("block_id"))
    ]
    return any(request in str(text) for text in [*siblings, view, payload or ""] if text)


def match_rank(option: Option, wanted: str) -> int | None:
    """Return how well an option fits `wanted` (0 is best), or None."""
    wanted, value = wanted.strip().lower(), option.value.lower()
    action, label = str(option.element.get("action_id", "")).lower(), _words(option.label)
    tests = (
        value == wanted,
        wanted in {action, label},
        wanted in re.split(r"[^a-z0-9]+", value),
        any(wanted in text for text in (value, action, label)),
        bool(label) and wanted.startswith(label),
    )
    return next((rank for rank, fits in enumerate(tests) if fits), None)


def best_match(options: list[Option], wanted: str) -> Option | None:
    """Return the option that fits best; of equals, the first."""
    ranked = [
        (rank, i) for i, o in enumerate(options) if (rank := match_rank(o, wanted)) is not None
    ]
    return options[min(ranked)[1]] if ranked else None


def _words(label: str) -> str:
    """Return a label without the emoji and punctuation around it, in lower case."""
    return re.sub(r"^[^\w]+|[^\w]+$", "", re.sub(r":[a-z_]+:", "", label.lower()))
