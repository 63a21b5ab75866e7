"""How fast a provider may be asked, and whether that is held from the start; pure."""

from __future__ import annotations

from collections.abc import Iterable
from datetime import timedelta
from typing import Literal

from google.protobuf.duration_pb2 import Duration

from parley.channel.v1 import channel_pb2

Pacing = Literal["auto", "always", "never"]
PER_CONNECTION = channel_pb2.PACING_SCOPE_CONNECTION
PER_RECIPIENT = channel_pb2.PACING_SCOPE_RECIPIENT


def limit(
    name: str,
    scope: channel_pb2.PacingScope.ValueType,
    count: int,
    period: timedelta,
    *,
    burst: int = 1,
    kinds: Iterable[str] = (),
) -> channel_pb2.PacingLimit:
    """One of a provider's limits, as `PacingLimit` in channel.proto says."""
    duration = Duration()
    duration.FromTimedelta(period)
    return channel_pb2.PacingLimit(
        name=name, scope=scope, count=count, period=duration, burst=burst, delivery_kinds=kinds
    )


def pacing_limits(
    mode: Pacing, limits: Iterable[channel_pb2.PacingLimit], *, is_own_address: bool
) -> list[channel_pb2.PacingLimit]:
    """The limits that a channel tells in `Describe`, by PARLEY_PACING.

    Args:
        mode: ``auto`` holds them where the provider itself is called; anywhere else they sleep
            until it asks to wait. ``always`` holds them everywhere, ``never`` nowhere.
        limits: The provider's documented ones.
        is_own_address: The API's address is the provider's own, not a stand-in.
    """
    if mode == "never":
        return []
    is_dormant = mode == "auto" and not is_own_address
    return [_copied(each, is_dormant=is_dormant) for each in limits]


def _copied(given: channel_pb2.PacingLimit, *, is_dormant: bool) -> channel_pb2.PacingLimit:
    copy = channel_pb2.PacingLimit()
    copy.CopyFrom(given)
    copy.is_dormant = is_dormant
    return copy
