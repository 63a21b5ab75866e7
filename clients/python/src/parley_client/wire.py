"""What goes over the line and comes back, without any line: the core yields it, a transport acts."""

from __future__ import annotations

from collections.abc import Generator, Mapping
from dataclasses import dataclass, field
from typing import Any, TypeAlias, TypeVar

T = TypeVar("T")


@dataclass(frozen=True)
class Request:
    """One call of the REST interface.

    Attributes:
        key: The Idempotency-Key; the same for every repeat of the call.
        is_repeatable: Whether asking twice does no more than asking once.
        wait_seconds: How long the server may hold the answer back.
    """

    method: str
    path: str
    query: Mapping[str, str | int | float] = field(default_factory=dict)
    body: Mapping[str, Any] | None = None
    key: str = ""
    is_repeatable: bool = False
    wait_seconds: float = 0.0


@dataclass(frozen=True)
class Exchange:
    """What a transport is asked to do: wait so long, then send."""

    request: Request
    delay_seconds: float = 0.0


@dataclass(frozen=True)
class Answer:
    """What the server said; header names are lower case, `took_seconds` includes the delay."""

    status: int
    headers: Mapping[str, str]
    body: bytes
    took_seconds: float

    @property
    def is_ok(self) -> bool:
        """Whether the status is 2xx."""
        return 200 <= self.status < 300  # noqa: PLR2004  # HTTP's own range


@dataclass(frozen=True)
class Lost:
    """No answer; `was_asked` says whether the request may have arrived."""

    cause: str
    was_asked: bool
    took_seconds: float


Reply: TypeAlias = Answer | Lost
# A call as a conversation: it yields what to send, is sent what came, and returns its result.
Steps: TypeAlias = Generator[Exchange, Reply, T]
