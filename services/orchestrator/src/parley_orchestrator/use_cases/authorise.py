"""Who may see what: another's id is as good as none."""

from __future__ import annotations

from dataclasses import dataclass

from parley_kit.errors import PermissionDeniedError, unknown_id
from parley_orchestrator.domain.conversation import Author, Session
from parley_orchestrator.domain.delivery import Delivery
from parley_orchestrator.domain.feedback import FeedbackRequest
from parley_orchestrator.domain.people import User
from parley_orchestrator.ports import Unit, Viewer

ADMIN, AGENT, USER = "admin", "agent", "user"


@dataclass(frozen=True)
class Caller:
    """On whose behalf a call is made; `id` is empty for the admin."""

    role: str
    id: str = ""

    @property
    def viewer(self) -> Viewer:
        """For lists: only what this caller sees."""
        return Viewer(
            agent_id=self.id if self.role == AGENT else "",
            user_id=self.id if self.role == USER else "",
        )


def require(caller: Caller, *roles: str) -> None:
    """Refuses a caller of another role."""
    if caller.role not in roles:
        raise PermissionDeniedError(
            f"This needs the role {' or '.join(roles)}; you are {caller.role}.",
            metadata={"needs": " ".join(roles)},
        )


def author_of(caller: Caller, session: Session) -> Author:
    """Who acts in a session that the caller sees; the admin is nobody there."""
    if caller.role == ADMIN:
        raise PermissionDeniedError(
            "Only the session's agent and its people can say something in it.",
            metadata={"needs": "agent user"},
        )
    return Author(caller.role, caller.id, session.name_of(caller.id))


def may_see_session(caller: Caller, session: Session) -> bool:
    """Whether a session is the caller's."""
    if caller.role == AGENT:
        return session.agent_id == caller.id
    if caller.role == USER:
        return caller.id in session.user_ids
    return caller.role == ADMIN


def may_see_user(caller: Caller, user: User) -> bool:
    """An agent sees those it created and those of the admin; a user themself."""
    if caller.role == AGENT:
        return user.created_by in ("", caller.id)
    if caller.role == USER:
        return user.id == caller.id
    return caller.role == ADMIN


def visible_session(unit: Unit, caller: Caller, session_id: str) -> Session:
    """The session, or NotFoundError."""
    session = unit.conversations.sessions([session_id]).get(session_id)
    if session is None or not may_see_session(caller, session):
        raise unknown_id("session", session_id)
    return session


def visible_user(unit: Unit, caller: Caller, user_id: str) -> User:
    """The user, or NotFoundError."""
    user = unit.people.users([user_id]).get(user_id)
    if user is None or not may_see_user(caller, user):
        raise unknown_id("user", user_id)
    return user


def visible_request(unit: Unit, caller: Caller, request_id: str) -> tuple[FeedbackRequest, Session]:
    """The feedback request and its session, or NotFoundError."""
    request = unit.feedback.get([request_id]).get(request_id)
    if request is not None:
        session = unit.conversations.sessions([request.session_id])[request.session_id]
        if may_see_session(caller, session):
            return request, session
    raise unknown_id("feedback request", request_id)


def visible_delivery(unit: Unit, caller: Caller, delivery_id: str) -> Delivery:
    """The delivery, or NotFoundError."""
    delivery = unit.deliveries.get([delivery_id]).get(delivery_id)
    if delivery is not None:
        session = unit.conversations.sessions([delivery.session_id])[delivery.session_id]
        if may_see_session(caller, session):
            return delivery
    raise unknown_id("delivery", delivery_id)
