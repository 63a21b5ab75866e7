"""What a control carries: the request, the digest of what was shown, and the answer."""

from __future__ import annotations

from dataclasses import dataclass

ANSWER = "parley.answer."
OPEN = "parley.open."
SEPARATOR = "|"
_DIGEST_CHARACTERS = 16
_FIELDS = 3


@dataclass(frozen=True)
class AnswerValue:
    """The opaque value of a button or of a modal's metadata; it grants nothing by itself.

    Attributes:
        digest: The first 16 characters of the card's digest.
    """

    request_id: str
    digest: str
    value: str


def encode(request_id: str, digest: str, value: str) -> str:
    """The text of a control."""
    return SEPARATOR.join((request_id, digest[:_DIGEST_CHARACTERS], value))


def place_value(place: str, delivery_id: str) -> str:
    """As a modal's value: the message that it was opened from, and what brought that."""
    return f"{place}{SEPARATOR}{delivery_id}" if delivery_id else place


def place_in(value: str) -> tuple[str, str]:
    """The message and the delivery of a modal's value."""
    place, _, delivery_id = value.partition(SEPARATOR)
    return place, delivery_id


def decode(text: str) -> AnswerValue | None:
    """What a control carried, or None for something else."""
    parts = text.split(SEPARATOR, _FIELDS - 1)
    return AnswerValue(*parts) if len(parts) == _FIELDS and parts[0] else None
