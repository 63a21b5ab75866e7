"""What a gateway's stream carries, as protos."""

from __future__ import annotations

from collections.abc import Iterator

from parley.orchestrator.v1 import stream_pb2
from parley_orchestrator.sync.subscriber import Frame, Presence, Read, Typing
from parley_orchestrator.translate.conversations import to_event

MAX_EVENT_BYTES = 1024 * 1024
"""In one response, unless a single event has more; a gRPC message may have four times as much."""


def to_responses(frame: Frame) -> Iterator[stream_pb2.ConnectResponse]:
    """A frame in as few responses as its size allows."""
    response = stream_pb2.ConnectResponse(
        typing=[_typing(*each) for each in frame.typing],
        reads=[_read(*each) for each in frame.reads],
        presence=[_presence(*each) for each in frame.presence],
        revoked_user_ids=frame.revoked,
        channel_health_json=frame.health,
        is_incomplete=frame.is_incomplete,
    )
    size = 0
    for event, user_ids in frame.events:
        told = stream_pb2.UserEvent(event=to_event(event), user_ids=user_ids)
        added = len(told.event.data_json)
        if size and size + added > MAX_EVENT_BYTES:
            yield response
            response, size = stream_pb2.ConnectResponse(), 0
        response.events.append(told)
        size += added
    yield response


def _typing(typing: Typing, user_ids: list[str]) -> stream_pb2.UserTyping:
    told = stream_pb2.Typing(
        session_id=typing.session_id, user_id=typing.typist_id, name=typing.name, kind=typing.kind
    )
    return stream_pb2.UserTyping(typing=told, user_ids=user_ids)


def _read(read: Read, user_ids: list[str]) -> stream_pb2.UserRead:
    told = stream_pb2.Acknowledgement(
        user_id=read.user_id, session_id=read.session_id, seq=read.seq
    )
    return stream_pb2.UserRead(read=told, user_ids=user_ids)


def _presence(presence: Presence, user_ids: list[str]) -> stream_pb2.UserPresence:
    return stream_pb2.UserPresence(
        user_id=presence.user_id, is_present=presence.is_present, user_ids=user_ids
    )
