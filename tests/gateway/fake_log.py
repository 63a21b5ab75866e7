"""Sessions and their event logs, in memory."""

import asyncio
import json
from collections import defaultdict
from collections.abc import Callable

from parley.orchestrator.v1 import messages_pb2, sessions_pb2
from parley_kit.clock import to_timestamp, utc_now

Listener = Callable[[sessions_pb2.Event, list[str]], None]


class Log:
    def __init__(self) -> None:
        self.sessions: dict[str, sessions_pb2.Session] = {}
        self.messages: list[messages_pb2.Message] = []
        self.events: dict[str, list[sessions_pb2.Event]] = defaultdict(list)
        self.listeners: list[Listener] = []
        self.is_telling = True

    def begin(self, session_id: str, agent_id: str, user_ids: list[str]) -> sessions_pb2.Session:
        session = sessions_pb2.Session(
            id=session_id,
            agent_id=agent_id,
            agent_name="Bot",
            participants=[sessions_pb2.Participant(user_id=one, name=one) for one in user_ids],
            created_at=to_timestamp(utc_now()),
        )
        self.sessions[session_id] = session
        return session

    def is_visible(self, session, caller) -> bool:
        if caller.user_id:
            return any(one.user_id == caller.user_id for one in session.participants)
        return caller.HasField("admin") or caller.agent_id == session.agent_id

    def append(self, session_id: str, kind: str, data) -> sessions_pb2.Event:
        session = self.sessions[session_id]
        session.last_seq += 1
        event = sessions_pb2.Event(
            session_id=session_id,
            seq=session.last_seq,
            kind=kind,
            data_json=json.dumps(data).encode(),
            created_at=to_timestamp(utc_now()),
        )
        self.events[session_id].append(event)
        if self.is_telling:
            for listener in self.listeners:
                listener(event, [one.user_id for one in session.participants])
        return event

    def say(self, session, message: messages_pb2.SendMessageRequest) -> messages_pb2.Message:
        caller = message.caller
        said = messages_pb2.Message(
            id=f"msg_{len(self.messages) + 1}",
            session_id=session.id,
            author_kind="user" if caller.user_id else "agent",
            author_id=caller.user_id or caller.agent_id,
            text=message.text,
            reply_to=message.reply_to,
            metadata_json=message.metadata_json,
            channel="api",
            created_at=to_timestamp(utc_now()),
        )
        event = self.append(session.id, "message.created", {"id": said.id, "text": said.text})
        said.seq = event.seq
        self.messages.append(said)
        return said

    async def after(self, session_id: str, seq: int, size: int, wait_seconds: float):
        ends = asyncio.get_running_loop().time() + wait_seconds
        while True:
            found = [event for event in self.events[session_id] if event.seq > seq][:size]
            if found or asyncio.get_running_loop().time() >= ends:
                return found
            await asyncio.sleep(0.01)
