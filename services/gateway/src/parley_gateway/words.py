"""Enum values as the lower-case words of the JSON, and back."""

from __future__ import annotations

from typing import Literal

from parley.channel.v1 import authorization_pb2
from parley.common.v1 import feedback_pb2

KindWord = Literal["approval", "choice", "text", "form", "comment"]
StatusWord = Literal["pending", "answered", "expired", "cancelled"]
AssuranceWord = Literal["link", "reply", "slack", "session"]

_KIND = "FEEDBACK_KIND_"
_STATUS = "FEEDBACK_STATUS_"
_ASSURANCE = "ASSURANCE_"
_CONNECTION = "CONNECTION_STATUS_"


def kind_word(value: feedback_pb2.FeedbackKind.ValueType) -> str:
    """``approval``, ``choice``, ``text``, ``form`` or ``comment``."""
    return feedback_pb2.FeedbackKind.Name(value).removeprefix(_KIND).lower()


def kind_value(word: KindWord) -> feedback_pb2.FeedbackKind.ValueType:
    """The proto's value of a kind."""
    return feedback_pb2.FeedbackKind.Value(_KIND + word.upper())


def status_word(value: feedback_pb2.FeedbackStatus.ValueType) -> str:
    """``pending``, ``answered``, ``expired`` or ``cancelled``."""
    return feedback_pb2.FeedbackStatus.Name(value).removeprefix(_STATUS).lower()


def status_value(word: StatusWord | None) -> feedback_pb2.FeedbackStatus.ValueType:
    """The proto's value of a status; unspecified for none."""
    if word is None:
        return feedback_pb2.FEEDBACK_STATUS_UNSPECIFIED
    return feedback_pb2.FeedbackStatus.Value(_STATUS + word.upper())


def assurance_word(value: feedback_pb2.Assurance.ValueType) -> str:
    """``link``, ``reply``, ``slack`` or ``session``."""
    return feedback_pb2.Assurance.Name(value).removeprefix(_ASSURANCE).lower()


def assurance_value(word: AssuranceWord | None) -> feedback_pb2.Assurance.ValueType:
    """The proto's value of an assurance; unspecified for none."""
    if word is None:
        return feedback_pb2.ASSURANCE_UNSPECIFIED
    return feedback_pb2.Assurance.Value(_ASSURANCE + word.upper())


def connection_word(value: authorization_pb2.ConnectionStatus.ValueType) -> str:
    """``connected``, ``reconnect_needed`` or ``revoked``."""
    return authorization_pb2.ConnectionStatus.Name(value).removeprefix(_CONNECTION).lower()
