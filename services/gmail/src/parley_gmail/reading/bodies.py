"""Which parts of a mail hold what its writer wrote, as lines."""

# ruff: noqa: RUF001  # dashes, quotes and colons of other scripts are meant

from __future__ import annotations

import re
from dataclasses import dataclass

from parley_gmail.reading.attributions import essence
from parley_gmail.reading.flowed import unflowed
from parley_gmail.reading.html_text import html_lines
from parley_gmail.reading.lines import MAX_LINES, Line, Role, joined, plain_lines, trimmed
from parley_gmail.reading.mail import Mail, body_text, children, is_attachment, parameter

MAX_CHARACTERS = 500_000  # of a body; what people write is at its top
_MAX_DEPTH = 30
_LONGEST_PLACEHOLDER = 400  # characters
_SHORTEST_INTRODUCTION, _SHORTEST_SIGNATURE = 8, 3  # letters
_PLAIN, _HTML = "text/plain", "text/html"
_HTML_START = re.compile(
    r"^\s*(?:<!doctype\s+html|<html[\s>]|<(?:div|p|body|table|span)[\s>])", re.IGNORECASE
)
_PLACEHOLDER = re.compile(
    r"(?:does\s+not|doesn['’]t|cannot|can['’]t|not)\s+(?:support|display|view|show|able)\b.{0,60}\bhtml\b|"
    r"\b(?:this\s+is\s+an?|in|an)\s+html\s+(?:message|e-?mail|format)|view\s+this\s+(?:message|email)\s+in\s+html|"
    r"html[- ](?:compatible|capable|enabled)|kein\s+html|html-nachricht",
    re.IGNORECASE,
)
_ARMOR = re.compile(r"^-----BEGIN PGP SIGNED MESSAGE-----$")
_ARMOR_END = re.compile(r"^-----BEGIN PGP SIGNATURE-----$")


@dataclass(frozen=True)
class Body:
    """A mail's text, and what its HTML version says about it.

    Attributes:
        lines: All lines, quotes included.
        introductions: Lines that the HTML marks as introducing a quote, as `essence` gives them.
        signatures: Signatures that it marks, likewise.
    """

    lines: list[Line]
    introductions: frozenset[str] = frozenset()
    signatures: frozenset[str] = frozenset()


def body(mail: Mail) -> Body:
    """What there is to read: plain text where there is any, else HTML."""
    lines = _lines(mail, 0)
    if lines is not None and any(not line.is_blank for line in lines):
        page = _first_page(mail)
        marked = html_lines(page) if page and _is_plain_read(mail) else []
        return Body(lines[:MAX_LINES], _marked_introductions(marked), _marked_signatures(marked))
    return Body((lines or [])[:MAX_LINES])


def _lines(part: Mail, depth: int) -> list[Line] | None:
    """A part's lines; None where it holds no text of the writer's."""
    inner = children(part)
    if not inner:
        return _leaf(part) if depth == 0 or not is_attachment(part) else None
    if depth > _MAX_DEPTH:
        return None
    if part.get_content_subtype() == "alternative":
        return _best(inner, depth)
    if part.get_content_subtype() in {"related", "signed"}:
        return next((found for each in inner if (found := _lines(each, depth + 1))), None)
    return _in_a_row(inner, depth)


def _best(alternatives: list[Mail], depth: int) -> list[Line] | None:
    """Plain text, unless it only says that there is HTML."""
    found = [(each, lines) for each in alternatives if (lines := _lines(each, depth + 1))]
    plain = next(
        (lines for each, lines in found if is_plain(each) and _says_something(lines)), None
    )
    others = [lines for each, lines in found if not is_plain(each) and _says_something(lines)]
    if plain is not None and not (others and _is_placeholder(plain)):
        return plain
    return others[0] if others else (found[0][1] if found else None)


def _in_a_row(parts: list[Mail], depth: int) -> list[Line] | None:
    """Texts that follow each other, as around a picture or with a list's footer."""
    lines: list[Line] = []
    for each in parts[:50]:
        found = _lines(each, depth + 1)
        if found and _says_something(found):
            lines.extend([Line("")] if lines else [])
            lines.extend(found)
    return lines or None


def _leaf(part: Mail) -> list[Line] | None:
    kind = part.get_content_type()
    if kind == _HTML:
        return html_lines(body_text(part)[:MAX_CHARACTERS])
    if part.get_content_maintype() == "text" and kind in {
        _PLAIN,
        "text/enriched",
        "text/x-markdown",
        "text/markdown",
    }:
        return _plain(part)
    return None


def _plain(part: Mail) -> list[Line]:
    text = body_text(part)[:MAX_CHARACTERS]
    if _HTML_START.match(text[:200]) and "</" in text:
        return html_lines(text)  # HTML that its program sent as plain text
    if parameter(part, "format") == "flowed":
        text = unflowed(text, deletes_space=parameter(part, "delsp") == "yes")
    return _without_armor(plain_lines(text))


def _without_armor(lines: list[Line]) -> list[Line]:
    """The text that an inline PGP signature protects."""
    start = next((at for at, line in enumerate(lines[:50]) if _ARMOR.match(line.text)), None)
    if start is None:
        return lines
    inner = next(
        (at for at in range(start, min(start + 5, len(lines))) if lines[at].is_blank), start
    )
    end = next((at for at, line in enumerate(lines) if _ARMOR_END.match(line.text)), len(lines))
    kept = lines[inner + 1 : end]
    return [
        Line(each.text.removeprefix("- ") if each.text.startswith("- -") else each.text, each.role)
        for each in kept
    ]


def is_plain(part: Mail) -> bool:
    """Whether it is plain text, or plain text among other parts."""
    inner = children(part)
    return is_plain(inner[0]) if inner else part.get_content_type() != _HTML


def _says_something(lines: list[Line]) -> bool:
    return any(not line.is_blank for line in lines)


def _is_placeholder(lines: list[Line]) -> bool:
    row = joined(trimmed(lines))
    return len(row) < _LONGEST_PLACEHOLDER and bool(_PLACEHOLDER.search(row))


def _first_page(mail: Mail) -> str:
    waiting = [(mail, 0)]
    while waiting:
        part, depth = waiting.pop()
        inner = children(part)
        if not inner and part.get_content_type() == _HTML and not is_attachment(part):
            return body_text(part)[:MAX_CHARACTERS]
        if depth < _MAX_DEPTH:
            waiting.extend((each, depth + 1) for each in reversed(inner[:50]))
    return ""


def _is_plain_read(mail: Mail) -> bool:
    """Whether there are several versions, of which the plain one was read."""
    return bool(children(mail))


def _marked_introductions(lines: list[Line]) -> frozenset[str]:
    found = set()
    for at, line in enumerate(lines):
        if line.role is Role.INTRODUCTION and (at == 0 or lines[at - 1].role is not line.role):
            found.add(essence(joined(_run(lines, at))))
    return frozenset(each for each in found if len(each) >= _SHORTEST_INTRODUCTION)


def _marked_signatures(lines: list[Line]) -> frozenset[str]:
    found = set()
    for at, line in enumerate(lines):
        if line.role is Role.SIGNATURE and (at == 0 or lines[at - 1].role is not line.role):
            found.add(essence(joined(_run(lines, at))))
    return frozenset(each for each in found if len(each) >= _SHORTEST_SIGNATURE)


def _run(lines: list[Line], start: int) -> list[Line]:
    """The lines of one role that follow each other."""
    end = next(
        (at for at in range(start, len(lines)) if lines[at].role is not lines[start].role),
        len(lines),
    )
    return lines[start:end]
