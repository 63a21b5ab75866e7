"""One mailbox: messages, threads, drafts, labels and the history of changes."""

import zlib
from dataclasses import dataclass, field
from typing import Literal

from parley_sandbox.clock import Clock
from parley_sandbox.google.errors import not_found
from parley_sandbox.google.mime import Mail, normal_subject
from parley_sandbox.ids import opaque

ChangeKind = Literal["messageAdded", "messageDeleted", "labelAdded", "labelRemoved"]
SYSTEM_LABELS = (
    "INBOX", "SENT", "DRAFT", "SPAM", "TRASH", "UNREAD", "STARRED", "IMPORTANT", "CHAT",
    "CATEGORY_PERSONAL", "CATEGORY_SOCIAL", "CATEGORY_PROMOTIONS", "CATEGORY_UPDATES",
    "CATEGORY_FORUMS",
)  # fmt: skip


@dataclass
class Message:
    """One stored message; `internal_ms` is when Gmail took it, in epoch milliseconds."""

    id: str
    thread_id: str
    labels: list[str]
    mail: Mail
    internal_ms: int
    history_id: int


@dataclass(frozen=True, slots=True)
class Change:
    """One line of the history; `labels` are the message's then, `changed` what was changed."""

    id: int
    kind: ChangeKind
    message_id: str
    thread_id: str
    labels: tuple[str, ...]
    changed: tuple[str, ...] = ()


@dataclass
class Watch:
    """A push subscription."""

    label_ids: tuple[str, ...]
    excludes: bool
    expires_at: float
    last_push_at: float = 0.0


@dataclass
class Mailbox:
    """Everything of one account; changes are appended to `history`."""

    email: str
    clock: Clock
    messages: dict[str, Message] = field(default_factory=dict)
    drafts: dict[str, str] = field(default_factory=dict)
    by_message_id: dict[str, list[str]] = field(default_factory=dict)
    labels: dict[str, str] = field(default_factory=dict)
    history: list[Change] = field(default_factory=list)
    watch: Watch | None = None
    history_id: int = 0
    history_floor: int = 0
    _last_id: int = 0

    def __post_init__(self) -> None:
        # Ten a second since 1970: a restarted sandbox goes on above where it was.
        self.history_id = self.history_floor = int(self.clock.now() * 10)

    def empty(self) -> None:
        """Forget every message; ids and the history id never go back."""
        self.messages.clear()
        self.by_message_id.clear()
        self.drafts.clear()
        self.history.clear()

    def add(self, mail: Mail, labels: list[str], thread_id: str | None) -> Message:
        """Store a message; without a thread it begins one."""
        message_id = self._next_id()
        message = Message(
            id=message_id,
            thread_id=thread_id or message_id,
            labels=labels,
            mail=mail,
            internal_ms=int(self.clock.now() * 1_000),
            history_id=0,
        )
        self.messages[message_id] = message
        self.by_message_id.setdefault(mail.message_id, []).append(message_id)
        self._change("messageAdded", message)
        return message

    def get(self, message_id: str) -> Message:
        """Return a message; raises GoogleError 404."""
        if message_id not in self.messages:
            raise not_found()
        return self.messages[message_id]

    def delete(self, message_id: str) -> None:
        """Delete a message for good."""
        self._change("messageDeleted", self.get(message_id))
        message = self.messages.pop(message_id)
        self.by_message_id[message.mail.message_id].remove(message_id)

    def relabel(self, message: Message, add: list[str], remove: list[str]) -> None:
        """Add and remove labels; only real changes go into the history."""
        added = tuple(label for label in add if label not in message.labels)
        removed = tuple(label for label in remove if label in message.labels)
        message.labels = [x for x in message.labels if x not in removed] + list(added)
        if added:
            self._change("labelAdded", message, added)
        if removed:
            self._change("labelRemoved", message, removed)

    def thread(self, thread_id: str) -> list[Message]:
        """Return a thread's messages in order; raises GoogleError 404."""
        found = [m for m in self.messages.values() if m.thread_id == thread_id]
        if not found:
            raise not_found()
        return found

    def thread_for(self, mail: Mail, only: str | None = None) -> str | None:
        """Return the thread whose messages a mail refers to under the same subject."""
        subject = normal_subject(mail.subject)
        for reference in mail.references:
            for message_id in reversed(self.by_message_id.get(reference, ())):
                thread_id = self.messages[message_id].thread_id
                is_same = normal_subject(self.messages[message_id].mail.subject) == subject
                if is_same and only in {None, thread_id}:
                    return thread_id
        return None

    def new_draft_id(self) -> str:
        """Return the id of a new draft."""
        return f"r{int.from_bytes(opaque(6).encode()) % 10**18}"

    def _next_id(self) -> str:
        # The low bits tell mailboxes apart, so that copies of one mail have different ids.
        fresh = int(self.clock.now() * 1_000) << 20 | zlib.crc32(self.email.encode()) & 0xFFFFF
        self._last_id = max(self._last_id + 1, fresh)
        return f"{self._last_id:016x}"

    def _change(self, kind: ChangeKind, message: Message, changed: tuple[str, ...] = ()) -> None:
        self.history_id += 1
        message.history_id = self.history_id
        labels = tuple(message.labels)
        change = Change(self.history_id, kind, message.id, message.thread_id, labels, changed)
        self.history.append(change)
