"""Sessions, messages, events and people as protos."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Sequence
from typing import TypeVar

import orjson
from google.protobuf.duration_pb2 import Duration
from google.protobuf.message import Message as ProtoMessage

from parley.orchestrator.v1 import (
    agents_pb2,
    messages_pb2,
    problem_pb2,
    sessions_pb2,
    users_pb2,
)
from parley_kit.clock import utc_now
from parley_kit.errors import ServiceError
from parley_orchestrator.domain.conversation import Event, Message, Session
from parley_orchestrator.domain.people import Agent, Preferences, QuietHours, User
from parley_orchestrator.translate.callers import to_caller
from parley_orchestrator.translate.stamps import json_text, stamp
from parley_orchestrator.use_cases.send_messages import NewMessage

MAX_PAGE_BYTES = 2 * 1024 * 1024
"""Of a list in one answer; a gRPC message may have twice as much."""
Item = TypeVar("Item", bound=ProtoMessage)


def to_agent(agent: Agent) -> agents_pb2.Agent:
    """An agent."""
    return agents_pb2.Agent(
        id=agent.id,
        name=agent.name,
        webhook_url=agent.webhook_url,
        created_at=stamp(agent.created_at),
    )


def to_user(user: User) -> users_pb2.User:
    """A user."""
    return users_pb2.User(
        id=user.id,
        name=user.name,
        email=user.email,
        slack_user_id=user.slack_user_id,
        slack_team_id=user.slack_team_id,
        timezone=user.timezone,
        created_at=stamp(user.created_at),
    )


def from_user(user: users_pb2.User) -> User:
    """A user to be; id, time and creator come with storing."""
    return User(
        id="",
        name=user.name,
        email=user.email,
        slack_user_id=user.slack_user_id,
        slack_team_id=user.slack_team_id,
        timezone=user.timezone,
        preferences=Preferences(),
        created_by="",
        created_at=utc_now(),
    )


def to_preferences(preferences: Preferences) -> users_pb2.Preferences:
    """Preferences."""
    quiet = preferences.quiet_hours
    return users_pb2.Preferences(
        channels=preferences.channels,
        quiet_hours=users_pb2.QuietHours(start=quiet.start, end=quiet.end) if quiet else None,
    )


def from_preferences(preferences: users_pb2.Preferences) -> Preferences:
    """Preferences, unchecked."""
    quiet = preferences.quiet_hours
    has_quiet = preferences.HasField("quiet_hours")
    return Preferences(
        tuple(preferences.channels), QuietHours(quiet.start, quiet.end) if has_quiet else None
    )


def to_session(session: Session) -> sessions_pb2.Session:
    """A session."""
    return sessions_pb2.Session(
        id=session.id,
        agent_id=session.agent_id,
        agent_name=session.agent_name,
        participants=[
            sessions_pb2.Participant(
                user_id=user_id,
                name=name,
                is_present=user_id in session.present,
                read_seq=session.read_seqs.get(user_id, 0),
            )
            for user_id, name in session.participants
        ],
        title=session.title,
        metadata_json=json_text(session.metadata),
        channel=session.channel,
        used_channels=session.used_channels,
        last_seq=session.last_seq,
        created_at=stamp(session.created_at),
        channel_uses=[sessions_pb2.ChannelUse(**vars(use)) for use in session.uses],
    )


def to_event(event: Event) -> sessions_pb2.Event:
    """An event."""
    return sessions_pb2.Event(
        session_id=event.session_id,
        seq=event.seq,
        kind=event.kind,
        data_json=orjson.dumps(event.data),
        created_at=stamp(event.created_at),
    )


def to_events(
    events: Sequence[Event], limit: int, typing: Sequence[sessions_pb2.Typist]
) -> sessions_pb2.ListEventsResponse:
    """A page of a log of which at most `limit` events were read."""
    page = list(_fitting(to_event(event) for event in events))
    has_more = len(page) < len(events) or len(events) == limit
    return sessions_pb2.ListEventsResponse(events=page, has_more=has_more, typing=typing)


def to_messages(messages: Sequence[Message], limit: int) -> messages_pb2.ListMessagesResponse:
    """A page of messages of which at most `limit` were read."""
    page = list(_fitting(to_message(each) for each in messages))
    has_more = len(page) < len(messages) or len(messages) == limit
    return messages_pb2.ListMessagesResponse(messages=page, has_more=has_more)


def _fitting(items: Iterable[Item]) -> Iterator[Item]:
    """The first items, as many as one answer may hold, and at least one."""
    size = 0
    for place, item in enumerate(items):
        size += item.ByteSize()
        if place and size > MAX_PAGE_BYTES:
            return
        yield item


def to_typist(session: Session, typist_id: str) -> sessions_pb2.Typist:
    """Somebody in a session who types."""
    kind = "agent" if typist_id == session.agent_id else "user"
    return sessions_pb2.Typist(kind=kind, id=typist_id, name=session.name_of(typist_id))


def to_message(message: Message) -> messages_pb2.Message:
    """A message."""
    return messages_pb2.Message(
        id=message.id,
        session_id=message.session_id,
        seq=message.seq,
        author_kind=message.author.kind,
        author_id=message.author.id,
        author_name=message.author.name,
        text=message.text,
        reply_to=message.reply_to,
        metadata_json=json_text(message.metadata),
        channel=message.channel,
        created_at=stamp(message.created_at),
    )


def to_new_message(request: messages_pb2.SendMessageRequest) -> NewMessage:
    """A message to be."""
    return NewMessage(
        caller=to_caller(request.caller),
        session_id=request.session_id,
        text=request.text,
        reply_to=request.reply_to,
        metadata_json=request.metadata_json,
        idempotency_key=request.idempotency_key,
        channel=request.channel,
        origin="websocket" if request.caller.user_id else "api",
        urgent=request.urgent,
    )


def to_result(result: Message | ServiceError) -> messages_pb2.SendMessageResult:
    """One result of a batch."""
    if isinstance(result, Message):
        return messages_pb2.SendMessageResult(message=to_message(result))
    return messages_pb2.SendMessageResult(problem=to_problem(result))


def to_problem(error: ServiceError) -> problem_pb2.Problem:
    """An error within a batch."""
    retry_after = None
    if error.retry_after is not None:
        retry_after = Duration()
        retry_after.FromTimedelta(error.retry_after)
    return problem_pb2.Problem(
        code=error.code.value[0],
        reason=error.reason,
        message=error.message,
        metadata=error.metadata,
        retry_after=retry_after,
    )
