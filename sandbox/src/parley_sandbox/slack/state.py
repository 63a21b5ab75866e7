"""What the workspace holds: direct messages, views, and the handles Slack gives out."""

from dataclasses import dataclass, field
from typing import Any

from parley_sandbox.clock import Clock
from parley_sandbox.ids import opaque, random_id, stable_id
from parley_sandbox.outbox import Outbox
from parley_sandbox.people import Members, People, Person
from parley_sandbox.settings import Settings
from parley_sandbox.slack.errors import SlackError
from parley_sandbox.slack.grants import Grants
from parley_sandbox.slack.places import FIRST, Place
from parley_sandbox.slack.sockets import Sockets

TRIGGER_SECONDS = 3
RESPONSE_URL_SECONDS = 1_800
RESPONSE_URL_USES = 5


@dataclass
class Message:
    """One message of a direct message channel; `ts` is its id, always a string."""

    ts: str
    user: str
    text: str
    bot_id: str | None = None
    blocks: list[dict[str, Any]] | None = None
    thread_ts: str | None = None
    metadata: dict[str, Any] | None = None
    edited_ts: str | None = None
    client_msg_id: str | None = None
    is_ephemeral: bool = False


@dataclass
class Conversation:
    """The direct messages of the bot and one person."""

    id: str
    user_id: str
    messages: dict[str, Message] = field(default_factory=dict)
    replies: dict[str, list[Message]] = field(default_factory=dict)

    def add(self, message: Message) -> None:
        """Append a message."""
        self.messages[message.ts] = message
        if message.thread_ts and message.thread_ts != message.ts and not message.is_ephemeral:
            self.replies.setdefault(message.thread_ts, []).append(message)

    def remove(self, ts: str) -> None:
        """Take a message away, also out of its thread."""
        message = self.messages.pop(ts, None)
        thread = self.replies.get((message and message.thread_ts) or "", [])
        thread[:] = [reply for reply in thread if reply.ts != ts]

    def clear(self) -> None:
        """Forget every message."""
        self.messages.clear()
        self.replies.clear()

    def get(self, ts: str) -> Message:
        """Return a message; raises SlackError."""
        if ts not in self.messages:
            raise SlackError("message_not_found")
        return self.messages[ts]


@dataclass
class View:
    """An open modal or a published App Home."""

    id: str
    user_id: str
    content: dict[str, Any]
    hash: str
    parent: str | None = None


@dataclass
class Trigger:
    """The right to open one modal within three seconds of a gesture."""

    user_id: str
    expires_at: float
    is_used: bool = False
    opened: str | None = None


@dataclass
class ResponseUrl:
    """Five edits of one message within half an hour."""

    channel: str
    ts: str
    user_id: str
    expires_at: float
    uses_left: int = RESPONSE_URL_USES


@dataclass(eq=False)
class Workspace:
    """The whole state of one workspace or organisation; the app's sockets are shared."""

    settings: Settings
    clock: Clock
    people: People | Members
    outbox: Outbox
    place: Place = FIRST
    sockets: Sockets = field(default_factory=Sockets)
    grants: Grants = field(init=False)
    conversations: dict[str, Conversation] = field(default_factory=dict)
    views: dict[str, View] = field(default_factory=dict)
    homes: dict[str, View] = field(default_factory=dict)
    triggers: dict[str, Trigger] = field(default_factory=dict)
    response_urls: dict[str, ResponseUrl] = field(default_factory=dict)
    revision: int = 0
    _last_ts: int = 0

    def __post_init__(self) -> None:
        self.grants = Grants(self.settings, self.clock, self.place)

    def reset(self) -> None:
        """Empty the conversations; installations stay."""
        for conversation in self.conversations.values():
            conversation.clear()
        for kept in (self.views, self.homes, self.triggers, self.response_urls):
            kept.clear()
        self.revision += 1

    def next_ts(self) -> str:
        """Return a message timestamp that was never given out before."""
        self._last_ts = max(self._last_ts + 1, int(self.clock.now() * 1_000_000))
        seconds, micros = divmod(self._last_ts, 1_000_000)
        self.revision += 1
        return f"{seconds}.{micros:06d}"

    def dm_id(self, person: Person) -> str:
        """Return the id of a person's direct message channel, the same in every run."""
        return stable_id("D0", f"{self.grants.bot_user_id}:{person.slack_id}")

    def open_dm(self, person: Person) -> tuple[Conversation, bool]:
        """Return the person's channel and whether it was open before."""
        channel = self.dm_id(person)
        known = channel in self.conversations
        if not known:
            self.conversations[channel] = Conversation(channel, person.slack_id or "")
        return self.conversations[channel], known

    def conversation(self, channel: str) -> Conversation:
        """Return an opened channel; raises SlackError.

        A channel that an earlier run opened is known again, as Slack would know it.
        """
        if channel in self.conversations:
            return self.conversations[channel]
        for person in self.people.all():
            if person.slack_id and self.dm_id(person) == channel:
                return self.open_dm(person)[0]
        raise SlackError("channel_not_found")

    def dm_of(self, user_id: str) -> Conversation:
        """Return the channel of a Slack user; raises SlackError."""
        person = self.people.by_slack_id(user_id)
        if person is None:
            raise SlackError("user_not_found")
        return self.open_dm(person)[0]

    def new_trigger(self, user_id: str) -> str:
        """Return a trigger id for a gesture of this user."""
        over = self.clock.now() - 60
        self.triggers = {k: t for k, t in self.triggers.items() if t.expires_at > over}
        trigger_id = f"{random_id('', 12)}.{random_id('', 10)}.{opaque(16)}"
        self.triggers[trigger_id] = Trigger(user_id, self.clock.now() + TRIGGER_SECONDS)
        return trigger_id

    def new_response_url(self, channel: str, ts: str, user_id: str) -> str:
        """Return an address at which the app may edit one message."""
        key = opaque()
        expires_at = self.clock.now() + RESPONSE_URL_SECONDS
        self.response_urls[key] = ResponseUrl(channel, ts, user_id, expires_at)
        return f"{self.settings.public_url}/slack/response/{key}"
