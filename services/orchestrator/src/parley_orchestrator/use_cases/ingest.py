"""Takes in what channels heard: each item once, with its effect, in one transaction."""

from __future__ import annotations

from collections.abc import Sequence

from parley_kit import crash_points
from parley_kit.errors import invalid_field
from parley_orchestrator.domain.inbound import (
    Choice,
    Click,
    Heard,
    Item,
    Report,
    Text,
    Verdict,
)
from parley_orchestrator.ports import Store, Unit
from parley_orchestrator.use_cases.enqueue import Enqueue
from parley_orchestrator.use_cases.hear_answer import hear_answer
from parley_orchestrator.use_cases.hear_choice import hear_choice
from parley_orchestrator.use_cases.hear_connection import hear_connection
from parley_orchestrator.use_cases.hear_report import hear_report
from parley_orchestrator.use_cases.hear_text import HearText

MAX_BATCH = 100
_COMES_AGAIN = (Verdict.LATER, Verdict.CHOOSE)
"""Nothing happened; the channel hands the same item in again."""


class Ingest:
    """The inbox of all channels.

    Args:
        store: Where it is kept.
        hear_text: Takes in what people write.
        enqueue: Routes what follows.
        public_url: The gateway, for links to it.
    """

    def __init__(
        self, store: Store, hear_text: HearText, enqueue: Enqueue, public_url: str
    ) -> None:
        self._store = store
        self._hear_text = hear_text
        self._enqueue = enqueue
        self._public_url = public_url

    async def __call__(self, items: Sequence[Item]) -> list[Heard]:
        """A verdict for each item, in order; returns after commit."""
        if not 1 <= len(items) <= MAX_BATCH:
            raise invalid_field("items", f"give 1 to {MAX_BATCH}, not {len(items)}")
        if not all(item.channel and item.inbound_id for item in items):
            raise invalid_field("items", "every item needs a channel and an inbound_id")
        sessions = await self._store.read(lambda unit: _sessions(unit, items))
        heard = await self._store.transact(
            lambda unit: [self._heard_once(unit, item) for item in items], sessions
        )
        crash_points.reach("orchestrator.items_heard")
        return heard

    def _heard_once(self, unit: Unit, item: Item) -> Heard:
        key = item.channel, item.inbound_id
        if key in unit.live.seen([key]):
            return Heard(Verdict.DUPLICATE)
        heard = self._heard(unit, item)
        if heard.verdict not in _COMES_AGAIN and not heard.is_sender_unknown:
            unit.live.remember(*key, heard.verdict, heard.detail)
        crash_points.reach("orchestrator.hearing_items")
        return heard

    def _heard(self, unit: Unit, item: Item) -> Heard:
        content = item.content
        if isinstance(content, Text):
            return self._hear_text(unit, item, content)
        if isinstance(content, Click):
            return hear_answer(unit, self._enqueue, item, content)
        if isinstance(content, Report):
            return hear_report(unit, self._enqueue, item, content)
        if isinstance(content, Choice):
            return hear_choice(unit, self._enqueue, item, content)
        return hear_connection(unit, self._enqueue, item, content, self._public_url)


def _sessions(unit: Unit, items: Sequence[Item]) -> set[str]:
    """The sessions that most items name; what else turns out to be concerned is locked later."""
    contents = [item.content for item in items]
    requests = [one.request_id for one in contents if isinstance(one, Click)]
    deliveries = [one.delivery_id for one in contents if isinstance(one, Text | Report)]
    return unit.feedback.sessions_of(requests) | unit.deliveries.sessions_of(deliveries)
