"""Inline Markdown as Slack's mrkdwn.

Why mrkdwn and not Slack's own `markdown` block: its escaping is documented, so that what an agent
quotes cannot become a mention or a disguised link; it works in modals too; and its limit is per
section, so that text can be split where we choose.
"""

from __future__ import annotations

import re
from collections.abc import Sequence
from urllib.parse import urlsplit

from markdown_it.token import Token

from parley_slack.rendering.safe_text import escaped, literal, without_hidden

_MARKS = {"strong": "*", "em": "_", "s": "~"}
_JOINT = "\u200b"  # Slack formats only at word boundaries; this makes one within a word
_SCHEMES = {"http", "https", "mailto"}
_URL_LIKE = re.compile(
    r"^\s*(?:[a-z][a-z0-9+.-]*://|www\.|[\w-]+(?:\.[\w-]+)+(?:/|$))", re.IGNORECASE
)
_BARE_URL = re.compile(r"https?://[^\s<>|\"'`]+[^\s<>|\"'`.,;:!?)\]]")
_GRAVE = "\u02cb"  # a code span cannot hold a backtick in mrkdwn


def inline(tokens: Sequence[Token], *, is_bold: bool = False) -> str:
    """The children of an inline token as mrkdwn.

    Args:
        tokens: Of one inline token.
        is_bold: The surroundings are bold already, so that ``**`` adds nothing.
    """
    writer = _Writer(is_bold=is_bold)
    for token in tokens:
        writer.add(token)
    return writer.text()


class _Writer:
    def __init__(self, *, is_bold: bool) -> None:
        self._parts: list[str] = []
        self._open: list[str] = []
        self._ignored = {"*"} if is_bold else set()
        self._links: list[tuple[str, int]] = []
        self._closed_mark = False

    def text(self) -> str:
        return "".join(self._parts)

    def add(self, token: Token) -> None:
        kind = token.type.removesuffix("_open").removesuffix("_close")
        if kind in _MARKS:
            self._mark(_MARKS[kind], is_opening=token.nesting == 1)
        elif kind == "link":
            self._link(token)
        elif kind in {"softbreak", "hardbreak"}:
            self._break()
        elif kind == "code_inline":
            code = escaped(without_hidden(token.content)).replace("`", _GRAVE)
            self._write(f"`{code}`")
        elif kind == "image":
            self._write(_linked(str(token.attrGet("src") or ""), literal(token.content or "image")))
        else:
            self._write(literal(token.content) if self._links else _with_links(token.content))

    def _write(self, text: str) -> None:
        if self._closed_mark and text[:1].isalnum():
            self._parts.append(_JOINT)
        self._closed_mark = False
        self._parts.append(text)

    def _mark(self, mark: str, *, is_opening: bool) -> None:
        if mark in self._ignored:
            return
        if is_opening:
            if self._parts and self._parts[-1][-1:].isalnum():
                self._parts.append(_JOINT)
            self._open.append(mark)
        elif mark in self._open:
            self._open.remove(mark)
        self._parts.append(mark)
        self._closed_mark = not is_opening

    def _break(self) -> None:
        """Ends and begins marks again: Slack's formatting does not span lines."""
        marks = "".join(self._open)
        self._parts.append(f"{marks[::-1]}\n{marks}")
        self._closed_mark = False

    def _link(self, token: Token) -> None:
        if token.nesting == 1:
            self._links.append((str(token.attrGet("href") or ""), len(self._parts)))
            return
        target, start = self._links.pop()
        label = "".join(self._parts[start:])
        del self._parts[start:]
        self._write(_linked(target, label))


def _linked(target: str, label: str) -> str:
    """A link; a label that looks like another address is shown beside the true one."""
    target = without_hidden(target)
    if not _is_safe(target):
        return label
    href = _href(target)
    shown = label.replace("\n", " ").strip()
    if not shown or shown == escaped(target):
        return f"<{href}>"
    if _URL_LIKE.match(shown):
        return f"{shown} (<{href}>)"
    return f"<{href}|{shown.replace('|', '¦')}>"


def _is_safe(target: str) -> bool:
    try:
        return urlsplit(target).scheme.lower() in _SCHEMES
    except ValueError:
        return False


def _href(target: str) -> str:
    encoded = target.replace("<", "%3C").replace(">", "%3E").replace("|", "%7C").replace(" ", "%20")
    return encoded.replace("&", "&amp;")


def _with_links(text: str) -> str:
    """Literal text in which bare web addresses are links; `verbatim` stops Slack's own guesses."""
    clean = without_hidden(text)
    if "://" not in clean:
        return escaped(clean)
    parts, end = [], 0
    for found in _BARE_URL.finditer(clean):
        parts += [escaped(clean[end : found.start()]), f"<{_href(found.group())}>"]
        end = found.end()
    return "".join([*parts, escaped(clean[end:])])
