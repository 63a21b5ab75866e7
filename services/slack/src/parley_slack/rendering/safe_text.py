"""Text that cannot pretend: no hidden characters, no Slack control sequences."""

from __future__ import annotations

import re
import unicodedata

_ESCAPES = str.maketrans({"&": "&amp;", "<": "&lt;", ">": "&gt;"})
_JOINERS = "\u200c\u200d"  # wanted between letters of some scripts and inside emoji
_BLANKS = "\u115f\u1160\u3164\uffa0\u2800"  # letters by category that show as nothing
_SUSPICIOUS = re.compile(r"[^\n\t\x20-\x7e\xa1-\xac\xae-\u02ff\u0370-\u0482\u4e00-\u9fff]")
_ELLIPSIS = "…"
_OPEN = re.compile(r"&(?:[a-z]{0,4})$|<[^<>]*$")


def is_hidden(character: str) -> bool:
    """Whether a character shows nothing or turns the reading direction."""
    if character in "\n\t":
        return False
    return character in _BLANKS or unicodedata.category(character) in {"Cc", "Cf", "Cs", "Zl", "Zp"}


def without_hidden(text: str) -> str:
    """The text without control, bidi and zero-width characters; all line ends become LF.

    Joiners stay between two non-ASCII characters, where scripts and emoji need them.
    """
    if "\r" in text:
        text = text.replace("\r\n", "\n").replace("\r", "\n")
    if not _SUSPICIOUS.search(text):
        return text
    return "".join(
        character
        for index, character in enumerate(text)
        if not is_hidden(character) or _is_needed_joiner(text, index)
    )


def _is_needed_joiner(text: str, index: int) -> bool:
    if text[index] not in _JOINERS or not 0 < index < len(text) - 1:
        return False
    neighbours = text[index - 1], text[index + 1]
    return all(not near.isascii() and not is_hidden(near) for near in neighbours)


def with_hidden_shown(text: str) -> str:
    """The text with hidden characters as JSON escapes, for what is to be approved."""
    if not _SUSPICIOUS.search(text):
        return text
    return "".join(
        f"\\u{ord(character):04x}" if is_hidden(character) else character for character in text
    )


def escaped(text: str) -> str:
    """Slack's escape, which also stops ``<!channel>``, ``<@U…>`` and ``<url|label>``.

    Source: docs.slack.dev/messaging/formatting-message-text, "escaping text".
    """
    return text.translate(_ESCAPES)


def literal(text: str) -> str:
    """Text from outside as mrkdwn that shows as it is."""
    return escaped(without_hidden(text))


def shortened(text: str, longest: int) -> str:
    """At most so many characters, with an ellipsis where something is left out."""
    return text if len(text) <= longest else text[: longest - 1].rstrip() + _ELLIPSIS


def shortened_mrkdwn(text: str, longest: int) -> str:
    """The same for mrkdwn: an escape or a link is never cut in two, a code block is closed."""
    if len(text) <= longest:
        return text
    kept = _OPEN.sub("", text[: longest - 5]).rstrip()
    closing = "\n```" if kept.count("```") % 2 else ""
    return kept + _ELLIPSIS + closing
