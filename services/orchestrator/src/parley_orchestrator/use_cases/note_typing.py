"""Somebody types: told to those who look, and never stored."""

from __future__ import annotations

from collections.abc import Sequence

from parley_orchestrator.ports import Store, Unit
from parley_orchestrator.use_cases.authorise import (
    AGENT,
    USER,
    Caller,
    may_see_session,
    require,
    visible_session,
)


class NoteTyping:
    """Leaves a hint, which reaches every process that shares the database."""

    def __init__(self, store: Store) -> None:
        self._store = store

    async def __call__(self, caller: Caller, session_id: str) -> None:
        """The session's agent or one of its people types."""
        require(caller, AGENT, USER)

        def command(unit: Unit) -> None:
            visible_session(unit, caller, session_id)
            _hint(unit, caller, session_id)

        await self._store.transact(command)

    async def all_of(self, typists: Sequence[tuple[Caller, str]]) -> None:
        """The same for many at once; those who do not take part change nothing."""

        def command(unit: Unit) -> None:
            sessions = unit.conversations.sessions({session_id for _caller, session_id in typists})
            for caller, session_id in typists:
                if session_id in sessions and may_see_session(caller, sessions[session_id]):
                    _hint(unit, caller, session_id)

        if typists:
            await self._store.transact(command)


def _hint(unit: Unit, caller: Caller, session_id: str) -> None:
    unit.hint(f"typing:{session_id}:{caller.id}")
