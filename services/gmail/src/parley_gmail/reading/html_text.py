"""HTML mail to the lines that a person sees, each with what the markup says it is."""

from __future__ import annotations

from dataclasses import dataclass
from itertools import islice

from parley_gmail.reading.html_marks import (
    is_hidden,
    is_ruled,
    is_signature_rule,
    is_tight,
    role,
)
from parley_gmail.reading.html_tokens import Tag, tokens
from parley_gmail.reading.line_writer import LineWriter
from parley_gmail.reading.lines import MAX_LINES, Line, Role

_BLOCKS = {
    "address", "article", "aside", "blockquote", "body", "center", "div", "dl", "dt", "dd",
    "fieldset", "figure", "footer", "form", "h1", "h2", "h3", "h4", "h5", "h6", "header", "html",
    "li", "main", "nav", "ol", "p", "pre", "section", "table", "tbody", "thead", "tfoot", "tr",
    "ul", "includetail",
}  # fmt: skip
_PARAGRAPHS = {"p", "h1", "h2", "h3", "h4", "h5", "h6", "ul", "ol", "table", "pre", "dl"}
_SILENT = {
    "head", "script", "style", "title", "template", "noscript", "object", "svg", "select", "xml",
}  # fmt: skip
_VOID = {"area", "base", "col", "input", "link", "meta", "wbr", "embed", "source", "param"}
_CLOSED_BY = {
    "li": {"li", "p"}, "td": {"td", "th", "p"}, "th": {"td", "th", "p"},
    "tr": {"tr", "td", "th", "p"}, "dt": {"dt", "dd", "p"}, "dd": {"dt", "dd", "p"},
}  # fmt: skip
# What is crossed out is still read, but it must not decide.
_STRUCK, _STROKE = {"s", "strike", "del"}, "~~"
_SMILEY = 4  # characters; one may take several
_BOUNDARIES = {"table", "ul", "ol", "blockquote", "div", "td", "th"}
_MAX_TOKENS = 40_000  # what people write is at the top
_MAX_INDENT = 6  # lists in lists
_MAX_DEPTH = 200  # nobody writes deeper; what is deeper keeps its text and loses its structure


@dataclass(frozen=True, slots=True)
class _Open:
    """An element that has not been closed."""

    name: str
    role: Role | None
    is_silent: bool
    is_paragraph: bool


def html_lines(source: str) -> list[Line]:
    """The visible lines of an HTML text."""
    reader = _Reader()
    for token in islice(tokens(source), _MAX_TOKENS):
        if isinstance(token, str):
            reader.write(token)
        elif token.is_closing:
            reader.close(token.name)
        else:
            reader.open(token)
    return reader.finished()


class _Reader:
    """Keeps track of the open elements, and of what they mean for the text in them."""

    def __init__(self) -> None:
        self._writer = LineWriter()
        self._open: list[_Open] = []
        self._counts: dict[str, int] = {}
        self._roles: list[Role] = []
        self._is_below_signature_rule = False
        self._has_quotes = False
        self._silent = 0
        self._numbers: list[int] = []

    def finished(self) -> list[Line]:
        """All lines."""
        self._end_line()
        return self._writer.lines(has_quotes=self._has_quotes)

    def write(self, text: str) -> None:
        """Takes a text."""
        if self._silent:
            return
        if not self._counts.get("pre"):
            self._writer.write(text)
            return
        first, *others = text.replace("\r\n", "\n").split("\n", MAX_LINES)[:MAX_LINES]
        self._writer.write_verbatim(first)
        for other in others:
            self._break()
            self._writer.write_verbatim(other)

    def open(self, tag: Tag) -> None:
        """Takes an opening tag."""
        self._close_implied(tag.name)
        if tag.name == "br":
            self._break()
        elif tag.name == "hr":
            self._end_line()
            self._writer.add_mark(Role.DIVIDER if role(tag) is Role.DIVIDER else Role.RULE)
            self._is_below_signature_rule = is_signature_rule(tag)
        elif tag.name == "img":
            self._picture(tag)
        elif tag.name not in _VOID and len(self._open) < _MAX_DEPTH:
            self._push(tag)
            self._begin(tag.name)

    def close(self, name: str) -> None:
        """Takes a closing tag; one that closes nothing is passed over."""
        if self._counts.get(name) and (name in _BLOCKS or self._is_within_block(name)):
            while self._pop().name != name:
                pass

    def _push(self, tag: Tag) -> None:
        meaning = role(tag)
        if tag.name in _BLOCKS:
            self._end_line()
        if meaning is Role.DIVIDER or is_ruled(tag):
            self._writer.add_mark(Role.DIVIDER if meaning is Role.DIVIDER else Role.RULE)
            meaning = None
        is_paragraph = tag.name in _PARAGRAPHS and not (tag.name == "p" and is_tight(tag))
        is_paragraph = is_paragraph and not (tag.name in {"ul", "ol"} and self._counts.get("li"))
        if is_paragraph:
            self._writer.owe_blank()
        element = _Open(tag.name, meaning, tag.name in _SILENT or is_hidden(tag), is_paragraph)
        self._open.append(element)
        self._counts[tag.name] = self._counts.get(tag.name, 0) + 1
        self._silent += element.is_silent
        self._roles.extend([meaning] if meaning else [])
        if meaning is Role.QUOTED:
            self._is_below_signature_rule, self._has_quotes = False, True

    def _begin(self, name: str) -> None:
        if name in {"ol", "ul"}:
            self._numbers.append(0 if name == "ol" else -1)
        elif name == "li":
            self._writer.begin(self._bullet())
        elif name in _STRUCK:
            self.write(_STROKE)
        elif name in {"td", "th"}:
            self._writer.space()

    def _bullet(self) -> str:
        indent = "  " * min(len(self._numbers) - 1, _MAX_INDENT)
        if self._numbers and self._numbers[-1] >= 0:
            self._numbers[-1] += 1
            return f"{indent}{self._numbers[-1]}. "
        return f"{indent}- "

    def _pop(self) -> _Open:
        last = self._open[-1]
        if last.name in _STRUCK:
            self.write(_STROKE)
        if last.name in _BLOCKS and last.name not in {"td", "th"}:
            self._end_line()
        self._open.pop()
        self._counts[last.name] -= 1
        self._silent -= last.is_silent
        if last.role:
            self._roles.pop()
        if last.name in {"ol", "ul"} and self._numbers:
            self._numbers.pop()
        if last.is_paragraph:
            self._writer.owe_blank()
        return last

    def _close_implied(self, name: str) -> None:
        """Closes a paragraph, an item or a cell that the next one ends."""
        ended = _CLOSED_BY.get(name) or ({"p"} if name in _BLOCKS else set())
        while self._open and self._open[-1].name in ended:
            self._pop()

    def _is_within_block(self, name: str) -> bool:
        """Whether an inline element was opened in the block that is open now."""
        for element in reversed(self._open):
            if element.name == name:
                return True
            if element.name in _BOUNDARIES:
                return False
        return False

    def _role(self) -> Role:
        if Role.QUOTED in self._roles:
            return Role.QUOTED
        if self._roles:
            return self._roles[-1]
        return Role.SIGNATURE if self._is_below_signature_rule else Role.OWN

    def _picture(self, tag: Tag) -> None:
        alternative = tag.get("alt").strip()
        if 0 < len(alternative) <= _SMILEY and not alternative.isascii() and not self._silent:
            self._writer.write(alternative)  # a smiley

    def _break(self) -> None:
        if not self._silent:
            self._writer.break_line(self._role(), verbatim=bool(self._counts.get("pre")))

    def _end_line(self) -> None:
        self._writer.end_line(self._role(), verbatim=bool(self._counts.get("pre")))
