"""HTML mail to text with quotes marked by ``>``, so that one cutter serves both kinds."""

from __future__ import annotations

from bs4 import BeautifulSoup
from bs4.element import Comment, NavigableString, PageElement, Tag

ORIGINAL = "-----Original Message-----"
_BLOCKS = {
    "address", "article", "aside", "blockquote", "center", "div", "dl", "dt", "dd", "fieldset",
    "figure", "footer", "form", "h1", "h2", "h3", "h4", "h5", "h6", "header", "hr", "li", "main",
    "nav", "ol", "p", "pre", "section", "table", "tr", "ul",
}  # fmt: skip
_PARAGRAPHS = {"p", "h1", "h2", "h3", "h4", "h5", "h6", "ul", "ol", "table", "pre"}
_SILENT = {"head", "script", "style", "title", "template", "noscript", "meta", "link"}
# Outlook and its web client put these before what they quote, without any blockquote.
_DIVIDERS = {"divRplyFwdMsg", "appendonsend", "x_divRplyFwdMsg", "x_appendonsend"}
_HIDING = ("display:none", "visibility:hidden", "mso-hide:all", "font-size:0", "font-size:0px")
_MAX_DEPTH = 200


def to_text(html: str) -> str:
    """The visible text; a blockquote's lines begin with ``>``."""
    writer = _Writer()
    writer.walk(BeautifulSoup(html, "html.parser"), 0)
    return writer.text()


class _Writer:
    def __init__(self) -> None:
        self._lines: list[str] = []
        self._line = ""
        self._quotes = 0

    def text(self) -> str:
        self._end_line()
        return "\n".join(self._lines)

    def walk(self, element: PageElement, depth: int) -> None:
        if isinstance(element, NavigableString):
            if not isinstance(element, Comment):
                self._write(element)
        elif isinstance(element, Tag) and not is_unseen(element) and depth < _MAX_DEPTH:
            self._tag(element, depth)

    def _tag(self, tag: Tag, depth: int) -> None:
        if tag.get("id") in _DIVIDERS:
            self._end_line()
            self._lines.append(ORIGINAL)
        if tag.name == "br":
            self._break()
            return
        self._open(tag)
        for child in tag.children:
            self.walk(child, depth + 1)
        self._close(tag)

    def _open(self, tag: Tag) -> None:
        if tag.name in _BLOCKS:
            self._end_line()
        if tag.name == "blockquote":
            self._quotes += 1
        if tag.name == "li":
            self._line = "- "
        if tag.name in {"td", "th"} and self._line.strip():
            self._line += " "

    def _close(self, tag: Tag) -> None:
        if tag.name in _BLOCKS:
            self._end_line()
        if tag.name == "blockquote":
            self._quotes -= 1
        if tag.name in _PARAGRAPHS:
            self._lines.append(self._marks())

    def _write(self, text: str) -> None:
        words = " ".join(text.replace("\u200b", "").split())
        if not words:
            gap = " " if text and self._line and not self._line.endswith(" ") else ""
            self._line += gap
            return
        before = " " if text[0].isspace() and self._line and self._line[-1] != " " else ""
        after = " " if text[-1].isspace() else ""
        self._line += before + words + after

    def _break(self) -> None:
        self._lines.append(self._marks() + self._line.strip())
        self._line = ""

    def _end_line(self) -> None:
        if self._line.strip():
            self._lines.append(self._marks() + self._line.strip())
        self._line = ""

    def _marks(self) -> str:
        return "> " * min(self._quotes, 9)


def is_unseen(tag: Tag) -> bool:
    """Whether a reader does not see it; hidden words must not decide anything."""
    if tag.name in _SILENT or tag.has_attr("hidden"):
        return True
    style = str(tag.get("style", "")).lower().replace(" ", "")
    return any(hiding in f"{style};" for hiding in (f"{each};" for each in _HIDING))
