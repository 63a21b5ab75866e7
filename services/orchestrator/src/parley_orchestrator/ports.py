"""What the use cases need of the world: a store, channels, keys.

A `Unit` is one transaction. Its repositories take and return lists, because commands that wait
together are stored together; its `now` is the database's clock.
"""

from __future__ import annotations

import asyncio
from collections.abc import Callable, Collection, Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import datetime
from typing import Protocol, TypeVar

from parley_orchestrator.domain.breaker import Breaker
from parley_orchestrator.domain.claiming import Gate, Take
from parley_orchestrator.domain.conversation import Event, Message, NewEvent, Session
from parley_orchestrator.domain.delivery import (
    Attempt,
    Delivery,
    Outcome,
    Result,
    State,
    Verdict,
)
from parley_orchestrator.domain.feedback import FeedbackRequest, KeptAnswer, Response
from parley_orchestrator.domain.pacing import Key, Pace
from parley_orchestrator.domain.people import Agent, Preferences, Sender, User
from parley_orchestrator.domain.routing import ChannelFacts
from parley_orchestrator.domain.talks import Talk

T = TypeVar("T")


@dataclass(frozen=True)
class Page:
    """Which part of a list: at most `size` entries with an id below `before`, newest first."""

    size: int
    before: str = ""


@dataclass(frozen=True)
class Viewer:
    """Whose eyes a list is for: all fields empty is the admin."""

    agent_id: str = ""
    user_id: str = ""


@dataclass(frozen=True)
class LinkToken:
    """A token that was sent to a person; stored as a hash only."""

    token_hash: str
    purpose: str
    key_id: str
    delivery_id: str
    session_id: str
    user_id: str
    request_id: str
    expires_at: datetime
    used_at: datetime | None = None


@dataclass(frozen=True)
class Lane:
    """A claimed lane: deliveries of one (session, user, channel), in order."""

    lane: str
    channel: str
    fence: int
    thread_ref: str
    connection_id: str
    gate: str
    deliveries: tuple[Delivery, ...]


@dataclass(frozen=True)
class Hold:
    """A claimed lane that is given back untried until a time.

    Attributes:
        delivery_id: The first delivery in it, which is told why; empty where the wait is short.
    """

    lane: Lane
    until: datetime
    why: str
    delivery_id: str = ""


@dataclass(frozen=True)
class Settled:
    """What is recorded of one attempt."""

    delivery: Delivery
    outcome: Outcome
    verdict: Verdict


@dataclass(frozen=True)
class ChannelFigures:
    """Counts of one channel: queue, and attempts within the window."""

    queued: int
    parked: int
    attempts: int
    succeeded: int
    latencies_ms: tuple[float, ...]
    sent_last_minute: int = 0
    connections: Mapping[str, ConnectionFigures] = field(default_factory=dict)


@dataclass(frozen=True)
class ConnectionFigures:
    """Counts of one connection: queue, and attempts within the window."""

    queued: int = 0
    attempts: int = 0
    succeeded: int = 0
    latencies_ms: tuple[float, ...] = ()


class People(Protocol):
    """Agents, users, tokens."""

    def add_agent(self, agent: Agent, key_hash: str, sealed_webhook_secret: str) -> None: ...
    def agents(self) -> list[Agent]: ...
    def agent_by_key(self, key_hash: str) -> str | None: ...
    def webhook_of(self, agent_id: str) -> tuple[str, list[str]]: ...
    def replace_webhook_secret(self, agent_id: str, sealed: str, old_until: datetime) -> bool: ...
    def add_user(self, user: User) -> None: ...
    def users(self, ids: Iterable[str]) -> dict[str, User]: ...
    def users_like(self, sender: Sender) -> list[User]: ...
    def learn(self, user_id: str, addresses: Mapping[str, str]) -> None: ...
    def set_preferences(self, user_id: str, preferences: Preferences) -> None: ...
    def note_overview(self, user_ids: Iterable[str]) -> None: ...
    def overview_changes(self, after: str, limit: int) -> list[tuple[str, User]]: ...
    def forget_overview_changes(self, before: str) -> int: ...
    def add_token(
        self, token_hash: str, user_id: str, issued_by: str, expires_at: datetime
    ) -> None: ...
    def user_by_token(self, token_hash: str) -> tuple[str, datetime] | None: ...
    def revoke_tokens(self, user_id: str) -> int: ...


class Conversations(Protocol):
    """Sessions, messages, events, idempotency."""

    def add_session(self, session: Session) -> None: ...
    def sessions(self, ids: Iterable[str]) -> dict[str, Session]: ...
    def detailed(self, session_id: str) -> Session | None: ...
    def list_sessions(self, viewer: Viewer, page: Page) -> list[Session]: ...
    def sessions_of(self, user_ids: Iterable[str], limit: int) -> list[str]: ...
    def talks(self, user_ids: Collection[str], channel: str, most: int) -> list[Talk]: ...
    def hooked_agents(self, session_ids: Iterable[str]) -> dict[str, str]: ...
    def event(self, session_id: str, seq: int) -> Event | None: ...
    def mark_read(self, user_id: str, session_id: str, seq: int) -> bool: ...
    def set_channel(self, session_id: str, channel: str) -> None: ...
    def append(self, events: Sequence[NewEvent]) -> list[Event]: ...
    def events_after(self, session_id: str, seq: int, limit: int) -> list[Event]: ...
    def add_messages(self, messages: Sequence[Message]) -> None: ...
    def messages(self, ids: Iterable[str]) -> dict[str, Message]: ...
    def messages_after(self, session_id: str, seq: int, limit: int) -> list[Message]: ...
    def last_messages(self, session_id: str, seq: int, limit: int) -> list[Message]: ...
    def idempotent(
        self, keys: Iterable[tuple[str, str]]
    ) -> dict[tuple[str, str], tuple[str, str]]: ...
    def remember(self, rows: Sequence[tuple[str, str, str, str]]) -> None: ...


class Feedback(Protocol):
    """Feedback requests and answers."""

    def add(self, request: FeedbackRequest) -> None: ...
    def get(self, ids: Iterable[str]) -> dict[str, FeedbackRequest]: ...
    def listed(
        self, viewer: Viewer, status: str, session_id: str, page: Page
    ) -> list[FeedbackRequest]: ...
    def lock(self, request_id: str) -> FeedbackRequest | None: ...
    def decide(self, request_id: str, digest: str, response: Response) -> bool: ...
    def close(self, request_id: str, status: str) -> bool: ...
    def keep_answer(
        self, request_id: str, response: Response, *, is_accepted: bool, refusal: str
    ) -> None: ...
    def answers(self, request_id: str, limit: int) -> list[KeptAnswer]: ...
    def approvers(self, request_id: str) -> set[str]: ...
    def sessions_of(self, request_ids: Iterable[str]) -> set[str]: ...
    def expired(self, limit: int) -> list[str]: ...
    def to_escalate(self, limit: int) -> list[FeedbackRequest]: ...
    def mark_escalated(self, request_id: str, steps: int, next_at: datetime | None) -> None: ...
    def recent_for(self, user_ids: Iterable[str], since: datetime) -> dict[str, int]: ...


class Deliveries(Protocol):
    """The queue: lanes, deliveries, attempts, tokens."""

    def enqueue(self, deliveries: Sequence[Delivery]) -> None: ...
    def get(self, ids: Iterable[str]) -> dict[str, Delivery]: ...
    def of_subject(self, subject_id: str) -> list[Delivery]: ...
    def sessions_of(self, ids: Iterable[str]) -> set[str]: ...
    def listed(
        self, viewer: Viewer, *, subject_id: str, state: str, session_id: str, page: Page
    ) -> list[Delivery]: ...
    def attempts_of(self, ids: Iterable[str]) -> dict[str, list[Attempt]]: ...
    def gates(self, channel: str) -> list[Gate]: ...
    def lease(self, channel: str, take: Take, lease_seconds: float) -> list[Lane]: ...
    def begin(self, taken: Sequence[Lane]) -> list[Lane]: ...
    def hold(self, held: Sequence[Hold]) -> None: ...
    def hurry(self, lanes: Iterable[str]) -> None: ...
    def quieted(self, user_id: str) -> list[Delivery]: ...
    def unquiet(self, ids: Iterable[str]) -> None: ...
    def behind(
        self, channel: str, connection_id: str, limit: int, after: str = ""
    ) -> list[Delivery]: ...
    def renew(self, held: Sequence[Lane], lease_seconds: float) -> None: ...
    def held(self, claimed: Sequence[Lane]) -> set[str]: ...
    def settle(self, claimed: Sequence[Lane], settled: Sequence[Settled]) -> None: ...
    def set_state(
        self, ids: Iterable[str], state: State, explanation: str, among: Iterable[State]
    ) -> list[Delivery]: ...
    def requeue(self, ids: Iterable[str], explanation: str) -> list[Delivery]: ...
    def acknowledge(self, user_id: str, session_id: str, seq: int) -> list[Delivery]: ...
    def keep_attempts(self, channel: str, attempts: Sequence[Attempt]) -> None: ...
    def last_position(self, session_id: str, user_id: str, channel: str) -> int: ...
    def show_parked(self, user_ids: Iterable[str], ack_by: datetime) -> list[Delivery]: ...
    def unacknowledged(self, limit: int) -> list[Delivery]: ...
    def parked(
        self, channel: str, user_ids: Iterable[str] | None, limit: int, after: str = ""
    ) -> list[str]: ...
    def parked_ahead_of(self, channel: str, limit: int, after: str = "") -> list[Delivery]: ...
    def add_tokens(self, tokens: Sequence[LinkToken]) -> None: ...
    def tokens_of(self, delivery_ids: Iterable[str]) -> list[LinkToken]: ...
    def token(self, token_hash: str, purpose: str) -> LinkToken | None: ...
    def use_token(self, token_hash: str) -> bool: ...
    def figures(self, channel: str, since: datetime) -> ChannelFigures: ...
    def last_channel_session(
        self, user_ids: Iterable[str], channel: str
    ) -> tuple[str, str] | None: ...


class Gates(Protocol):
    """Breakers and pacing counters."""

    def breakers(self, channel: str = "") -> dict[tuple[str, str], Breaker]: ...
    def lock_breakers(self, keys: Iterable[tuple[str, str]]) -> dict[tuple[str, str], Breaker]: ...
    def set_breaker(self, breaker: Breaker) -> None: ...
    def close_breaker(self, channel: str, connection_id: str) -> None: ...
    def attempts_on(
        self, channel: str, connection_id: str, since: datetime, limit: int
    ) -> list[tuple[str, Result]]: ...
    def is_awake(self, channel: str) -> bool: ...
    def paces(self, keys: Iterable[Key]) -> dict[Key, Pace]: ...
    def set_paces(self, changed: Mapping[Key, Pace]) -> None: ...
    def paces_of(self, channel: str) -> dict[Key, Pace]: ...
    def forget_paces(self, before: datetime) -> int: ...


class Live(Protocol):
    """Presence, and which inbound items were seen."""

    def arrive(self, user_ids: Iterable[str], gateway_id: str, seconds: float) -> set[str]: ...
    def leave(self, user_ids: Iterable[str] | None, gateway_id: str) -> None: ...
    def expire(self) -> int: ...
    def present(self, user_ids: Iterable[str]) -> set[str]: ...
    def companions(self, user_ids: Iterable[str]) -> dict[str, set[str]]: ...
    def seen(self, keys: Iterable[tuple[str, str]]) -> dict[tuple[str, str], tuple[int, str]]: ...
    def remember(self, channel: str, inbound_id: str, verdict: int, detail: str) -> None: ...


class Unit(Protocol):
    """One transaction."""

    @property
    def now(self) -> datetime: ...
    @property
    def people(self) -> People: ...
    @property
    def conversations(self) -> Conversations: ...
    @property
    def feedback(self) -> Feedback: ...
    @property
    def deliveries(self) -> Deliveries: ...
    @property
    def gates(self) -> Gates: ...
    @property
    def live(self) -> Live: ...

    def concern(self, sessions: Collection[str]) -> None:
        """Says whose logs the command will write, as early as it knows and does not lock yet."""

    def hint(self, text: str) -> None:
        """Leaves a hint that listeners get after commit.

        ``session:id:seq`` of the first new event, ``due:…``, ``revoked:…``, ``presence:…``, and of
        what is not kept ``typing:session:who``, ``read:session:user``; ``*`` says that any may be
        missing.
        """


class Standing(Protocol[T]):
    """A command that stands by."""

    @property
    def result(self) -> asyncio.Future[T]:
        """Resolved after commit."""

    @property
    def withdraw(self) -> Callable[[], bool]:
        """Takes the command back; False when it was called: the result is on the way."""


class Store(Protocol):
    """Where all state is."""

    async def transact(self, command: Callable[[Unit], T], sessions: Collection[str] = ()) -> T:
        """Runs a command in one transaction; returns after commit.

        `sessions` are those whose logs it is known to write: they are locked before anything else,
        so that sessions always come before lanes, and commands that run together never wait for
        each other in a circle. A command that turns out to write others runs again with them.
        """

    def stand_by(self, hint: str, command: Callable[[Unit], T]) -> Standing[T]:
        """Lets a command run in the first transaction of this process that leaves a hint.

        It sees what that one stored, and commits together with it.
        """

    async def read(self, query: Callable[[Unit], T]) -> T:
        """Runs a query beside the writers."""

    def on_commit(self, listener: Callable[[frozenset[str]], None]) -> None:
        """Hands the hints of each commit to a listener, on the event loop."""


@dataclass(frozen=True)
class ConnectionState:
    """A channel's connection as it was last seen: connected, reconnect_needed or revoked."""

    connection_id: str
    display_name: str
    user_id: str
    status: str
    detail: str = ""
    last_error: str = ""

    @property
    def is_usable(self) -> bool:
        """Whether anything can be sent through it."""
        return self.status == "connected"


@dataclass(frozen=True)
class ChannelState:
    """One channel as it was last seen."""

    name: str
    display_name: str
    status: str
    detail: str
    facts: ChannelFacts
    connections: tuple[ConnectionState, ...] = ()
    checked_at: datetime | None = None
    is_described: bool = False

    @property
    def is_usable(self) -> bool:
        """Whether anybody could be reached here now."""
        return self.facts.is_usable


class ChannelFactsSource(Protocol):
    """What is known of the channels right now."""

    def facts(self) -> Mapping[str, ChannelFacts]:
        """By name, in the default order."""


class TokenSigner(Protocol):
    """Signs tokens; `parley_kit.sealing.KeyRing` does."""

    @property
    def newest_id(self) -> str: ...

    def sign(self, purpose: str, text: str, *, key_id: str | None = None) -> str: ...


@dataclass(frozen=True)
class Job:
    """One thing that a channel is to do now, with all that it needs.

    Attributes:
        user: The person; None for a webhook.
        card: The card that an update changes.
        event: What a webhook tells.
    """

    delivery: Delivery
    session: Session
    user: User | None = None
    thread_ref: str = ""
    connection_id: str = ""
    reply_token: str = ""
    link_token: str = ""
    message: Message | None = None
    request: FeedbackRequest | None = None
    card: Delivery | None = None
    event: Event | None = None


class ChannelPort(Protocol):
    """A channel as the dispatcher sees it. Nothing here raises; what fails is an outcome."""

    async def deliver(self, jobs: Sequence[Job]) -> list[Outcome]:
        """One outcome a job, in order; a lane's jobs go out in order."""

    async def look_up(self, jobs: Sequence[Job]) -> list[Outcome]:
        """Whether each went out: found, not_found or inconclusive."""
