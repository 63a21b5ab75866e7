"""The client for asyncio: the same calls as `Parley`, awaited."""

from __future__ import annotations

from collections.abc import AsyncIterator, Iterable
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
from parley_client.transports import AsyncTransport


class AsyncParley:
    """Parley, for one agent, on an event loop; see `Parley` for what the arguments mean."""

    def __init__(
        self, url: str | None = None, key: str | None = None, *, patience: Patience | None = None
    ) -> None:
        self._steps = Operations(patience or Patience())
        self._transport = AsyncTransport(client_settings(url, key))

    async def __aenter__(self) -> Self:
        return self

    async def __aexit__(
        self,
        kind: type[BaseException] | None,
        error: BaseException | None,
        traceback: TracebackType | None,
    ) -> None:
        await self.close()

    async def close(self) -> None:
        """Closes the connections."""
        await self._transport.close()

    async def ask(
        self,
        session: Ref,
        prompt: str,
        *,
        wait: Seconds | None = None,
        **details: Unpack[QuestionDetails],
    ) -> FeedbackRequest:
        """As `Parley.ask`."""
        return await self._transport.run(self._steps.ask(session, prompt, wait, details))

    async def approve_or_raise(
        self,
        session: Ref,
        prompt: str,
        *,
        wait: Seconds | None = None,
        **details: Unpack[QuestionDetails],
    ) -> FeedbackRequest:
        """As `Parley.approve_or_raise`."""
        return await self._transport.run(
            self._steps.approve_or_raise(session, prompt, wait, details)
        )

    async def wait(self, request: Ref, wait: Seconds | None = None) -> FeedbackRequest:
        """As `Parley.wait`."""
        return await self._transport.run(self._steps.wait(request, wait))

    async def cancel(self, request: Ref) -> FeedbackRequest:
        """As `Parley.cancel`."""
        return await self._transport.run(self._steps.cancel(request))

    async def send(self, session: Ref, text: str, **details: Unpack[MessageDetails]) -> Message:
        """As `Parley.send`."""
        return await self._transport.run(self._steps.send(session, text, details))

    async def send_batch(self, messages: Iterable[OutgoingMessage]) -> list[MessageResult]:
        """As `Parley.send_batch`."""
        return await self._transport.run(self._steps.send_batch(messages))

    async def messages(self, session: Ref, *, after: int = 0, limit: int = 200) -> list[Message]:
        """As `Parley.messages`."""
        return await self._transport.run(self._steps.messages(session, after, limit))

    async def deliveries(self, message: Ref) -> list[Delivery]:
        """As `Parley.deliveries`."""
        return await self._transport.run(self._steps.deliveries(message))

    async def events(
        self, session: Ref, *, after: int = 0, wait: Seconds | None = 0
    ) -> list[Event]:
        """As `Parley.events`."""
        return await self._transport.run(self._steps.events(session, after, wait))

    async def watch(self, session: Ref, *, after: int = 0) -> AsyncIterator[Event]:
        """As `Parley.watch`."""
        while True:
            for event in await self.events(session, after=after, wait=None):
                yield event
                after = event.seq

    async def create_session(
        self, users: Iterable[Ref], **details: Unpack[SessionDetails]
    ) -> Session:
        """As `Parley.create_session`."""
        return await self._transport.run(self._steps.create_session(users, details))

    async def session(self, session: Ref) -> Session:
        """As `Parley.session`."""
        return await self._transport.run(self._steps.session(session))

    async def sessions(self, *, limit: int = 100) -> list[Session]:
        """As `Parley.sessions`."""
        return await self._transport.run(self._steps.sessions(limit))

    async def switch_channel(self, session: Ref, channel: str | None) -> Session:
        """As `Parley.switch_channel`."""
        return await self._transport.run(self._steps.switch_channel(session, channel))

    async def create_user(self, name: str, **details: Unpack[UserDetails]) -> User:
        """As `Parley.create_user`."""
        return await self._transport.run(self._steps.create_user(name, details))

    async def user(self, user: Ref) -> User:
        """As `Parley.user`."""
        return await self._transport.run(self._steps.user(user))

    async def prefer(self, user: Ref, *channels: str) -> Preferences:
        """As `Parley.prefer`."""
        return await self._transport.run(self._steps.prefer(user, channels))

    async def issue_token(self, user: Ref) -> Token:
        """As `Parley.issue_token`."""
        return await self._transport.run(self._steps.issue_token(user))

    async def create_agent(self, name: str, *, webhook_url: str | None = None) -> Agent:
        """As `Parley.create_agent`."""
        return await self._transport.run(self._steps.create_agent(name, webhook_url))
