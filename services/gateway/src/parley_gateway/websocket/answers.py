"""What the server sends, as AsyncAPI shows it; `frames` writes these as text."""

from __future__ import annotations

from typing import Any, Literal

from pydantic import ConfigDict, Field, create_model

from parley_gateway.models.base import Shown
from parley_gateway.models.events import KINDS
from parley_gateway.models.sessions import Session
from parley_gateway.models.users import Person

Number = int | str


class Welcome(Shown):
    """The answer to hello: who is signed in, and their conversations."""

    type: Literal["welcome"]
    user: Person
    sessions: list[Session]
    heartbeat_seconds: int = Field(examples=[25], description="Send a ping this often.")


class Ok(Shown):
    """A request took effect, and is stored; `data` as the table of requests says."""

    type: Literal["ok"]
    id: Number | None
    data: Any


class Error(Shown):
    """A request was refused; more members may follow, as in a problem document."""

    model_config = ConfigDict(extra="allow")

    type: Literal["error"]
    code: str = Field(examples=["already_decided"])
    message: str
    id: Number | None = None


class Pong(Shown):
    """The answer to ping."""

    type: Literal["pong"]
    id: Number | None = None


class Typing(Shown):
    """Somebody is typing, and for the next six seconds."""

    type: Literal["typing"]
    session_id: str
    user_id: str = Field(description="`usr_…`, or `agt_…` when an agent types.")
    name: str
    kind: Literal["agent", "user"]


class Read(Shown):
    """Somebody has seen a conversation up to a seq; perhaps you, on another device."""

    type: Literal["read"]
    session_id: str
    user_id: str
    seq: int


class Presence(Shown):
    """Somebody with whom you share a conversation opened or closed the web chat."""

    type: Literal["presence"]
    user_id: str
    is_present: bool


class Health(Shown):
    """How a channel does."""

    channel: str
    display_name: str
    status: Literal["ok", "degraded", "down", "not_connected"]
    detail: str
    checked_at: str | None


class ChannelHealth(Shown):
    """A channel's health changed; of no session and no seq."""

    type: Literal["event"]
    session_id: None
    seq: None
    kind: Literal["channel.health"]
    data: Health
    created_at: str


def _framed(kind: type[Shown]) -> type[Shown]:
    return create_model(
        f"{kind.__name__}Frame",
        __base__=kind,
        __doc__=kind.__doc__,
        type=(Literal["event"], ...),  # type: ignore[arg-type,maybe-unrecognized-str-typeform]
    )


EVENTS = tuple(_framed(kind) for kind in KINDS)
ANSWERS: tuple[type[Shown], ...] = (
    Welcome,
    Ok,
    Error,
    Pong,
    Typing,
    Read,
    Presence,
    *EVENTS,
    ChannelHealth,
)
