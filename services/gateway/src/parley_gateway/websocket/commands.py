"""What each frame of a client does; the answer goes out after commit."""

from __future__ import annotations

from collections.abc import Awaitable, Callable
from typing import Any

from parley.orchestrator.v1 import messages_pb2, sessions_pb2, users_pb2
from parley_gateway.bootstrap import Gateway
from parley_gateway.models.feedback import NewResponse
from parley_gateway.problems import error_of
from parley_gateway.routes.feedback import answer_of
from parley_gateway.routes.users import preferences_of
from parley_gateway.translate.conversations import message_view, session_view
from parley_gateway.translate.feedback import feedback_view
from parley_gateway.translate.people import preferences_view
from parley_gateway.websocket import frames
from parley_gateway.websocket.line import Line
from parley_kit.errors import invalid_field, unknown_id

CHANNEL = "websocket"


async def carry_out(gateway: Gateway, line: Line, frame: frames.Frame) -> Any:
    """The data of the ``ok`` frame.

    Raises:
        ServiceError: Why it did not take effect.
    """
    return await _COMMANDS[type(frame)](gateway, line, frame)


async def _say(gateway: Gateway, line: Line, frame: frames.Say) -> Any:
    message = messages_pb2.SendMessageRequest(
        caller=line.principal.caller,
        session_id=frame.session_id,
        text=frame.text,
        reply_to=frame.reply_to or "",
        idempotency_key=frame.idempotency_key or "",
    )
    [result] = await gateway.batcher.submit([message])
    if result.HasField("problem"):
        raise error_of(result.problem)
    return message_view(result.message)


async def _respond(gateway: Gateway, line: Line, frame: frames.Respond) -> Any:
    document = NewResponse(**frame.model_dump(include=set(NewResponse.model_fields)))
    answer = await gateway.orchestrator.feedback.RecordResponse(
        answer_of(line.principal, frame.request_id, document, CHANNEL)
    )
    return feedback_view(answer.request)


async def _acknowledge(gateway: Gateway, line: Line, frame: frames.Acknowledge) -> Any:
    if frame.seq > _seen(line, frame.session_id):
        raise invalid_field("seq", "is larger than what was sent on this line")
    gateway.hub.outbox.acknowledge(line.principal.id, frame.session_id, frame.seq)
    return {"seq": frame.seq}


async def _switch(gateway: Gateway, line: Line, frame: frames.SwitchChannel) -> Any:
    answer = await gateway.orchestrator.sessions.SwitchChannel(
        sessions_pb2.SwitchChannelRequest(
            caller=line.principal.caller,
            session_id=frame.session_id,
            channel=frame.channel or "",
        )
    )
    return session_view(answer.session)


async def _prefer(gateway: Gateway, line: Line, frame: frames.UpdatePreferences) -> Any:
    users, caller, user_id = gateway.orchestrator.users, line.principal.caller, line.principal.id
    found = await users.GetPreferences(
        users_pb2.GetPreferencesRequest(caller=caller, user_id=user_id)
    )
    wanted = preferences_of(frame.channels, frame.quiet_hours)
    if "quiet_hours" not in frame.model_fields_set and found.preferences.HasField("quiet_hours"):
        wanted.quiet_hours.CopyFrom(found.preferences.quiet_hours)
    answer = await users.PutPreferences(
        users_pb2.PutPreferencesRequest(caller=caller, user_id=user_id, preferences=wanted)
    )
    return preferences_view(answer.preferences)


async def _type(gateway: Gateway, line: Line, frame: frames.Type) -> Any:
    _seen(line, frame.session_id)
    gateway.hub.outbox.type(line.principal.id, frame.session_id)
    return {}


def _seen(line: Line, session_id: str) -> int:
    if session_id not in line.seen:
        raise unknown_id("session", session_id)
    return line.seen[session_id]


_COMMANDS: dict[type, Callable[[Gateway, Line, Any], Awaitable[Any]]] = {
    frames.Say: _say,
    frames.Respond: _respond,
    frames.Acknowledge: _acknowledge,
    frames.SwitchChannel: _switch,
    frames.UpdatePreferences: _prefer,
    frames.Type: _type,
}
