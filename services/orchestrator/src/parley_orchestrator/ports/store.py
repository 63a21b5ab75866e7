"""The store, and one transaction of it."""

from __future__ import annotations

import asyncio
from collections.abc import Callable, Collection
from datetime import datetime
from typing import Protocol, TypeVar

from parley_orchestrator.ports.repositories import (
    Conversations,
    Deliveries,
    Feedback,
    Gates,
    Links,
    Live,
    People,
)

T = TypeVar("T")


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
    def links(self) -> Links: ...
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
