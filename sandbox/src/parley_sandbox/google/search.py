"""The `q` parameter: the part of Gmail's search language that programs use."""

import re
from collections.abc import Callable
from datetime import UTC, datetime

from parley_sandbox.google.mailbox import Message

Test = Callable[[Message], bool]
_TOKEN = re.compile(r'(-?)(?:([a-z_0-9]+):)?(?:"([^"]*)"|\(([^)]*)\)|([^\s"()]+))', re.IGNORECASE)
_AGE_SECONDS = {"h": 3_600, "d": 86_400, "m": 2_592_000, "y": 31_536_000}
_PLACES = {
    "inbox": "INBOX", "sent": "SENT", "draft": "DRAFT", "drafts": "DRAFT", "trash": "TRASH",
    "spam": "SPAM", "unread": "UNREAD", "starred": "STARRED", "important": "IMPORTANT",
}  # fmt: skip


def is_hidden(message: Message, query: str, *, include_all: bool) -> bool:
    """Whether spam and trash keep a message out of the results."""
    if include_all or re.search(r"\bin:(anywhere|spam|trash)\b", query, re.IGNORECASE):
        return False
    return bool({"SPAM", "TRASH"} & set(message.labels))


def compile_query(query: str, now: float) -> Test:
    """Return the test for a query; terms are joined by AND, `OR` joins its neighbours."""
    groups: list[list[Test]] = []
    joins = False
    for match in _TOKEN.finditer(query):
        if match.group(0).upper() == "OR":
            joins = bool(groups)
            continue
        test = _term(match, now)
        if joins:
            groups[-1].append(test)
        else:
            groups.append([test])
        joins = False
    return lambda message: all(any(test(message) for test in group) for group in groups)


def _term(match: re.Match[str], now: float) -> Test:
    minus, operator, *values = match.groups()
    value = next((v for v in values if v is not None), "")
    make = _OPERATORS.get((operator or "").lower())
    if make is None:
        text = f"{operator}:{value}" if operator else value
        test: Test = lambda message: _has_text(message, text)  # noqa: E731
    else:
        test = make(value, now)
    return (lambda message: not test(message)) if minus else test


def _has_text(message: Message, text: str) -> bool:
    """Compare words in order, as a phrase; punctuation separates words."""
    wanted = _words(text)
    parts = [message.mail.subject, message.mail.text() or message.mail.snippet]
    parts += [value for name, value in message.mail.headers if name.lower() in {"from", "to", "cc"}]
    return bool(wanted) and any(f" {wanted} " in f" {_words(part)} " for part in parts)


def _words(text: str) -> str:
    return " ".join(re.findall(r"\w+", text.lower()))


def _header(name: str) -> Callable[[str, float], Test]:
    def make(value: str, _now: float) -> Test:
        wanted = value.lower()
        return lambda message: wanted in message.mail.header(name).lower()

    return make


def _label(value: str, _now: float) -> Test:
    if value.lower() == "anywhere":
        return lambda _message: True
    if value.lower() == "read":
        return lambda message: "UNREAD" not in message.labels
    wanted = _PLACES.get(value.lower(), value)
    return lambda message: wanted in message.labels


def _message_id(value: str, _now: float) -> Test:
    wanted = value.strip("<>")
    return lambda message: message.mail.message_id.strip("<>") == wanted


def _has(value: str, _now: float) -> Test:
    if value.lower() != "attachment":
        return lambda _message: False
    return lambda message: any(part.get_filename() for part in message.mail.parsed.walk())


def _age(*, newer: bool) -> Callable[[str, float], Test]:
    def make(value: str, now: float) -> Test:
        match = re.fullmatch(r"(\d+)([hdmy])", value.lower())
        if not match:
            return lambda _message: False
        edge = now - int(match[1]) * _AGE_SECONDS[match[2]]
        return lambda message: (message.internal_ms / 1_000 >= edge) == newer

    return make


def _date(*, after: bool) -> Callable[[str, float], Test]:
    def make(value: str, _now: float) -> Test:
        edge = _moment(value)
        if edge is None:
            return lambda _message: False
        return lambda message: (message.internal_ms / 1_000 >= edge) == after

    return make


def _moment(value: str) -> float | None:
    if value.isdecimal():
        return float(value)
    try:
        return (
            datetime.strptime(value.replace("-", "/"), "%Y/%m/%d").replace(tzinfo=UTC).timestamp()
        )
    except ValueError:
        return None


_OPERATORS: dict[str, Callable[[str, float], Test]] = {
    "from": _header("from"),
    "to": _header("to"),
    "cc": _header("cc"),
    "deliveredto": _header("delivered-to"),
    "subject": _header("subject"),
    "in": _label,
    "is": _label,
    "label": _label,
    "has": _has,
    "rfc822msgid": _message_id,
    "newer_than": _age(newer=True),
    "older_than": _age(newer=False),
    "after": _date(after=True),
    "before": _date(after=False),
    "newer": _date(after=True),
    "older": _date(after=False),
}
