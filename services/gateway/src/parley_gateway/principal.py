"""Who calls, once it is known."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime
from typing import Literal

from parley.common.v1 import caller_pb2

Role = Literal["admin", "agent", "user"]
EVERYBODY: frozenset[Role] = frozenset({"admin", "agent", "user"})


@dataclass(frozen=True, slots=True)
class Principal:
    """A caller whose credential holds.

    Attributes:
        role: Admin, agent or user.
        id: ``agt_…`` or ``usr_…``; empty for the admin.
        caller: The same for the orchestrator, which authorises.
        expires_at: When the credential stops being accepted; None for keys.
    """

    role: Role
    id: str
    caller: caller_pb2.Caller
    expires_at: datetime | None = None


ADMIN = Principal("admin", "", caller_pb2.Caller(admin=caller_pb2.Admin()))


def agent(agent_id: str) -> Principal:
    """The agent with this id."""
    return Principal("agent", agent_id, caller_pb2.Caller(agent_id=agent_id))


def user(user_id: str, expires_at: datetime | None) -> Principal:
    """The user with this id."""
    return Principal("user", user_id, caller_pb2.Caller(user_id=user_id), expires_at)
