"""Begins conversations."""

from __future__ import annotations

from collections.abc import Sequence

from parley_kit.errors import invalid_field, unknown_id
from parley_kit.ids import new_id
from parley_orchestrator.domain.conversation import SESSION_CREATED, NewEvent, Session
from parley_orchestrator.domain.views import session_view
from parley_orchestrator.ports import Store, Unit
from parley_orchestrator.use_cases.authorise import AGENT, Caller, may_see_user, require
from parley_orchestrator.use_cases.idempotency import Once
from parley_orchestrator.use_cases.publish import publish
from parley_orchestrator.use_cases.validate import line_of, object_of

MAX_USERS = 50


class CreateSession:
    """Begins a conversation."""

    def __init__(self, store: Store) -> None:
        self._store = store

    async def __call__(
        self,
        caller: Caller,
        user_ids: Sequence[str],
        title: str,
        metadata_json: str,
        idempotency_key: str = "",
    ) -> Session:
        """The session; all users must be visible to the agent."""
        require(caller, AGENT)
        people = list(dict.fromkeys(user_ids))
        if not 1 <= len(people) <= MAX_USERS:
            raise invalid_field("user_ids", f"give 1 to {MAX_USERS} users")
        checked_title = line_of("title", title, 200)
        metadata = object_of("metadata", metadata_json)
        body = people, checked_title, metadata_json
        once = Once.of(caller, idempotency_key, "CreateSession", *body)

        def command(unit: Unit) -> Session:
            if (known := once.subject(unit)) is not None:
                return _detailed(unit, known)
            users = unit.people.users(people)
            for user_id in people:
                if user_id not in users or not may_see_user(caller, users[user_id]):
                    raise unknown_id("user", user_id)
            session = Session(
                id=new_id("ses", unit.now),
                agent_id=caller.id,
                agent_name="",
                participants=tuple((user_id, users[user_id].name) for user_id in people),
                title=checked_title,
                metadata=metadata,
                channel="",
                last_seq=0,
                created_at=unit.now,
            )
            unit.conversations.add_session(session)
            once.keep(unit, session.id)
            return _told(unit, session.id)

        return await self._store.transact(command)


def _told(unit: Unit, session_id: str) -> Session:
    session = _detailed(unit, session_id)
    event = NewEvent(session_id, SESSION_CREATED, session_view(session))
    publish(unit, [event])
    return _detailed(unit, session_id)


def _detailed(unit: Unit, session_id: str) -> Session:
    session = unit.conversations.detailed(session_id)
    if session is None:
        raise unknown_id("session", session_id)
    return session
