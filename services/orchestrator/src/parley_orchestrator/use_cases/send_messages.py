"""Says things in conversations: stored, routed and queued before anybody is told so."""

from __future__ import annotations

import hashlib
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any

import orjson

from parley_kit import crash_points
from parley_kit.errors import ServiceError, invalid_field, unknown_id
from parley_kit.ids import new_id
from parley_orchestrator.domain.changing import changed
from parley_orchestrator.domain.conversation import (
    MESSAGE_CREATED,
    Message,
    NewEvent,
    Session,
)
from parley_orchestrator.domain.delivery import Kind
from parley_orchestrator.domain.people import User
from parley_orchestrator.domain.views import message_view
from parley_orchestrator.ports import Store, Unit
from parley_orchestrator.use_cases.authorise import Caller, author_of, may_see_session
from parley_orchestrator.use_cases.enqueue import Enqueue, Parcel
from parley_orchestrator.use_cases.idempotency import key_reused
from parley_orchestrator.use_cases.publish import publish
from parley_orchestrator.use_cases.switch_channel import heed_wish
from parley_orchestrator.use_cases.validate import line_of, object_of, text_of, unknown_channel

MAX_TEXT = 40_000
MAX_BATCH = 500


@dataclass(frozen=True)
class NewMessage:
    """A message to be: `channel` is the only one to deliver by, `origin` where it came in."""

    caller: Caller
    session_id: str
    text: str
    reply_to: str = ""
    metadata_json: str = ""
    idempotency_key: str = ""
    channel: str = ""
    origin: str = "api"
    urgent: bool = False

    def body_hash(self) -> str:
        """What must be the same when an idempotency key comes again."""
        body = [
            self.session_id,
            self.text,
            self.reply_to,
            self.metadata_json,
            self.channel,
            self.urgent,
        ]
        return hashlib.sha256(orjson.dumps(body)).hexdigest()


Result = Message | ServiceError


class SendMessages:
    """Stores messages, several in one transaction, each with its own result."""

    def __init__(self, store: Store, enqueue: Enqueue) -> None:
        self._store = store
        self._enqueue = enqueue

    async def __call__(self, new: Sequence[NewMessage]) -> list[Result]:
        """A message or an error for each, in order; returns after commit."""
        if not 1 <= len(new) <= MAX_BATCH:
            raise invalid_field("messages", f"give 1 to {MAX_BATCH}, not {len(new)}")
        sessions = {item.session_id for item in new}
        results = await self._store.transact(lambda unit: self.store(unit, new), sessions)
        crash_points.reach("orchestrator.messages_stored")
        return results

    def store(self, unit: Unit, new: Sequence[NewMessage]) -> list[Result]:
        """The same within a transaction of the caller's."""
        sessions = unit.conversations.sessions({item.session_id for item in new})
        repeated = _Repeats(unit, new)
        results: list[Result] = []
        for item in new:
            try:
                known = repeated.known(item)
                results.append(known or self._built(unit, item, sessions))
            except ServiceError as error:
                results.append(error)
            else:
                repeated.note(item, results[-1])
        fresh = {m.id: m for m in results if isinstance(m, Message) and not m.seq}
        stored = {m.id: m for m in self._stored(unit, list(fresh.values()), new, results, sessions)}
        repeated.keep(stored)
        return [stored.get(r.id, r) if isinstance(r, Message) else r for r in results]

    def _built(self, unit: Unit, item: NewMessage, sessions: Mapping[str, Session]) -> Message:
        session = sessions.get(item.session_id)
        if session is None or not may_see_session(item.caller, session):
            raise unknown_id("session", item.session_id)
        if item.channel and item.channel not in self._enqueue.facts():
            raise unknown_channel(item.channel, self._enqueue.facts())
        if item.reply_to:
            _check_reply(unit, item)
        line_of("idempotency_key", item.idempotency_key, 255)
        return Message(
            id=new_id("msg", unit.now),
            session_id=session.id,
            seq=0,
            author=author_of(item.caller, session),
            text=text_of("text", item.text, MAX_TEXT),
            reply_to=item.reply_to,
            metadata=object_of("metadata", item.metadata_json),
            channel=item.origin,
            created_at=unit.now,
        )

    def _stored(
        self,
        unit: Unit,
        fresh: Sequence[Message],
        new: Sequence[NewMessage],
        results: Sequence[Result],
        sessions: Mapping[str, Session],
    ) -> list[Message]:
        if not fresh:
            return []
        events = publish(unit, [_event(message) for message in fresh])
        numbered = [changed(m, seq=e.seq) for m, e in zip(fresh, events, strict=True)]
        unit.conversations.add_messages(numbered)
        given = {
            result.id: item
            for item, result in zip(new, results, strict=True)
            if isinstance(result, Message)
        }
        self._enqueue(unit, self._parcels(unit, numbered, given, sessions))
        for message in numbered:
            heed_wish(unit, self._enqueue, sessions[message.session_id], message)
        return numbered

    def _parcels(
        self,
        unit: Unit,
        messages: Sequence[Message],
        given: Mapping[str, NewMessage],
        sessions: Mapping[str, Session],
    ) -> list[Parcel]:
        ids = {user_id for m in messages for user_id in sessions[m.session_id].user_ids}
        users: dict[str, User] = unit.people.users(ids)
        return [
            Parcel(
                kind=Kind.MESSAGE,
                session=sessions[message.session_id],
                user=users[user_id],
                subject_id=message.id,
                position=message.seq,
                wanted=given[message.id].channel,
                urgent=given[message.id].urgent,
            )
            for message in messages
            for user_id in sessions[message.session_id].user_ids
            if user_id != message.author.id
        ]


class _Repeats:
    """Idempotency within a batch and against what was stored."""

    def __init__(self, unit: Unit, new: Sequence[NewMessage]) -> None:
        self._unit = unit
        keys = {(item.caller.id, item.idempotency_key) for item in new if item.idempotency_key}
        self._used = unit.conversations.idempotent(keys) if keys else {}
        ids = [subject for _hash, subject in self._used.values()]
        self._messages = unit.conversations.messages(ids) if ids else {}
        self._pending: list[tuple[str, str, str, str]] = []

    def known(self, item: NewMessage) -> Message | None:
        key = item.caller.id, item.idempotency_key
        if not item.idempotency_key or key not in self._used:
            return None
        body_hash, subject = self._used[key]
        if body_hash != item.body_hash():
            raise key_reused(item.idempotency_key)
        return self._messages.get(subject)

    def note(self, item: NewMessage, result: Result) -> None:
        key = item.caller.id, item.idempotency_key
        if item.idempotency_key and isinstance(result, Message) and key not in self._used:
            self._used[key] = item.body_hash(), result.id
            self._messages[result.id] = result
            self._pending.append((*key, item.body_hash(), result.id))

    def keep(self, stored: Mapping[str, Message]) -> None:
        rows = [row for row in self._pending if row[3] in stored]
        self._unit.conversations.remember(rows)


def _check_reply(unit: Unit, item: NewMessage) -> None:
    target = unit.conversations.messages([item.reply_to]).get(item.reply_to)
    if target is None or target.session_id != item.session_id:
        raise unknown_id("message", item.reply_to)


def _event(message: Message) -> NewEvent:
    def data(seq: int) -> dict[str, Any]:
        return {**message_view(message), "seq": seq}

    return NewEvent(message.session_id, MESSAGE_CREATED, data)
