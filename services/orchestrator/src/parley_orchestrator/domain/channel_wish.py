"""A person asks in plain words to go on elsewhere: "reply in Slack instead"."""

from __future__ import annotations

import re
from collections.abc import Iterable

_LONGEST = 100
_ALIASES = {
    "websocket": ("web chat", "webchat", "web", "chat", "browser"),
    "gmail": ("gmail", "mail", "email", "e-mail"),
    "slack": ("slack",),
}
_POLITE = r"(?:(?:please|pls|ok|okay|hi|hey)[\s,]+)*(?:let'?s\s+|(?:can|could)\s+(?:you|we)\s+)?"
_BY = r"(?:to|in|on|by|via|over|through)\s+(?:my\s+|the\s+)?"
_THIS = r"(?:\s+(?:this|it|us|here|the\s+conversation|talking|over))*\s+"
_END = r"(?:[\s,]+(?:please|pls|thanks|thank\s+you|from\s+now\s+on|now))*\s*[.!?]*"
_INSTEAD = r"[\s,]+(?:instead|from\s+now\s+on)"
_TELL = r"(?:reply|answer|respond|write|message|reach|contact|talk|ask|ping)"
_MOVE = r"(?:switch|move|change|continue|go\s+on|carry\s+on)"
_ANY = rf"(?:{_TELL}|use|go|continue|take\s+this)"
_SHAPES = (
    rf"{_MOVE}{_THIS}{_BY}(?P<a>{{names}})(?:\s+instead)?{_END}",
    rf"{_TELL}\s+(?:to\s+|with\s+)?me\s+{_BY}(?P<b>{{names}})(?:\s+instead)?{_END}",
    rf"{_ANY}(?:\s+(?:to\s+)?me)?\s+(?:{_BY})?(?P<c>{{names}}){_INSTEAD}{_END}",
)


def channel_wish(text: str, known: Iterable[str]) -> str | None:
    """The channel that a message asks for, if it says nothing else; None when it is not clear.

    "Reply by mail" alone may as well answer what the agent asked, so it has to say *me* or
    *instead*.
    """
    said = " ".join(text.split("\n-- ", 1)[0].split())
    if not 0 < len(said) <= _LONGEST:
        return None
    names = {alias: name for name in known for alias in _ALIASES.get(name, (name,))}
    either = "|".join(re.escape(alias) for alias in sorted(names, key=len, reverse=True))
    for shape in _SHAPES:
        found = re.fullmatch(_POLITE + shape.format(names=either), said, re.IGNORECASE)
        if found is not None:
            return names[next(filter(None, found.groups())).lower()]
    return None
