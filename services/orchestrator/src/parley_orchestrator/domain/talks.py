"""Where a text belongs that says nothing about it: the rule, the same for every channel."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta

FLOW = timedelta(minutes=30)
"""So long a person who wrote in a conversation goes on with it, if nobody else says anything."""
RECENT = timedelta(hours=8)
"""So long a conversation counts as under way after something was said in it."""


@dataclass(frozen=True)
class Talk:
    """A conversation that a person takes part in.

    Attributes:
        told_at: When something was last said or asked in it otherwise than by the person on the
            channel in question; None for never.
        spoke_at: When the person last wrote in it by the channel in question.
        is_awaited: The person is asked something there that is still open.
        is_here: Something of it went out on the channel in question.
    """

    session_id: str
    user_id: str
    title: str
    agent_name: str
    told_at: datetime | None
    spoke_at: datetime | None
    is_awaited: bool
    is_here: bool

    @property
    def active_at(self) -> datetime | None:
        """When something was last said in it."""
        return max((at for at in (self.told_at, self.spoke_at) if at), default=None)


def clear_talk(talks: Sequence[Talk], now: datetime) -> Talk | None:
    """The one that a text clearly belongs to; None when the person must say.

    On a channel people see the conversations that were there. Among those it is the only one, or
    the one that the person just wrote in, or the only one that is under way.
    """
    seen = [talk for talk in talks if talk.is_here] or list(talks)
    if len(seen) == 1:
        return seen[0]
    if talk := _gone_on_with(seen, now):
        return talk
    under_way = [talk for talk in seen if _is_under_way(talk, now)]
    return under_way[0] if len(under_way) == 1 else None


def by_likelihood(talks: Sequence[Talk]) -> list[Talk]:
    """In the order in which to offer them: seen here first, then what was active last."""
    return sorted(
        talks,
        key=lambda t: (t.is_here, t.active_at.timestamp() if t.active_at else 0.0, t.session_id),
        reverse=True,
    )


def _gone_on_with(talks: Sequence[Talk], now: datetime) -> Talk | None:
    spoken = [(talk.spoke_at, talk) for talk in talks if talk.spoke_at is not None]
    if not spoken:
        return None
    spoke_at, talk = max(spoken, key=lambda pair: pair[0])
    others = [t.told_at for t in talks if t.told_at and t.session_id != talk.session_id]
    is_interrupted = any(told_at > spoke_at for told_at in others)
    return talk if now - spoke_at <= FLOW and not is_interrupted else None


def _is_under_way(talk: Talk, now: datetime) -> bool:
    return talk.is_awaited or (talk.active_at is not None and now - talk.active_at <= RECENT)
