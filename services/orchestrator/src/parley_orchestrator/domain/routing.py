"""Which channel carries a delivery, and which ones stand behind it."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from datetime import datetime

from parley_orchestrator.domain.breaker import WHOLE_CHANNEL, Breaker
from parley_orchestrator.domain.pacing import RETRY_TIME, Limit
from parley_orchestrator.domain.people import User

WEBSOCKET = "websocket"
WEBHOOK = "webhook"
DEFAULT_ORDER = (WEBSOCKET, "gmail", "slack")


Breakers = Mapping[tuple[str, str], Breaker]
"""Those that are not closed, by channel and connection."""


@dataclass(frozen=True)
class ChannelFacts:
    """What is known of a channel when a route is chosen.

    Attributes:
        address_keys: Any of these of a user will do; empty when none is needed.
        connected_users: Users with a connection of their own.
        silent_since: When its service stopped to answer; None while it does.
        own_connections: Connection by user, of those users.
        shared_connection: The only shared one; empty when there are several, or none.
        needs_answer_links: Cards carry a link and replies a token.
        limits: How fast the provider may be asked.
    """

    name: str
    is_up: bool = True
    silent_since: datetime | None = None
    has_shared_connection: bool = True
    connected_users: frozenset[str] = frozenset()
    own_connections: Mapping[str, str] = field(default_factory=dict)
    shared_connection: str = ""
    address_keys: tuple[str, ...] = ()
    needs_answer_links: bool = False
    max_batch_size: int = 100
    limits: tuple[Limit, ...] = (RETRY_TIME,)

    @property
    def is_usable(self) -> bool:
        """Whether anybody could be reached here now."""
        return self.is_up and (self.has_shared_connection or bool(self.connected_users))

    def connection_of(self, user_id: str) -> str:
        """The connection that is expected to carry what goes to a user; empty when not known.

        Agents write from the shared one; a person's own carries only where there is none.
        """
        if self.has_shared_connection:
            return self.shared_connection
        return self.own_connections.get(user_id, "")


@dataclass(frozen=True)
class Route:
    """The choice: `channel` is used now, unless `is_parked`, then it is waited for."""

    channel: str
    behind: tuple[str, ...]
    explanation: str
    is_parked: bool = False


def order_for(
    user: User, session_channel: str, wanted: str, channels: Mapping[str, ChannelFacts]
) -> list[str]:
    """The channels to consider, first choice first.

    A message's own channel stands alone; a session's comes first; then the person's order.
    """
    if wanted:
        return [wanted]
    known = [name for name in (*DEFAULT_ORDER, *channels) if name in channels]
    chosen = user.preferences.channels or tuple(dict.fromkeys(known))
    first = (session_channel,) if session_channel else ()
    return [name for name in dict.fromkeys((*first, *chosen)) if name in channels]


def choose(
    user: User,
    order: Sequence[str],
    channels: Mapping[str, ChannelFacts],
    *,
    is_present: bool,
    breakers: Breakers | None = None,
) -> Route | None:
    """The first channel that can reach the person now; None when none ever could.

    When only an open breaker stands in the way, the delivery queues behind it. When none can now,
    the first that has an address is waited for; those behind it take over if they return earlier.
    """
    passed: list[str] = []
    queues: list[str] = []
    addresses = user.addresses
    reachable = [name for name in order if _has_address(addresses, channels[name])]
    for name in reachable:
        obstacle = _obstacle_now(user, channels[name], is_present=is_present)
        breaker = shut_by(breakers or {}, name, channels[name].connection_of(user.id))
        if obstacle is None and breaker is None:
            return _route(name, reachable, [*passed, f"{name}: chosen"])
        if obstacle is None:
            queues.append(name)
        passed.append(f"{name}: {obstacle or _shut(breaker)}")
    if queues:
        return _route(queues[0], reachable, [*passed, f"waits at the breaker of {queues[0]}"])
    if not reachable:
        return None
    return _route(reachable[0], reachable, [*passed, f"waits for {reachable[0]}"], is_parked=True)


def shut_by(breakers: Breakers, channel: str, connection_id: str) -> Breaker | None:
    """The breaker that stands before a connection or before all of its channel; None for none."""
    whole = breakers.get((channel, WHOLE_CHANNEL))
    return whole or breakers.get((channel, connection_id))


def has_way(route: Sequence[str], channels: Mapping[str, ChannelFacts], breakers: Breakers) -> bool:
    """Whether any of these channels can be used now by somebody."""
    return any(
        name in channels
        and channels[name].is_usable
        and not any(channel == name for channel, _connection in breakers)
        for name in route
    )


def limits_of(channels: Mapping[str, ChannelFacts], channel: str) -> tuple[Limit, ...]:
    """The limits that a channel tells, or only the provider's retry time."""
    facts = channels.get(channel)
    return facts.limits if facts is not None else (RETRY_TIME,)


def _shut(breaker: Breaker | None) -> str:
    return f"breaker open until {breaker.until:%H:%M:%S} UTC ({breaker.code})" if breaker else ""


def _route(
    name: str, reachable: Sequence[str], why: Sequence[str], *, is_parked: bool = False
) -> Route:
    behind = _behind(reachable[reachable.index(name) + 1 :])
    return Route(name, behind, "; ".join(why), is_parked=is_parked)


def _behind(names: Sequence[str]) -> tuple[str, ...]:
    """Nobody is sent back to a page that they may have left."""
    return tuple(name for name in names if name != WEBSOCKET)


def unreachable_reason(
    user: User, order: Sequence[str], channels: Mapping[str, ChannelFacts]
) -> str:
    """Why no channel can ever reach the person, for people."""
    reasons = [
        f"{name}: the person has no {' or '.join(channels[name].address_keys)}"
        for name in order
        if not _has_address(user.addresses, channels[name])
    ]
    return "; ".join(reasons) or "no channel is configured"


def _has_address(addresses: Mapping[str, str], facts: ChannelFacts) -> bool:
    return not facts.address_keys or any(key in addresses for key in facts.address_keys)


def _obstacle_now(user: User, facts: ChannelFacts, *, is_present: bool) -> str | None:
    if facts.name == WEBSOCKET:
        return None if is_present else "not connected"
    if not facts.is_up:
        return "down"
    if not facts.has_shared_connection and user.id not in facts.connected_users:
        return "no connection"
    return None
