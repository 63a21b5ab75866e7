"""The state behind the fake gateway: sessions, their event logs, requests; one decision each."""

import itertools
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from typing import Any

from parley_kit.clock import rfc3339

Json = dict[str, Any]

BASE = datetime.fromisoformat("2026-11-23T09:00:00+00:00")
ANN = {"id": "usr_ann", "name": "Ann Meyer"}
AGENT = {"kind": "agent", "id": "agt_1", "name": "Release agent"}
CHANNELS = ("websocket", "gmail", "slack")


@dataclass
class Session:
    """One conversation with its log."""

    id: str
    title: str
    channel: str = ""
    events: list[Json] = field(default_factory=list)
    read_seq: int = 0
    others: list[Json] = field(default_factory=list)

    def shown(self) -> Json:
        return {
            "id": self.id,
            "title": self.title,
            "agent": {"id": AGENT["id"], "name": AGENT["name"]},
            "participants": [
                {
                    "user_id": ANN["id"],
                    "name": ANN["name"],
                    "is_present": True,
                    "read_seq": self.read_seq,
                },
                *self.others,
            ],
            "channel": self.channel,
            "used_channels": ["websocket"],
            "last_seq": len(self.events),
            "created_at": rfc3339(BASE),
        }


class ConversationLog:
    """Appends events and hands each to `listener`; the clock is an argument."""

    def __init__(self, now: datetime) -> None:
        self.now = now
        self.sessions: dict[str, Session] = {}
        self.messages: dict[str, list[Json]] = {}
        self.requests: dict[str, Json] = {}
        self.listeners: list[Any] = []
        self._numbers = itertools.count(1)

    def session(self, session_id: str, title: str) -> Session:
        session = self.sessions[session_id] = Session(session_id, title)
        self.messages[session_id] = []
        return session

    def mark_read(self, session_id: str, seq: int) -> bool:
        session = self.sessions[session_id]
        moved, session.read_seq = seq > session.read_seq, max(seq, session.read_seq)
        return moved

    def append(self, session_id: str, kind: str, data: Json, at: datetime | None = None) -> Json:
        session = self.sessions[session_id]
        seq = len(session.events) + 1
        if kind in {"message.created", "feedback.requested"}:
            data["seq"] = seq
        event = {
            "type": "event",
            "session_id": session_id,
            "seq": seq,
            "kind": kind,
            "data": data,
            "created_at": rfc3339(at or self.now),
        }
        session.events.append(event)
        for listener in self.listeners:
            listener(event)
        return event

    def say(
        self,
        session_id: str,
        text: str,
        author: Json | None = None,
        channel: str = "api",
        ago: timedelta = timedelta(),
    ) -> Json:
        message = {
            "id": f"msg_{next(self._numbers)}",
            "session_id": session_id,
            "author": author or AGENT,
            "text": text,
            "reply_to": None,
            "metadata": {},
            "channel": channel,
            "created_at": rfc3339(self.now - ago),
        }
        self.messages[session_id].append(message)
        self.append(session_id, "message.created", message, self.now - ago)
        return message

    def ask(self, session_id: str, kind: str, prompt: str, **values: Any) -> Json:
        number = next(self._numbers)
        request: Json = {
            "id": f"fbr_{number}",
            "session_id": session_id,
            "kind": kind,
            "prompt": prompt,
            "options": [],
            "schema": None,
            "action": None,
            "digest": "9f2b" * 16,
            "status": "pending",
            "response": None,
            "respondents": [ANN["id"]],
            "required_approvals": 1,
            "approvals": 0,
            "delivery": "all",
            "escalation": [],
            "min_assurance": "link",
            "urgent": False,
            "dangerous": False,
            "allow_edit": False,
            "reminders": [],
            "on_behalf_of": None,
            "expires_at": None,
            "created_at": rfc3339(self.now),
            "resolved_at": None,
            "cards": [
                {
                    "channel": name,
                    "state": state,
                    "user_id": ANN["id"],
                    "delivery_id": f"dlv_{name}",
                }
                for name, state in zip(CHANNELS, ("delivered", "sent", "delivered"), strict=True)
            ],
        } | values
        self.requests[request["id"]] = request
        self.append(session_id, "feedback.requested", request)
        return request

    def answer(
        self,
        request_id: str,
        value: Any,
        channel: str,
        name: str,
        comment: str = "",
        edited_action: Any = None,
    ) -> bool:
        """Decides a pending request; False when it is decided already."""
        request = self.requests[request_id]
        if request["status"] != "pending":
            return False
        request["response"] = {
            "value": value,
            "comment": comment,
            "user_id": ANN["id"] if name == ANN["name"] else "usr_bob",
            "user_name": name,
            "channel": channel,
            "assurance": "session",
            "responded_at": rfc3339(self.now),
            "edited_action": edited_action,
            "digest": request["digest"],
        }
        self.end(request_id, "answered")
        return True

    def end(self, request_id: str, status: str) -> None:
        request = self.requests[request_id]
        request |= {"status": status, "resolved_at": rfc3339(self.now)}
        self.append(request["session_id"], "feedback.resolved", dict(request))
