"""HTML to tags and texts in time that grows with its length only, whatever it contains.

The libraries do not promise that: on mails made to be slow they take from seconds to minutes
(docs/decisions/0015-reading-replies.md).
"""

from __future__ import annotations

import html
import re
from collections.abc import Iterator
from dataclasses import dataclass, field

_LONGEST_TAG = 4_000  # characters; an embedded picture may make it longer, then it is read plainly
_PATIENCE = 200  # tags that may be malformed before all are read plainly

_TAG = re.compile(
    r"<(?P<close>/?)(?P<name>[a-zA-Z][^\s/>]*+)(?P<rest>(?:[^>\"']++|\"[^\"]*+\"|'[^']*+')*+)>"
)
_PLAIN_TAG = re.compile(r"<(?P<close>/?)(?P<name>[a-zA-Z][^\s/>]*+)(?P<rest>[^>]*+)>")
_ATTRIBUTE = re.compile(
    r"([a-zA-Z_:][\w:.-]*+)(?:\s*+=\s*+(?:\"([^\"]*+)\"|'([^']*+)'|([^\s\"'>]++)))?+"
)
_LONG_NUMBER = re.compile(r"&#(?:\d{8,}+|[xX][0-9a-fA-F]{7,}+);?")
# Their content is no markup.
_RAW = {"script", "style", "title", "textarea", "xmp", "noframes", "noscript"}


@dataclass(frozen=True, slots=True)
class Tag:
    """An opening tag (or a closing one), its name in lower case."""

    name: str
    is_closing: bool
    attributes: dict[str, str] = field(default_factory=dict)

    def get(self, name: str) -> str:
        """An attribute's value, empty when there is none."""
        return self.attributes.get(name, "")


def tokens(source: str) -> Iterator[Tag | str]:
    """Tags, and the texts between them with their entities resolved."""
    at, malformed, last_end = 0, 0, source.rfind(">")
    while at < len(source):
        opening = source.find("<", at)
        if opening < 0 or opening > last_end:
            yield text(source[at:])
            return
        if opening > at:
            yield text(source[at:opening])
        if source.startswith(("<!", "<?"), opening):
            at = _after_declaration(source, opening)
            continue
        pattern = _TAG if malformed < _PATIENCE else _PLAIN_TAG
        found = pattern.match(source, opening, opening + _LONGEST_TAG)
        if found is None:
            malformed += 1
            found = _PLAIN_TAG.match(source, opening)
        if found is None:
            yield "<"
            at = opening + 1
            continue
        tag = _tag(found)
        yield tag
        at = found.end()
        if tag.name in _RAW and not tag.is_closing:
            at = _after_raw(source, at, tag.name)


def text(source: str) -> str:
    """A text with its entities resolved."""
    if "&" not in source:
        return source
    return html.unescape(_LONG_NUMBER.sub("\ufffd", source))


def _tag(found: re.Match[str]) -> Tag:
    rest = found["rest"][:_LONGEST_TAG]
    attributes: dict[str, str] = {}
    for name, double, single, bare in _ATTRIBUTE.findall(rest):
        attributes.setdefault(name.lower(), text(double or single or bare))
    return Tag(found["name"].lower(), bool(found["close"]), attributes)


def _after_declaration(source: str, at: int) -> int:
    """The end of a comment, a doctype or Outlook's ``<![if …]>``."""
    is_comment = source.startswith("<!--", at)
    end = source.find("-->", at + 2) if is_comment else -1
    if end >= 0:
        return end + 3
    end = source.find(">", at)
    return end + 1 if end >= 0 else len(source)


def _after_raw(source: str, at: int, name: str) -> int:
    """Where the content of a script or style ends; its closing tag is still to be read."""
    found = re.compile(rf"</{name}", re.IGNORECASE).search(source, at)
    return found.start() if found else len(source)
