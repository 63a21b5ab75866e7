"""Hands news to the gateways' streams: events of present users, typing, revocations, health."""

from __future__ import annotations

import asyncio
from collections import OrderedDict
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field

from parley_kit.errors import ServiceError
from parley_kit.logs import get_logger
from parley_orchestrator.domain.conversation import Event, Session
from parley_orchestrator.ports import Store, Unit

log = get_logger(__name__)
_SESSION, _REVOKED = "session:", "revoked:"
_MAX_CURSORS = 50_000
_READ_AT_ONCE = 500
_OUTAGE_SECONDS = 0.5


@dataclass(frozen=True)
class Typing:
    """Somebody is typing."""

    session_id: str
    user_id: str
    name: str


@dataclass
class Frame:
    """What one stream is to get next; fields gather until it is taken."""

    events: list[tuple[Event, list[str]]] = field(default_factory=list)
    typing: list[tuple[Typing, list[str]]] = field(default_factory=list)
    revoked: list[str] = field(default_factory=list)
    health: list[bytes] = field(default_factory=list)


class Subscriber:
    """One gateway's stream: who is present there, and what waits for it."""

    def __init__(self, gateway_id: str) -> None:
        self.gateway_id = gateway_id
        self.users: set[str] = set()
        self._frame = Frame()
        self._changed = asyncio.Event()

    @property
    def pending(self) -> Frame:
        """The frame to add to; whoever adds calls `notify`."""
        return self._frame

    def notify(self) -> None:
        """Says that the frame has content."""
        self._changed.set()

    async def take(self) -> Frame:
        """The next frame, as soon as there is one."""
        await self._changed.wait()
        self._changed.clear()
        frame, self._frame = self._frame, Frame()
        return frame


class Fanout:
    """Reads the event log once for all streams of this process."""

    def __init__(self, store: Store) -> None:
        self._store = store
        self._subscribers: set[Subscriber] = set()
        self._cursors: OrderedDict[str, int] = OrderedDict()
        self._touched: set[str] = set()
        self._changed = asyncio.Event()

    def subscribe(self, subscriber: Subscriber) -> None:
        """Adds a stream."""
        self._subscribers.add(subscriber)

    def unsubscribe(self, subscriber: Subscriber) -> None:
        """Removes a stream."""
        self._subscribers.discard(subscriber)

    def on_hints(self, hints: frozenset[str]) -> None:
        """Takes the hints of a commit, of this process or of another."""
        if not self._subscribers:
            return
        if "*" in hints:
            self._touched.update(self._cursors)
        for hint in hints:
            if hint.startswith(_SESSION):
                self._touched.add(hint.removeprefix(_SESSION))
            elif hint.startswith(_REVOKED):
                self._revoke(hint.removeprefix(_REVOKED))
        if self._touched:
            self._changed.set()

    def _revoke(self, user_id: str) -> None:
        for subscriber in self._subscribers:
            subscriber.pending.revoked.append(user_id)
            subscriber.notify()

    def tell_health(self, health: bytes) -> None:
        """Hands a channel's health to all streams."""
        for subscriber in self._subscribers:
            subscriber.pending.health.append(health)
            subscriber.notify()

    async def tell_typing(self, typing: Typing) -> None:
        """Hands typing to the session's other people, on all streams of this process."""
        sessions = await self._store.read(
            lambda unit: unit.conversations.sessions([typing.session_id])
        )
        session = sessions.get(typing.session_id)
        if session is None or typing.user_id not in session.user_ids:
            return
        others = set(session.user_ids) - {typing.user_id}
        for subscriber in self._subscribers:
            if present := sorted(others & subscriber.users):
                subscriber.pending.typing.append((typing, present))
                subscriber.notify()

    async def run(self) -> None:
        """Works until cancelled."""
        while True:
            await self._changed.wait()
            self._changed.clear()
            touched, self._touched = self._touched, set()
            try:
                await self._tell(touched)
            except ServiceError as error:
                log.warning("the event log waits", reason=error.message)
                self._touched |= touched
                self._changed.set()
                await asyncio.sleep(_OUTAGE_SECONDS)

    async def _tell(self, touched: set[str]) -> None:
        present = set().union(*(subscriber.users for subscriber in self._subscribers))
        if not present:
            return
        sessions, events = await self._store.read(lambda unit: self._news(unit, touched, present))
        for event in events:
            self._advance(event.session_id, event.seq)
        self._hand_out(sessions, events)
        self._read_on(sessions.values())

    def _read_on(self, sessions: Iterable[Session]) -> None:
        """A session with more news than one reading takes is read again at once."""
        behind = {s.id for s in sessions if self._cursors.get(s.id, s.last_seq) < s.last_seq}
        if behind:
            self._touched |= behind
            self._changed.set()

    def _news(
        self, unit: Unit, touched: Iterable[str], present: set[str]
    ) -> tuple[Mapping[str, Session], list[Event]]:
        sessions = {
            session.id: session
            for session in unit.conversations.sessions(touched).values()
            if present & set(session.user_ids)
        }
        events = [
            event
            for session in sessions.values()
            for event in unit.conversations.events_after(
                session.id,
                self._cursors.get(session.id, session.last_seq - 1),
                _READ_AT_ONCE,
            )
        ]
        return sessions, events

    def _advance(self, session_id: str, seq: int) -> None:
        self._cursors[session_id] = seq
        self._cursors.move_to_end(session_id)
        while len(self._cursors) > _MAX_CURSORS:
            self._cursors.popitem(last=False)

    def _hand_out(self, sessions: Mapping[str, Session], events: Sequence[Event]) -> None:
        for subscriber in self._subscribers:
            for event in events:
                concerned = [
                    user_id
                    for user_id in sessions[event.session_id].user_ids
                    if user_id in subscriber.users
                ]
                if concerned:
                    subscriber.pending.events.append((event, concerned))
            if subscriber.pending.events:
                subscriber.notify()
