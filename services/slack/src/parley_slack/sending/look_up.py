"""Finds out whether a send went through after nobody could tell. Never sends."""

from __future__ import annotations

from datetime import timedelta

from parley.channel.v1 import recipient_pb2
from parley_kit.adapter.ledger import SentRecord
from parley_kit.adapter.provider import DeliveryFailedError, LookUp, LookUpQuery
from parley_kit.clock import Clock
from parley_slack.sending.history import History, HistoryTooLongError
from parley_slack.sending.marks import Mark
from parley_slack.sending.posting import record, thread_of
from parley_slack.sending.references import Handle
from parley_slack.workspaces.clients import TIMEOUT_SECONDS
from parley_slack.workspaces.failures import failed_otherwise
from parley_slack.workspaces.people import People, Place

# A request that was under way when we gave up may still be taken; after this long it is not.
SETTLED_AFTER = timedelta(seconds=TIMEOUT_SECONDS + 5)
_MARGIN = timedelta(minutes=5)  # our clock and Slack's may differ


class LookUps:
    """Looks deliveries up in Slack's history."""

    def __init__(self, people: People, history: History, clock: Clock) -> None:
        self._people = people
        self._history = history
        self._clock = clock

    async def look_up(self, query: LookUpQuery) -> LookUp:
        """The verdict; what cannot be read is inconclusive."""
        conversation = query.request.conversation
        try:
            place = await self._people.find(
                query.request.recipient, query.request.connection_id or conversation.connection_id
            )
            root = thread_of(place, conversation.thread_ref, conversation.connection_id)
            since = min(query.attempted_at, query.entry.claimed_at) - _MARGIN
            found = await self._history.marked(place, root, query.request.delivery_id, since)
        except DeliveryFailedError as failure:
            return LookUp(None, detail=f"Slack could not be asked ({failure.code})")
        except HistoryTooLongError as error:
            return LookUp(None, detail=str(error))
        except Exception as error:  # noqa: BLE001  # failed_otherwise raises what is a defect
            return LookUp(None, detail=f"Slack did not tell ({failed_otherwise(error, '').code})")
        return self._judged(query, place, root, found)

    def _judged(
        self, query: LookUpQuery, place: Place, root: Handle | None, found: dict[Mark, Handle]
    ) -> LookUp:
        where = "conversations.replies" if root else "conversations.history"
        detail = f"{where}: {len(found)} messages of this delivery"
        sent = _whole(place, query.request.recipient, root, found)
        if sent is not None:
            return LookUp(sent, detail=detail)
        age = self._clock() - max(query.attempted_at, query.entry.claimed_at)
        return LookUp(None, is_surely_not_sent=age >= SETTLED_AFTER, detail=detail)


def _whole(
    place: Place,
    recipient: recipient_pb2.Recipient,
    root: Handle | None,
    found: dict[Mark, Handle],
) -> SentRecord | None:
    """The send, when every part is there; some parts only means: sending again goes on."""
    by_part = {mark.part: handle for mark, handle in found.items()}
    parts = max((mark.parts for mark in found), default=0)
    if not parts or len(by_part) < parts:
        return None
    first = by_part[1]
    return record(place, recipient, first, root or first)
