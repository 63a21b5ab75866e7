"""Markdown to HTML that is safe in a mail."""

from __future__ import annotations

import nh3
from markdown_it import MarkdownIt

PARSER = MarkdownIt("commonmark", {"html": False}).enable(["table", "strikethrough"])
PARSER.disable("image")  # a remote image tells its server when the mail is read

_TAGS = {
    "p", "br", "hr", "strong", "em", "s", "a", "code", "pre", "blockquote", "ul", "ol", "li",
    "h1", "h2", "h3", "h4", "h5", "h6", "table", "thead", "tbody", "tr", "th", "td",
}  # fmt: skip
_ATTRIBUTES = {"a": {"href", "title"}, "ol": {"start"}}
_SCHEMES = {"http", "https", "mailto"}


def to_html(markdown: str) -> str:
    """Sanitised HTML: no scripts, handlers, styles, images or odd link schemes."""
    return nh3.clean(
        PARSER.render(markdown), tags=_TAGS, attributes=_ATTRIBUTES, url_schemes=_SCHEMES
    )
