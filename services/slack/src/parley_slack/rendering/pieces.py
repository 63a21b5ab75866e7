"""Markdown as pieces of mrkdwn: each is a paragraph, a list, a quote or a whole code block."""

from __future__ import annotations

import re
from dataclasses import dataclass, field

from markdown_it import MarkdownIt
from markdown_it.token import Token

from parley_slack.rendering.mrkdwn import inline
from parley_slack.rendering.safe_text import escaped, without_hidden
from parley_slack.rendering.tables import as_columns

_PARSER = MarkdownIt("commonmark", {"html": False}).enable(["table", "strikethrough"])
# Parsing costs some 200 microseconds a line; most messages have nothing to parse.
_MARKUP = re.compile(r"[\\`*~\[\]<&|\t]|://|__|_\b|\b_|^[ \-+=#>]|^\d+[.)]| $", re.MULTILINE)
_BETWEEN_PARAGRAPHS = re.compile(r"\n{2,}")
_BULLETS = "•◦▪"
_RULE = "———"
_WORDY = {"inline", "fence", "code_block"}


@dataclass(frozen=True)
class Piece:
    """A part of a message that reads as a whole; `is_code` ones are never cut inside."""

    text: str
    is_code: bool = False


@dataclass
class _List:
    number: int | None = None


@dataclass
class _State:
    pieces: list[Piece] = field(default_factory=list)
    lists: list[_List] = field(default_factory=list)
    quotes: int = 0
    bullet: str = ""
    is_heading: bool = False
    table: list[list[str]] | None = None


def pieces(markdown: str) -> list[Piece]:
    """The pieces of a CommonMark text; raw HTML shows as the text it is."""
    text = without_hidden(markdown).strip("\n").rstrip()
    if not _MARKUP.search(text):
        return [Piece(escaped(part)) for part in _BETWEEN_PARAGRAPHS.split(text) if part]
    return parsed(text)


def parsed(text: str) -> list[Piece]:
    """The pieces of a text without hidden characters, by the parser."""
    try:
        tokens = _PARSER.parse(text)
    except RecursionError:  # brackets nested a thousand deep are no markup that anyone meant
        return [Piece(escaped(text))]
    state = _State()
    for token in tokens:
        _take(state, token)
    return state.pieces


def plain_words(markdown: str) -> str:
    """The words of a CommonMark text without any markup, for places that know none."""
    try:
        tokens = _PARSER.parse(without_hidden(markdown))
    except RecursionError:
        return markdown
    return " ".join(_words(token) for token in tokens if token.type in _WORDY)


def _words(token: Token) -> str:
    if not token.children:
        return token.content
    return "".join(" " if "break" in c.type else c.content for c in token.children)


def _take(state: _State, token: Token) -> None:
    handler = _HANDLERS.get(token.type)
    if handler is not None:
        handler(state, token)


def _add(state: _State, text: str, *, is_code: bool = False) -> None:
    """Adds text under its bullet and quote; items of one list stay in one piece."""
    depth = max(len(state.lists) - 1, 0)
    lead = "    " * depth + state.bullet
    rest = "    " * len(state.lists)
    lines = text if is_code else f"\n{rest}".join(text.split("\n"))
    body = f"{lead or rest}{lines}" if not is_code else text
    quoted = "\n".join(f"> {line}" for line in body.split("\n")) if state.quotes else body
    if is_code and state.bullet:
        _append(state, lead.rstrip())
    state.bullet = ""
    if (state.lists or state.quotes) and not is_code:
        _append(state, quoted)
    else:
        state.pieces.append(Piece(body, is_code))


def _append(state: _State, text: str) -> None:
    last = state.pieces[-1] if state.pieces else None
    if last is not None and not last.is_code and _is_open(state, last):
        state.pieces[-1] = Piece(f"{last.text}\n{text}")
    else:
        state.pieces.append(Piece(text))


def _is_open(state: _State, last: Piece) -> bool:
    line = last.text.rsplit("\n", 1)[-1]
    return line.startswith("> ") if state.quotes else bool(_ITEM.match(line))


_ITEM = re.compile(r"^\s+\S|^[•◦▪]|^\d+\. ")


def _inline(state: _State, token: Token) -> None:
    text = inline(token.children or [], is_bold=state.is_heading)
    if state.table is not None:
        state.table[-1].append(_plain(token))
    elif state.is_heading:
        _add(state, "\n".join(f"*{line}*" for line in text.split("\n") if line.strip()))
    elif text:
        _add(state, text)


def _plain(token: Token) -> str:
    return "".join(child.content for child in token.children or [])


def _heading(state: _State, token: Token) -> None:
    state.is_heading = token.nesting == 1


def _quote(state: _State, token: Token) -> None:
    state.quotes += token.nesting


def _list(state: _State, token: Token) -> None:
    if token.nesting == -1:
        state.lists.pop()
        return
    is_ordered = token.type.startswith("ordered")
    state.lists.append(_List(int(token.attrGet("start") or 1) if is_ordered else None))


def _item(state: _State, _token: Token) -> None:
    current = state.lists[-1]
    if current.number is None:
        state.bullet = _BULLETS[min(len(state.lists), len(_BULLETS)) - 1] + " "
    else:
        state.bullet = f"{current.number}. "
        current.number += 1


def _code(state: _State, token: Token) -> None:
    _add(state, fenced(token.content), is_code=True)


def _rule(state: _State, _token: Token) -> None:
    _add(state, _RULE)


def _table(state: _State, token: Token) -> None:
    if token.nesting == 1:
        state.table = []
    elif state.table is not None:
        rows, state.table = state.table, None
        _add(state, fenced(as_columns(rows)), is_code=True)


def _row(state: _State, _token: Token) -> None:
    if state.table is not None:
        state.table.append([])


def fenced(code: str) -> str:
    """A code block; a fence within the code is broken up so that it cannot end the block."""
    inner = escaped(without_hidden(code)).rstrip("\n").replace("```", "``\u200b`")
    return f"```\n{inner}\n```"


_HANDLERS = {
    "inline": _inline,
    "heading_open": _heading,
    "heading_close": _heading,
    "blockquote_open": _quote,
    "blockquote_close": _quote,
    "bullet_list_open": _list,
    "bullet_list_close": _list,
    "ordered_list_open": _list,
    "ordered_list_close": _list,
    "list_item_open": _item,
    "fence": _code,
    "code_block": _code,
    "hr": _rule,
    "table_open": _table,
    "table_close": _table,
    "tr_open": _row,
}
