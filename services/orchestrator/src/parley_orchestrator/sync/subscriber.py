"""One gateway's stream: who is present there, and the news that wait for it."""

from __future__ import annotations

import asyncio
from dataclasses import dataclass, field

from parley_orchestrator.domain.conversation import Event

MAX_WAITING_EVENTS = 5_000
"""What is beyond is left out, and said to be: the gateway reads it from the log."""


@dataclass(frozen=True)
class Typing:
    """Somebody is typing; kind is ``agent`` or ``user``."""

    session_id: str
    typist_id: str
    name: str
    kind: str


@dataclass(frozen=True)
class Read:
    """Up to where somebody has seen a session."""

    session_id: str
    user_id: str
    seq: int


@dataclass(frozen=True)
class Presence:
    """Somebody came or left."""

    user_id: str
    is_present: bool


@dataclass
class Frame:
    """What one stream is to get next, each with whom it concerns; gathers until it is taken."""

    events: list[tuple[Event, list[str]]] = field(default_factory=list)
    typing: list[tuple[Typing, list[str]]] = field(default_factory=list)
    reads: list[tuple[Read, list[str]]] = field(default_factory=list)
    presence: list[tuple[Presence, list[str]]] = field(default_factory=list)
    revoked: list[str] = field(default_factory=list)
    health: list[bytes] = field(default_factory=list)
    is_incomplete: bool = False


class Subscriber:
    """A stream; several gateways may be on one orchestrator."""

    def __init__(self, gateway_id: str) -> None:
        self.gateway_id = gateway_id
        self.users: set[str] = set()
        self._frame = Frame()
        self._changed = asyncio.Event()

    @property
    def pending(self) -> Frame:
        """The frame to add to; whoever adds calls `notify`."""
        return self._frame

    def offer(self, event: Event, user_ids: list[str]) -> None:
        """Adds an event; a gateway that does not keep up is told that some are missing."""
        if len(self._frame.events) >= MAX_WAITING_EVENTS:
            self._frame.events.clear()
            self._frame.is_incomplete = True
        self._frame.events.append((event, user_ids))

    def notify(self) -> None:
        """Says that the frame has content."""
        self._changed.set()

    async def take(self) -> Frame:
        """The next frame, as soon as there is one."""
        await self._changed.wait()
        self._changed.clear()
        frame, self._frame = self._frame, Frame()
        return frame
