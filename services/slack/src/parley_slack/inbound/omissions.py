"""What of a message is not passed on, said so that people know: files, attachments, blocks."""

from __future__ import annotations

from collections.abc import Iterable

from parley_slack.inbound.payloads import Payload, objects_at, text_at
from parley_slack.rendering.safe_text import shortened, without_hidden

_NAMES_CHARACTERS = 500
_NAME_CHARACTERS = 100
# What these hold is in the message's text as well.
_IN_TEXT = {"rich_text", "section", "header", "divider", "context", "markdown"}


def omitted(event: Payload) -> str:
    """For example "2 files: a.pdf, b.png; 1 block: video"; empty where all is in the text."""
    files = [text_at(f, "name") or text_at(f, "title") for f in objects_at(event, "files")]
    attachments = [
        text_at(a, "title") or text_at(a, "fallback") for a in objects_at(event, "attachments")
    ]
    kinds = [text_at(block, "type") for block in objects_at(event, "blocks")]
    unknown = [kind for kind in kinds if kind not in _IN_TEXT]
    parts = (_named("file", files), _named("attachment", attachments), _named("block", unknown))
    return "; ".join(part for part in parts if part)


def _named(noun: str, names: Iterable[str]) -> str:
    clean = [_clean(name) or noun for name in names]
    if not clean:
        return ""
    count = f"{len(clean)} {noun}{'s' if len(clean) > 1 else ''}"
    return f"{count}: {shortened(', '.join(clean), _NAMES_CHARACTERS)}"


def _clean(name: str) -> str:
    return shortened(" ".join(without_hidden(name).split()), _NAME_CHARACTERS)
