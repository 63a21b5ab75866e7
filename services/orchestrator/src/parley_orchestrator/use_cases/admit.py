"""Who may come in: agent keys, user tokens, answer links."""

from __future__ import annotations

import secrets
from dataclasses import dataclass
from datetime import datetime, timedelta

from parley_kit.errors import NotFoundError, UnauthenticatedError, invalid_field, unknown_id
from parley_kit.sealing import Secret, token_hash
from parley_orchestrator.domain.feedback import FeedbackRequest
from parley_orchestrator.ports import Store, Unit
from parley_orchestrator.use_cases.authorise import ADMIN, AGENT, Caller, require, visible_user
from parley_orchestrator.use_cases.record_response import open_link

DEFAULT_SECONDS, MIN_SECONDS, MAX_SECONDS = 3_600, 60, 86_400


@dataclass(frozen=True)
class OpenedLink:
    """What an answer link shows."""

    request: FeedbackRequest
    user_id: str
    user_name: str
    is_used: bool
    author_name: str
    user_timezone: str


class Admit:
    """Issues and checks credentials; only hashes are stored."""

    def __init__(self, store: Store) -> None:
        self._store = store

    async def agent(self, key: Secret) -> str:
        """The id of the agent that holds a key."""
        hashed = token_hash(key.reveal())
        agent_id = await self._store.read(lambda unit: unit.people.agent_by_key(hashed))
        if agent_id is None:
            raise UnauthenticatedError("No agent has this key.")
        return agent_id

    async def user(self, token: Secret) -> tuple[str, datetime]:
        """The id of the user who holds a token, and until when it holds."""
        hashed = token_hash(token.reveal())
        found = await self._store.transact(lambda unit: unit.people.user_by_token(hashed))
        if found is None:
            raise UnauthenticatedError("This token is unknown, expired or revoked.")
        return found

    async def issue(
        self, caller: Caller, user_id: str, lifetime_seconds: int
    ) -> tuple[Secret, datetime]:
        """A new token for a user; an agent may issue them only for users it created."""
        require(caller, ADMIN, AGENT)
        seconds = lifetime_seconds or DEFAULT_SECONDS
        if not MIN_SECONDS <= seconds <= MAX_SECONDS:
            raise invalid_field("lifetime_seconds", f"must be {MIN_SECONDS} to {MAX_SECONDS}")
        token = Secret(f"put_{secrets.token_urlsafe(32)}")

        def command(unit: Unit) -> datetime:
            user = visible_user(unit, caller, user_id)
            if caller.role == AGENT and user.created_by != caller.id:
                raise unknown_to(caller, user_id)
            expires_at = unit.now + timedelta(seconds=seconds)
            unit.people.add_token(
                token_hash(token.reveal()), user_id, caller.id or ADMIN, expires_at
            )
            return expires_at

        return token, await self._store.transact(command)

    async def revoke(self, caller: Caller, user_id: str) -> int:
        """Revokes all tokens of a user; their sockets close. Answers how many there were."""

        def command(unit: Unit) -> int:
            visible_user(unit, caller, user_id)
            unit.hint(f"revoked:{user_id}")
            return unit.people.revoke_tokens(user_id)

        return await self._store.transact(command)

    async def open_link(self, token: Secret) -> OpenedLink:
        """What an answer link shows; changes nothing."""

        def query(unit: Unit) -> OpenedLink:
            link = open_link(unit, token.reveal())
            request = unit.feedback.get([link.request_id])[link.request_id]
            session = unit.conversations.sessions([link.session_id])[link.session_id]
            user = unit.people.users([link.user_id])[link.user_id]
            return OpenedLink(
                request,
                user.id,
                user.name,
                link.used_at is not None,
                session.agent_name,
                user.timezone,
            )

        return await self._store.transact(query)


def unknown_to(caller: Caller, user_id: str) -> NotFoundError:
    """The error for an agent that wants to speak for a person of the operator's."""
    error = unknown_id("user", user_id)
    error.message = (
        f"No user {user_id!r} was created by {caller.id}; only the admin issues tokens for others."
    )
    return error
