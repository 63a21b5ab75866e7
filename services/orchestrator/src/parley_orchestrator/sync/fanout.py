"""Hands news to the gateways' streams: events of present users, and what is not kept in a log."""

from __future__ import annotations

import asyncio
from collections import OrderedDict
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field

from parley_kit.errors import ServiceError
from parley_kit.logs import get_logger
from parley_orchestrator.domain.conversation import Event, Session
from parley_orchestrator.ports import Store, Unit
from parley_orchestrator.sync.subscriber import Presence, Read, Subscriber, Typing

log = get_logger(__name__)
_MAX_CURSORS = 50_000
_READ_AT_ONCE = 500
_OUTAGE_SECONDS = 0.5


@dataclass
class _Touched:
    """What hints spoke of since the last reading: sessions with their first new seq, ids, pairs."""

    sessions: dict[str, int] = field(default_factory=dict)
    typing: set[tuple[str, str]] = field(default_factory=set)
    reads: set[tuple[str, str]] = field(default_factory=set)
    presence: set[str] = field(default_factory=set)

    @property
    def session_ids(self) -> set[str]:
        return self.sessions.keys() | {session_id for session_id, _who in self.typing | self.reads}

    def add(self, other: _Touched) -> None:
        for session_id, seq in other.sessions.items():
            self.add_session(session_id, seq)
        self.typing |= other.typing
        self.reads |= other.reads
        self.presence |= other.presence

    def add_session(self, session_id: str, seq: int) -> None:
        """A session has news, from this seq on at the latest."""
        self.sessions[session_id] = min(seq, self.sessions.get(session_id, seq))

    def note(self, hint: str) -> None:
        kind, _, rest = hint.partition(":")
        first, _, second = rest.partition(":")
        if kind == "session":
            self.add_session(first, int(second))
        elif kind == "typing":
            self.typing.add((first, second))
        elif kind == "read":
            self.reads.add((first, second))
        elif kind == "presence":
            self.presence.add(rest)

    def __bool__(self) -> bool:
        return bool(self.sessions or self.typing or self.reads or self.presence)


@dataclass(frozen=True)
class _News:
    sessions: Mapping[str, Session]
    events: Sequence[Event]
    present: set[str]
    companions: Mapping[str, set[str]]


class Fanout:
    """Reads the event log once for all streams of this process."""

    def __init__(self, store: Store) -> None:
        self._store = store
        self._subscribers: set[Subscriber] = set()
        self._cursors: OrderedDict[str, int] = OrderedDict()
        self._touched = _Touched()
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
            for session_id, seq in self._cursors.items():
                self._touched.add_session(session_id, seq + 1)
        for hint in hints:
            if hint.startswith("revoked:"):
                self._revoke(hint.removeprefix("revoked:"))
            else:
                self._touched.note(hint)
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

    async def run(self) -> None:
        """Works until cancelled."""
        while True:
            await self._changed.wait()
            self._changed.clear()
            touched, self._touched = self._touched, _Touched()
            try:
                await self._tell(touched)
            except ServiceError as error:
                log.warning("the event log waits", reason=error.message)
                self._touched.add(touched)
                self._changed.set()
                await asyncio.sleep(_OUTAGE_SECONDS)

    async def _tell(self, touched: _Touched) -> None:
        if not any(subscriber.users for subscriber in self._subscribers):
            return
        news = await self._store.read(lambda unit: self._news(unit, touched))
        for event in news.events:
            self._advance(event.session_id, event.seq)
        for subscriber in self._subscribers:
            _hand_out(subscriber, touched, news)
        self._read_on(news.sessions.values())

    def _read_on(self, sessions: Iterable[Session]) -> None:
        """A session with more news than one reading takes is read again at once."""
        behind = {s.id for s in sessions if self._cursors.get(s.id, s.last_seq) < s.last_seq}
        if behind:
            for session_id in behind:
                self._touched.add_session(session_id, self._cursors[session_id] + 1)
            self._changed.set()

    def _news(self, unit: Unit, touched: _Touched) -> _News:
        ids = touched.session_ids
        sessions = {
            session.id: session
            for session in (unit.conversations.sessions(ids).values() if ids else ())
            if any(self._is_here(user_id) for user_id in session.user_ids)
        }
        events = [
            event
            for session_id, seq in touched.sessions.items()
            if session_id in sessions
            for event in self._events(unit, sessions[session_id], seq)
        ]
        people = touched.presence
        return _News(
            sessions,
            events,
            present=unit.live.present(people) if people else set(),
            companions=unit.live.companions(people) if people else {},
        )

    def _is_here(self, user_id: str) -> bool:
        return any(user_id in subscriber.users for subscriber in self._subscribers)

    def _events(self, unit: Unit, session: Session, first_new: int) -> list[Event]:
        cursor = self._cursors.get(session.id, first_new - 1)
        if cursor >= session.last_seq:
            return []
        return unit.conversations.events_after(session.id, cursor, _READ_AT_ONCE)

    def _advance(self, session_id: str, seq: int) -> None:
        self._cursors[session_id] = seq
        self._cursors.move_to_end(session_id)
        while len(self._cursors) > _MAX_CURSORS:
            self._cursors.popitem(last=False)


def _hand_out(subscriber: Subscriber, touched: _Touched, news: _News) -> None:
    here = {
        session.id: [user_id for user_id in session.user_ids if user_id in subscriber.users]
        for session in news.sessions.values()
    }
    for event in news.events:
        if here[event.session_id]:
            subscriber.offer(event, here[event.session_id])
    frame = subscriber.pending
    frame.typing += _typing(touched, news, here)
    frame.reads += _reads(touched, news, here)
    frame.presence += _presence(touched, news, subscriber.users)
    if frame.events or frame.typing or frame.reads or frame.presence:
        subscriber.notify()


def _typing(
    touched: _Touched, news: _News, here: Mapping[str, list[str]]
) -> list[tuple[Typing, list[str]]]:
    found = []
    for session_id, typist_id in touched.typing:
        others = [user_id for user_id in here.get(session_id, ()) if user_id != typist_id]
        if others:
            session = news.sessions[session_id]
            kind = "agent" if typist_id == session.agent_id else "user"
            typing = Typing(session_id, typist_id, session.name_of(typist_id), kind)
            found.append((typing, others))
    return found


def _reads(
    touched: _Touched, news: _News, here: Mapping[str, list[str]]
) -> list[tuple[Read, list[str]]]:
    return [
        (Read(session_id, user_id, news.sessions[session_id].read_seqs[user_id]), here[session_id])
        for session_id, user_id in touched.reads
        if here.get(session_id)
    ]


def _presence(touched: _Touched, news: _News, here: set[str]) -> list[tuple[Presence, list[str]]]:
    return [
        (Presence(user_id, user_id in news.present), sorted(others))
        for user_id in touched.presence
        if (others := news.companions.get(user_id, set()) & here)
    ]
