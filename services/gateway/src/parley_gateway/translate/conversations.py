"""Sessions, messages and events, as the JSON that clients read. Pure."""

from __future__ import annotations

import orjson

from parley.orchestrator.v1 import messages_pb2, sessions_pb2
from parley_gateway.translate.fields import Json, metadata, moment


def session_view(session: sessions_pb2.Session) -> Json:
    """A conversation."""
    return {
        "id": session.id,
        "agent": {"id": session.agent_id, "name": session.agent_name},
        "participants": [
            {
                "user_id": person.user_id,
                "name": person.name,
                "is_present": person.is_present,
                "read_seq": person.read_seq,
            }
            for person in session.participants
        ],
        "title": session.title,
        "metadata": metadata(session.metadata_json),
        "channel": session.channel or None,
        "used_channels": list(session.used_channels),
        "channel_uses": [_channel_use_view(use) for use in session.channel_uses],
        "last_seq": session.last_seq,
        "created_at": moment(session, "created_at"),
    }


def _channel_use_view(use: sessions_pb2.ChannelUse) -> Json:
    return {
        "channel": use.channel,
        "user_id": use.user_id,
        "connection_id": use.connection_id or None,
        "thread_ref": use.thread_ref or None,
    }


def typist_view(session_id: str, typist: sessions_pb2.Typist) -> Json:
    """Somebody who types, as on the WebSocket."""
    return {
        "session_id": session_id,
        "user_id": typist.id,
        "name": typist.name,
        "kind": typist.kind,
    }


def message_view(message: messages_pb2.Message) -> Json:
    """Something that was said."""
    return {
        "id": message.id,
        "session_id": message.session_id,
        "seq": message.seq,
        "author": {
            "kind": message.author_kind,
            "id": message.author_id or None,
            "name": message.author_name,
        },
        "text": message.text,
        "reply_to": message.reply_to or None,
        "metadata": metadata(message.metadata_json),
        "channel": message.channel,
        "created_at": moment(message, "created_at"),
    }


def event_view(event: sessions_pb2.Event) -> Json:
    """An entry of a session's log; its data arrives ready to show."""
    return {
        "session_id": event.session_id,
        "seq": event.seq,
        "kind": event.kind,
        "data": orjson.Fragment(event.data_json or b"{}"),
        "created_at": moment(event, "created_at"),
    }
