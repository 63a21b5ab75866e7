"""The blocking client."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from types import TracebackType
from typing import Self, Unpack

from parley_client.operations import Operations
from parley_client.options import (
    MessageDetails,
    OutgoingMessage,
    QuestionDetails,
    Ref,
    Seconds,
    SessionDetails,
    UserDetails,
)
from parley_client.records import (
    Agent,
    Delivery,
    Event,
    FeedbackRequest,
    Message,
    MessageResult,
    Preferences,
    Session,
    Token,
    User,
)
from parley_client.retrying import Patience
from parley_client.settings import client_settings
from parley_client.transports import Transport


class Parley:
    """Parley, for one agent.

    Every method raises `ParleyError` for a refusal or when Parley does not answer. What can safely
    be repeated is: messages and questions carry an Idempotency-Key, so none is ever sent twice.

    Args:
        url: Of the gateway; ``PARLEY_URL`` or this machine without it.
        key: The agent's; ``PARLEY_AGENT_KEY`` without it.
        patience: How long calls are repeated; a minute unless given.
    """

    def __init__(
        self, url: str | None = None, key: str | None = None, *, patience: Patience | None = None
    ) -> None:
        self._steps = Operations(patience or Patience())
        self._transport = Transport(client_settings(url, key))

    def __enter__(self) -> Self:
        return self

    def __exit__(
        self,
        kind: type[BaseException] | None,
        error: BaseException | None,
        traceback: TracebackType | None,
    ) -> None:
        self.close()

    def close(self) -> None:
        """Closes the connections."""
        self._transport.close()

    def ask(
        self,
        session: Ref,
        prompt: str,
        *,
        wait: Seconds | None = None,
        **details: Unpack[QuestionDetails],
    ) -> FeedbackRequest:
        """Asks, and waits until the question is answered, expired or cancelled.

        Args:
            session: Where to ask, or its id.
            prompt: Markdown.
            wait: At most so long (seconds or a timedelta); then the question comes back pending.
                0 does not wait; None waits for as long as it takes, so give `expires_in` too.
            details: See `QuestionDetails`.
        """
        return self._transport.run(self._steps.ask(session, prompt, wait, details))

    def approve_or_raise(
        self,
        session: Ref,
        prompt: str,
        *,
        wait: Seconds | None = None,
        **details: Unpack[QuestionDetails],
    ) -> FeedbackRequest:
        """Asks for an approval, and returns only when it was given.

        Raises:
            NotApprovedError: Rejected, expired, cancelled, or not decided in time.
        """
        return self._transport.run(self._steps.approve_or_raise(session, prompt, wait, details))

    def wait(self, request: Ref, wait: Seconds | None = None) -> FeedbackRequest:
        """A question, once it is decided or the time is up; 0 reads how it stands."""
        return self._transport.run(self._steps.wait(request, wait))

    def cancel(self, request: Ref) -> FeedbackRequest:
        """Withdraws a question; every card says so."""
        return self._transport.run(self._steps.cancel(request))

    def send(self, session: Ref, text: str, **details: Unpack[MessageDetails]) -> Message:
        """Says something (Markdown); returns once it is stored, and delivers from then on."""
        return self._transport.run(self._steps.send(session, text, details))

    def send_batch(self, messages: Iterable[OutgoingMessage]) -> list[MessageResult]:
        """Says many things at once; each has its own result, in order."""
        return self._transport.run(self._steps.send_batch(messages))

    def messages(self, session: Ref, *, after: int = 0, limit: int = 200) -> list[Message]:
        """What was said, by people and agent, after a seq."""
        return self._transport.run(self._steps.messages(session, after, limit))

    def deliveries(self, message: Ref) -> list[Delivery]:
        """Where a message went, with every attempt."""
        return self._transport.run(self._steps.deliveries(message))

    def events(self, session: Ref, *, after: int = 0, wait: Seconds | None = 0) -> list[Event]:
        """What happened after a seq; waits so long for something to happen."""
        return self._transport.run(self._steps.events(session, after, wait))

    def watch(self, session: Ref, *, after: int = 0) -> Iterator[Event]:
        """Everything that happens after a seq, as it happens; never ends by itself."""
        while True:
            for event in self.events(session, after=after, wait=None):
                yield event
                after = event.seq

    def create_session(self, users: Iterable[Ref], **details: Unpack[SessionDetails]) -> Session:
        """Begins a conversation with one or more people."""
        return self._transport.run(self._steps.create_session(users, details))

    def session(self, session: Ref) -> Session:
        """A conversation as it stands."""
        return self._transport.run(self._steps.session(session))

    def sessions(self, *, limit: int = 100) -> list[Session]:
        """The agent's newest conversations."""
        return self._transport.run(self._steps.sessions(limit))

    def switch_channel(self, session: Ref, channel: str | None) -> Session:
        """Moves a conversation to a channel; None returns to each person's own order."""
        return self._transport.run(self._steps.switch_channel(session, channel))

    def create_user(self, name: str, **details: Unpack[UserDetails]) -> User:
        """Creates a person."""
        return self._transport.run(self._steps.create_user(name, details))

    def user(self, user: Ref) -> User:
        """A person."""
        return self._transport.run(self._steps.user(user))

    def prefer(self, user: Ref, *channels: str) -> Preferences:
        """Sets the order in which a person is reached; no channels is the default order."""
        return self._transport.run(self._steps.prefer(user, channels))

    def issue_token(self, user: Ref) -> Token:
        """A short-lived token for the person's browser."""
        return self._transport.run(self._steps.issue_token(user))

    def create_agent(self, name: str, *, webhook_url: str | None = None) -> Agent:
        """Creates an agent, with its key and webhook secret; needs the operator's key."""
        return self._transport.run(self._steps.create_agent(name, webhook_url))
