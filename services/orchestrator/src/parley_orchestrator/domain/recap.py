"""What a channel is told when a conversation comes to it: who said what last, and what waits."""

from __future__ import annotations

import re
from collections.abc import Sequence
from dataclasses import dataclass

from parley_orchestrator.domain.conversation import Message

MOST_MESSAGES = 5
LONGEST_QUOTE = 240
_EMPHASIS = re.compile(r"\*\*|__|~~|`+|^\s{0,3}(?:#{1,6}|>|[-+*]|\d+[.)])\s+", re.MULTILINE)
_LINK = re.compile(r"!?\[([^\]]*)\]\([^)]*\)")
_MARKUP = re.compile(r"([\\`*_\[\]<>#~|!&])")


@dataclass(frozen=True)
class Recap:
    """What one person has not seen on the channel that they move to.

    Attributes:
        mover: Who moved the conversation; empty for the reader.
        messages: The newest, oldest first.
        is_shortened: There are earlier ones that it has no room for.
        questions: Prompts that wait for the reader's answer.
    """

    reader_id: str
    mover: str
    messages: Sequence[Message]
    is_shortened: bool = False
    questions: Sequence[str] = ()

    def text(self) -> str:
        """As Markdown, in which nothing that was said acts as markup."""
        who = f"{quoted(self.mover)} continues" if self.mover else "You continue"
        lines = [f"- **{self._author(each)}:** {quoted(each.text)}" for each in self.messages]
        if self.is_shortened:
            lines.insert(0, "- *earlier messages are left out here*")
        said = [f"*{who} this conversation here.* What was said last:", "\n".join(lines)]
        return "\n\n".join([*said, *self._waiting()])

    def _author(self, message: Message) -> str:
        return "You" if message.author.id == self.reader_id else quoted(message.author.name)

    def _waiting(self) -> list[str]:
        if not self.questions:
            return []
        asked = " and ".join(f"“{quoted(prompt)}”" for prompt in self.questions)
        return [f"Still open, and sent again below: {asked}"]


def quoted(text: str) -> str:
    """A text on one line, short, and inert as Markdown."""
    plain = _EMPHASIS.sub("", _LINK.sub(r"\1", text))
    line = " ".join(plain.split())
    if len(line) > LONGEST_QUOTE:
        line = line[: LONGEST_QUOTE - 1].rsplit(" ", 1)[0] + "…"
    return _MARKUP.sub(r"\\\1", line)
