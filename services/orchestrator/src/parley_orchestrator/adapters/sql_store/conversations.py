"""Sessions, messages and events in SQL."""

from __future__ import annotations

from collections import Counter
from collections.abc import Callable, Collection, Iterable, Mapping, Sequence
from datetime import datetime
from typing import Any

import orjson
from sqlalchemy import (
    Connection,
    Integer,
    Select,
    bindparam,
    insert,
    select,
    tuple_,
    update,
)

from parley_kit.store import Bulk, Query, is_one_of
from parley_orchestrator.adapters import sql_tables as t
from parley_orchestrator.adapters.sql_store.reading import mark_read
from parley_orchestrator.adapters.sql_store.session_rows import (
    SESSIONS,
    detailed,
    sessions_of,
)
from parley_orchestrator.adapters.sql_store.statements import paged, seen_by
from parley_orchestrator.adapters.sql_store.talks import talks_of
from parley_orchestrator.domain.conversation import Author, Event, Message, NewEvent, Session
from parley_orchestrator.domain.talks import Talk
from parley_orchestrator.ports import Page, Viewer

_BY_IDS = Query(lambda dialect: SESSIONS.where(is_one_of(dialect, t.sessions.c.id, "ids")), ["ids"])
_HOOKED = Query(
    lambda dialect: (
        select(t.sessions.c.id, t.sessions.c.agent_id)
        .join(t.agents, t.agents.c.id == t.sessions.c.agent_id)
        .where(is_one_of(dialect, t.sessions.c.id, "ids"), t.agents.c.webhook_url != "")
    ),
    ["ids"],
)
_SEQS = Query(
    lambda dialect: select(t.sessions.c.id, t.sessions.c.last_seq).where(
        is_one_of(dialect, t.sessions.c.id, "ids")
    ),
    ["ids"],
)
_MESSAGES = Query(
    lambda dialect: select(t.messages).where(is_one_of(dialect, t.messages.c.id, "ids")), ["ids"]
)
_EVENTS = Query(
    lambda _dialect: (
        select(t.events)
        .where(t.events.c.session_id == bindparam("session"), t.events.c.seq > bindparam("after"))
        .order_by(t.events.c.seq)
        .limit(bindparam("most", type_=Integer))
    ),
    ["session", "after", "most"],
)
_INSERT_EVENTS = Bulk(lambda _dialect: insert(t.events), t.events.c.keys())
_INSERT_MESSAGES = Bulk(lambda _dialect: insert(t.messages), t.messages.c.keys())
_ADVANCE = Bulk(
    lambda _dialect: (
        update(t.sessions)
        .where(t.sessions.c.id == bindparam("session"))
        .values(last_seq=t.sessions.c.last_seq + bindparam("count"))
    ),
    ["session", "count"],
)


class SqlConversations:
    """Implements `ports.Conversations`."""

    def __init__(
        self,
        connection: Connection,
        now: datetime,
        hint: Callable[[str], None],
        require: Callable[[Collection[str]], None],
    ) -> None:
        self._connection = connection
        self._now = now
        self._hint = hint
        self._require = require
        self._own: set[str] = set()

    def add_session(self, session: Session) -> None:
        """Stores a session and who takes part."""
        values = {
            "id": session.id,
            "agent_id": session.agent_id,
            "title": session.title,
            "metadata": dict(session.metadata),
            "channel": session.channel,
            "last_seq": 0,
            "created_at": session.created_at,
        }
        self._connection.execute(insert(t.sessions).values(values))
        self._own.add(session.id)
        rows = [
            {"session_id": session.id, "user_id": user_id, "place": place}
            for place, user_id in enumerate(session.user_ids)
        ]
        self._connection.execute(insert(t.session_users), rows)

    def sessions(self, ids: Iterable[str]) -> dict[str, Session]:
        """Sessions by id, without their channels and presence; unknown ids are absent."""
        rows = _BY_IDS(self._connection, ids=list(ids))
        return {session.id: session for session in sessions_of(self._connection, rows)}

    def detailed(self, session_id: str) -> Session | None:
        """One session with its channels and presence."""
        found = self._loaded(SESSIONS.where(t.sessions.c.id == session_id))
        return found[0] if found else None

    def list_sessions(self, viewer: Viewer, page: Page) -> list[Session]:
        """Sessions that the viewer sees, newest first."""
        statement = SESSIONS
        if viewer.agent_id:
            statement = statement.where(t.sessions.c.agent_id == viewer.agent_id)
        if viewer.user_id:
            statement = seen_by(statement, t.sessions.c.id, Viewer(user_id=viewer.user_id))
        return self._loaded(paged(statement, t.sessions, page))

    def sessions_of(self, user_ids: Iterable[str], limit: int) -> list[str]:
        """The newest sessions in which any of the users takes part."""
        found = (
            select(t.session_users.c.session_id)
            .distinct()
            .where(t.session_users.c.user_id.in_(list(user_ids)))
            .order_by(t.session_users.c.session_id.desc())
            .limit(limit)
        )
        return list(self._connection.execute(found).scalars())

    def mark_read(self, user_id: str, session_id: str, seq: int) -> bool:
        """Notes up to where a person has seen a session; False when that was known."""
        is_new = mark_read(self._connection, user_id, session_id, seq)
        if is_new:
            self._hint(f"read:{session_id}:{user_id}")
        return is_new

    def hooked_agents(self, session_ids: Iterable[str]) -> dict[str, str]:
        """The agents that have a webhook, by session; the other sessions are absent."""
        found = _HOOKED(self._connection, ids=list(session_ids))
        return {row["id"]: row["agent_id"] for row in found}

    def set_channel(self, session_id: str, channel: str) -> None:
        """Chooses the session's channel; empty for each person's order."""
        self._require({session_id} - self._own)
        self._connection.execute(
            update(t.sessions).where(t.sessions.c.id == session_id).values(channel=channel)
        )

    def append(self, events: Sequence[NewEvent]) -> list[Event]:
        """Gives each event the next seq of its session and stores it; answers in the same order."""
        if not events:
            return []
        befores = self._advanced(Counter(event.session_id for event in events))
        seqs = dict(befores)
        stored = [_numbered(event, seqs, self._now) for event in events]
        _INSERT_EVENTS(self._connection, [_event_row(event) for event in stored])
        for session_id, before in befores.items():
            self._hint(f"session:{session_id}:{before + 1}")
        return stored

    def _advanced(self, counts: Mapping[str, int]) -> dict[str, int]:
        """The seq before the first new one, by session."""
        ids = sorted(counts)
        self._require(set(ids) - self._own)
        rows = [{"session": session_id, "count": counts[session_id]} for session_id in ids]
        _ADVANCE(self._connection, rows)
        found = _SEQS(self._connection, ids=ids)
        return {row["id"]: row["last_seq"] - counts[row["id"]] for row in found}

    def talks(self, user_ids: Collection[str], channel: str, most: int) -> list[Talk]:
        """The newest conversations of these users, as they stand on a channel."""
        return talks_of(self._connection, self._now, user_ids, channel, most)

    def event(self, session_id: str, seq: int) -> Event | None:
        """One event."""
        found = self.events_after(session_id, seq - 1, 1)
        return found[0] if found else None

    def events_after(self, session_id: str, seq: int, limit: int) -> list[Event]:
        """Events with a larger seq, in order."""
        rows = _EVENTS(self._connection, session=session_id, after=seq, most=limit)
        return [_event(row) for row in rows]

    def add_messages(self, messages: Sequence[Message]) -> None:
        """Stores messages."""
        _INSERT_MESSAGES(self._connection, [_message_row(m) for m in messages])

    def messages(self, ids: Iterable[str]) -> dict[str, Message]:
        """Messages by id; unknown ids are absent."""
        return {row["id"]: _message(row) for row in _MESSAGES(self._connection, ids=list(ids))}

    def messages_after(self, session_id: str, seq: int, limit: int) -> list[Message]:
        """Messages with a larger seq, in order."""
        found = (
            select(t.messages)
            .where(t.messages.c.session_id == session_id, t.messages.c.seq > seq)
            .order_by(t.messages.c.seq)
            .limit(limit)
        )
        return [_message(row) for row in self._connection.execute(found).mappings()]

    def last_messages(self, session_id: str, seq: int, limit: int) -> list[Message]:
        """The newest messages with a larger seq, in order."""
        found = (
            select(t.messages)
            .where(t.messages.c.session_id == session_id, t.messages.c.seq > seq)
            .order_by(t.messages.c.seq.desc())
            .limit(limit)
        )
        rows = list(self._connection.execute(found).mappings())
        return [_message(row) for row in reversed(rows)]

    def idempotent(self, keys: Iterable[tuple[str, str]]) -> dict[tuple[str, str], tuple[str, str]]:
        """(body hash, subject id) by (agent id, key), for keys that were used."""
        table = t.idempotency
        found = select(table).where(tuple_(table.c.agent_id, table.c.key).in_(list(keys)))
        rows = self._connection.execute(found)
        return {(r.agent_id, r.key): (r.body_hash, r.subject_id) for r in rows}

    def remember(self, rows: Sequence[tuple[str, str, str, str]]) -> None:
        """Stores (agent id, key, body hash, subject id)."""
        names = "agent_id", "key", "body_hash", "subject_id"
        values = [dict(zip(names, row, strict=True)) | {"created_at": self._now} for row in rows]
        if values:
            self._connection.execute(insert(t.idempotency), values)

    def _loaded(self, statement: Select[Any]) -> list[Session]:
        rows = list(self._connection.execute(statement).mappings())
        plain = sessions_of(self._connection, rows)
        return detailed(self._connection, self._now, plain)


def _numbered(event: NewEvent, seqs: dict[str, int], now: datetime) -> Event:
    seqs[event.session_id] += 1
    seq = seqs[event.session_id]
    data = event.data(seq) if callable(event.data) else event.data
    return Event(event.session_id, seq, event.kind, data, now)


def _event_row(event: Event) -> dict[str, Any]:
    return {
        "session_id": event.session_id,
        "seq": event.seq,
        "kind": event.kind,
        "data": orjson.dumps(event.data).decode(),
        "created_at": event.created_at,
    }


def _event(row: Mapping[Any, Any]) -> Event:
    data = orjson.loads(row["data"])
    return Event(row["session_id"], row["seq"], row["kind"], data, row["created_at"])


def _message_row(message: Message) -> dict[str, Any]:
    return {
        "id": message.id,
        "session_id": message.session_id,
        "seq": message.seq,
        "author_kind": message.author.kind,
        "author_id": message.author.id,
        "author_name": message.author.name,
        "text": message.text,
        "reply_to": message.reply_to,
        "metadata": dict(message.metadata),
        "channel": message.channel,
        "created_at": message.created_at,
    }


def _message(row: Mapping[Any, Any]) -> Message:
    author = Author(row["author_kind"], row["author_id"], row["author_name"])
    return Message(
        id=row["id"],
        session_id=row["session_id"],
        seq=row["seq"],
        author=author,
        text=row["text"],
        reply_to=row["reply_to"],
        metadata=row["metadata"],
        channel=row["channel"],
        created_at=row["created_at"],
    )
