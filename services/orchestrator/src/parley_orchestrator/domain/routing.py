"""Which channel carries a delivery, and which ones stand behind it."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass

from parley_orchestrator.domain.people import User

WEBSOCKET = "websocket"
WEBHOOK = "webhook"
DEFAULT_ORDER = (WEBSOCKET, "gmail", "slack")


@dataclass(frozen=True)
class ChannelFacts:
    """What is known of a channel when a route is chosen.

    Attributes:
        address_keys: Any of these of a user will do; empty when none is needed.
        connected_users: Users with a connection of their own.
        needs_answer_links: Cards carry a link and replies a token.
    """

    name: str
    is_up: bool = True
    has_shared_connection: bool = True
    connected_users: frozenset[str] = frozenset()
    address_keys: tuple[str, ...] = ()
    needs_answer_links: bool = False
    max_batch_size: int = 100


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
) -> Route | None:
    """The first channel that can reach the person now; None when none ever could.

    When none can now, the first that has an address is waited for; those behind it take over
    if they return earlier.
    """
    passed: list[str] = []
    reachable = [name for name in order if _obstacle_for_ever(user, channels[name]) is None]
    for place, name in enumerate(reachable):
        obstacle = _obstacle_now(user, channels[name], is_present=is_present)
        if obstacle is None:
            why = "; ".join([*passed, f"{name}: chosen"])
            return Route(name, _behind(reachable[place + 1 :]), why)
        passed.append(f"{name}: {obstacle}")
    if not reachable:
        return None
    why = "; ".join([*passed, f"waits for {reachable[0]}"])
    return Route(reachable[0], _behind(reachable[1:]), why, is_parked=True)


def _behind(names: Sequence[str]) -> tuple[str, ...]:
    """Nobody is sent back to a page that they may have left."""
    return tuple(name for name in names if name != WEBSOCKET)


def unreachable_reason(
    user: User, order: Sequence[str], channels: Mapping[str, ChannelFacts]
) -> str:
    """Why no channel can ever reach the person, for people."""
    reasons = [f"{name}: {_obstacle_for_ever(user, channels[name])}" for name in order]
    return "; ".join(reasons) or "no channel is configured"


def _obstacle_for_ever(user: User, facts: ChannelFacts) -> str | None:
    if facts.address_keys and not any(user.addresses.get(key) for key in facts.address_keys):
        return f"the person has no {' or '.join(facts.address_keys)}"
    return None


def _obstacle_now(user: User, facts: ChannelFacts, *, is_present: bool) -> str | None:
    if facts.name == WEBSOCKET:
        return None if is_present else "not connected"
    if not facts.is_up:
        return "down"
    if not facts.has_shared_connection and user.id not in facts.connected_users:
        return "no connection"
    return None
