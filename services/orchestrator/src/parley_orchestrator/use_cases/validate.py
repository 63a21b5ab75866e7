"""Checks of what comes in; each error names the field and says what would do."""

from __future__ import annotations

import re
import zoneinfo
from collections.abc import Iterable
from functools import cache
from typing import Any

import orjson

from parley_kit.errors import NotFoundError, Reason, invalid_field
from parley_orchestrator.ports import Page

MAX_JSON_BYTES = 16 * 1024
MAX_JSON_DEPTH = 64
_CONTROL = re.compile(r"[\x00-\x1f\x7f-\x9f\u2028\u2029]")
_EMAIL = re.compile(r"[^\s@<>\"(),:;\[\]\\]{1,64}@[A-Za-z0-9.-]{1,253}")
_ID = re.compile(r"[a-z]{3}_[0-9a-z]{26}")
_TIME = re.compile(r"([01]\d|2[0-3]):[0-5]\d")


def text_of(field: str, text: str, limit: int) -> str:
    """A text of 1 to `limit` characters, line breaks allowed."""
    if not text.strip():
        raise invalid_field(field, "must not be empty")
    if len(text) > limit:
        raise invalid_field(field, f"is {len(text)} characters long; at most {limit} are taken")
    if "\x00" in text:
        raise invalid_field(field, "must not hold the character U+0000")
    return text


def line_of(field: str, text: str, limit: int) -> str:
    """One line of at most `limit` characters; may be empty."""
    if len(text) > limit:
        raise invalid_field(field, f"is {len(text)} characters long; at most {limit} are taken")
    if _CONTROL.search(text):
        raise invalid_field(field, "must be one line without control characters")
    if "=?" in text:
        raise invalid_field(field, "must not hold `=?`, which mail headers would decode")
    return text


def id_of(field: str, text: str, limit: int) -> str:
    """Somebody else's id: opaque, but of one line; may be empty."""
    if len(text) > limit or _CONTROL.search(text):
        raise invalid_field(field, f"must be one line of at most {limit} characters")
    return text


def name_of(field: str, text: str) -> str:
    """A name of 1 to 100 characters."""
    if not text.strip():
        raise invalid_field(field, "must not be empty")
    return line_of(field, text.strip(), 100)


def email_of(text: str) -> str:
    """An e-mail address, or empty."""
    if text and not _EMAIL.fullmatch(text):
        raise invalid_field("email", "is not an e-mail address like `ann@example.com`")
    return line_of("email", text, 254)


def timezone_of(text: str) -> str:
    """An IANA time zone, or empty."""
    if text and text not in _timezones():
        raise invalid_field("timezone", "is not an IANA name like `Europe/Vienna`")
    return text


@cache
def _timezones() -> set[str]:
    return zoneinfo.available_timezones()


def time_of(field: str, text: str) -> str:
    """A time of day, ``HH:MM``."""
    if not _TIME.fullmatch(text):
        raise invalid_field(field, "is not a time like `22:30`")
    return text


def json_of(field: str, text: str, limit: int = MAX_JSON_BYTES) -> Any:
    """A JSON value of at most `limit` bytes; None for empty text."""
    if not text:
        return None
    if len(text.encode()) > limit:
        raise invalid_field(field, f"is larger than {limit} bytes")
    try:
        value = orjson.loads(text)
    except orjson.JSONDecodeError:
        raise invalid_field(field, "is not JSON") from None
    if not _is_shallow(value):
        raise invalid_field(field, f"is nested deeper than {MAX_JSON_DEPTH} levels")
    return value


def _is_shallow(value: Any) -> bool:
    """Whether it can be walked and written again without a limit being met on the way."""
    level = [value]
    for _ in range(MAX_JSON_DEPTH):
        level = [inner for one in level if isinstance(one, dict | list) for inner in _within(one)]
        if not level:
            return True
    return False


def _within(value: dict[str, Any] | list[Any]) -> Any:
    return value.values() if isinstance(value, dict) else value


def object_of(field: str, text: str) -> dict[str, Any]:
    """A JSON object; empty for empty text."""
    value = json_of(field, text) if text else {}
    if not isinstance(value, dict):
        raise invalid_field(field, "must be a JSON object")
    return value


def page_of(size: int, token: str, usual: int, most: int) -> Page:
    """The part of a list that is asked for; a token is the id that the page before ended with."""
    if token and not _ID.fullmatch(token):
        raise invalid_field("page_token", "is not one that a page ended with")
    return Page(page_size_of(size, usual, most), token)


def page_size_of(given: int, usual: int, most: int) -> int:
    """A page size; 0 means the usual one."""
    if not 0 <= given <= most:
        raise invalid_field("page_size", f"must be 1 to {most}")
    return given or usual


def unknown_channel(name: str, known: Iterable[str]) -> NotFoundError:
    """The error for a channel that is not configured."""
    return NotFoundError(
        f"No channel {name!r} is configured; there are: {', '.join(known)}.",
        reason=Reason.ERROR_REASON_UNKNOWN_CHANNEL,
        metadata={"channel": name},
    )
