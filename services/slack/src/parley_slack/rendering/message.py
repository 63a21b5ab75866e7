"""An agent's message as Slack messages: one, or several for a long text."""

from __future__ import annotations

from parley_slack.rendering.blocks import FALLBACK_CHARACTERS, Post, context, section
from parley_slack.rendering.pieces import pieces
from parley_slack.rendering.safe_text import literal, shortened, shortened_mrkdwn
from parley_slack.rendering.splitting import messages, sections

MAX_CHARACTERS = 40_000
NOTHING = "_(nothing that could be shown)_"
_AUTHOR_CHARACTERS = 200


def posts(markdown: str, author: str = "") -> list[Post]:
    """The Slack messages of a Markdown text, in order; the author is named above the first."""
    groups = messages(sections(pieces(markdown)) or [NOTHING])
    name = author_line(author)
    return [
        Post(
            shortened_mrkdwn("\n\n".join(texts), FALLBACK_CHARACTERS),
            (
                *((context(name),) if name and number == 0 else ()),
                *(section(text) for text in texts),
            ),
        )
        for number, texts in enumerate(groups)
    ]


def author_line(author: str) -> str:
    """Who says it, in bold; empty for nobody."""
    name = " ".join(author.split())
    return f"*{literal(shortened(name, _AUTHOR_CHARACTERS))}*" if name else ""
