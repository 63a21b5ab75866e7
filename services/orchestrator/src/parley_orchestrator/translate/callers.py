"""Callers from protos."""

from __future__ import annotations

from parley.common.v1 import caller_pb2
from parley_kit.errors import UnauthenticatedError
from parley_orchestrator.use_cases.authorise import ADMIN, AGENT, USER, Caller


def to_caller(caller: caller_pb2.Caller) -> Caller:
    """The caller; a call without one is refused."""
    which = caller.WhichOneof("principal")
    if which == "admin":
        return Caller(ADMIN)
    if which == "agent_id" and caller.agent_id:
        return Caller(AGENT, caller.agent_id)
    if which == "user_id" and caller.user_id:
        return Caller(USER, caller.user_id)
    raise UnauthenticatedError("The call names no caller; set `caller`.")
