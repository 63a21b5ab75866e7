"""Frames: what clients may send, and what they get. Pure."""

from __future__ import annotations

from typing import Annotated, Any, Literal, NamedTuple

import orjson
from pydantic import Field, TypeAdapter, ValidationError

from parley.orchestrator.v1 import sessions_pb2, stream_pb2
from parley_gateway.documents import invalid_fields
from parley_gateway.models.base import ChannelName, Id, Line, Received, Seq, Text
from parley_gateway.models.users import QuietHours
from parley_gateway.problems import Problem
from parley_gateway.translate.conversations import event_view

MAX_RESUMED = 1_000
FrameId = Annotated[int, Field(ge=-(2**53), le=2**53)] | Annotated[str, Field(max_length=64)] | None


class _Frame(Received):
    id: FrameId = None


class Hello(_Frame):
    """The first frame; ``resume`` tells the last seq that the client has of each session."""

    type: Literal["hello"]
    resume: dict[Id, Seq] = Field(default_factory=dict, max_length=MAX_RESUMED)


class Say(_Frame):
    """Says something."""

    type: Literal["message.send"]
    session_id: Id
    text: Text = Field(min_length=1, max_length=40_000)
    reply_to: Id | None = None
    idempotency_key: Line | None = Field(None, min_length=1, max_length=255)


class Respond(_Frame):
    """Answers a question."""

    type: Literal["feedback.respond"]
    request_id: Id
    value: Any = None
    comment: Text | None = Field(None, max_length=4_000)
    digest: str | None = Field(None, max_length=64)
    edited_action: Any = None


class Acknowledge(_Frame):
    """Everything up to a seq was shown."""

    type: Literal["ack"]
    session_id: Id
    seq: Seq


class SwitchChannel(_Frame):
    """Moves a conversation; null returns to each person's order."""

    type: Literal["channel.switch"]
    session_id: Id
    channel: ChannelName | None


class UpdatePreferences(_Frame):
    """Keeps how the person wants to be reached; without quiet hours, those that were kept stay."""

    type: Literal["preferences.update"]
    channels: list[ChannelName] = Field(max_length=32, examples=[["websocket", "slack"]])
    quiet_hours: QuietHours | None = None


class Type(_Frame):
    """The person types."""

    type: Literal["typing"]
    session_id: Id


class Ping(_Frame):
    """The client is alive."""

    type: Literal["ping"]


Frame = Hello | Say | Respond | Acknowledge | SwitchChannel | UpdatePreferences | Type | Ping
_FRAME: TypeAdapter[Frame] = TypeAdapter(Annotated[Frame, Field(discriminator="type")])


class LiveEvent(NamedTuple):
    """An event, encoded once for all sockets that get it."""

    session_id: str
    seq: int
    text: str


class FrameError(Exception):
    """A frame cannot be used; carries the client's number of it, where that can be read."""

    def __init__(self, problem: Problem, frame_id: Any) -> None:
        super().__init__(problem.detail)
        self.problem = problem
        self.frame_id = frame_id


def parsed(text: str) -> Frame:
    """The client's frame.

    Raises:
        FrameError: It is not JSON, of an unknown type, or has a bad field.
    """
    try:
        value = orjson.loads(text)
    except orjson.JSONDecodeError as error:
        raise FrameError(Problem(400, "invalid_json", f"Not JSON: {error}."), None) from None
    try:
        return _FRAME.validate_python(value)
    except ValidationError as error:
        frame_id = value.get("id") if isinstance(value, dict) else None
        raise FrameError(_unusable(error), frame_id) from None


def _unusable(error: ValidationError) -> Problem:
    errors: list[dict[str, Any]] = []
    for each in error.errors():
        if each["type"].startswith("union_tag"):
            known = ", ".join(sorted(_types()))
            return Problem(400, "unknown_type", f"`type` must be one of: {known}.")
        errors.append({"loc": each["loc"][1:], "msg": each["msg"]})
    return invalid_fields(errors)


def _types() -> list[str]:
    return [kind.model_fields["type"].annotation.__args__[0] for kind in Frame.__args__]


def event_text(event: sessions_pb2.Event) -> LiveEvent:
    """An event as its frame."""
    text = orjson.dumps({"type": "event", **event_view(event)}).decode()
    return LiveEvent(event.session_id, event.seq, text)


def health_text(health_json: bytes, at: str) -> str:
    """A channel's changed health; its connections are the operator's."""
    data = orjson.loads(health_json)
    data.pop("connections", None)
    frame = {"type": "event", "session_id": None, "seq": None, "kind": "channel.health"}
    return orjson.dumps(frame | {"data": data, "created_at": at}).decode()


def typing_text(typing: stream_pb2.Typing) -> str:
    """Somebody is typing."""
    frame = {
        "type": "typing",
        "session_id": typing.session_id,
        "user_id": typing.user_id,
        "name": typing.name,
        "kind": typing.kind or "user",
    }
    return orjson.dumps(frame).decode()


def read_text(read: stream_pb2.Acknowledgement) -> str:
    """Somebody has seen a conversation up to a seq."""
    frame = {"type": "read", "session_id": read.session_id, "user_id": read.user_id}
    return orjson.dumps(frame | {"seq": read.seq}).decode()


def presence_text(presence: stream_pb2.UserPresence) -> str:
    """Somebody opened or closed the web chat."""
    frame = {"type": "presence", "user_id": presence.user_id, "is_present": presence.is_present}
    return orjson.dumps(frame).decode()


def welcome_text(
    user: dict[str, Any], sessions: list[dict[str, Any]], heartbeat_seconds: int
) -> str:
    """The answer to hello."""
    return orjson.dumps(
        {
            "type": "welcome",
            "user": user,
            "sessions": sessions,
            "heartbeat_seconds": heartbeat_seconds,
        }
    ).decode()


def ok_text(frame_id: FrameId, data: Any) -> str:
    """A request took effect."""
    return orjson.dumps({"type": "ok", "id": frame_id, "data": data}).decode()


def pong_text(frame_id: FrameId) -> str:
    """The gateway is alive."""
    frame = {"type": "pong"} if frame_id is None else {"type": "pong", "id": frame_id}
    return orjson.dumps(frame).decode()


def error_text(problem: Problem, frame_id: Any = None) -> str:
    """A refusal, with what its problem document would have said."""
    frame: dict[str, Any] = {"type": "error", "code": problem.code, "message": problem.detail}
    if isinstance(frame_id, int | str):
        frame["id"] = frame_id
    document = problem.document()
    return orjson.dumps(
        frame | {name: value for name, value in document.items() if name not in _OWN}
    ).decode()


# Members that a frame has itself, or that mean something only in HTTP.
_OWN = {"type", "id", "code", "message", "title", "status", "detail"}
