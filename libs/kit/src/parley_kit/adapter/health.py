"""What the state of a channel's accounts makes of the channel; pure."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass

from parley_kit.adapter.accounts import CONNECTED, REVOKED, Account


@dataclass(frozen=True)
class Trouble:
    """What is wrong with a connected account; `is_passing` where messages still go out or wait."""

    text: str
    is_passing: bool = False


@dataclass(frozen=True)
class ChannelState:
    """``ok``, ``degraded``, ``down`` or ``not_connected``, and for people what to do."""

    status: str
    detail: str


def judged(
    accounts: Sequence[Account], troubles: Mapping[str, Trouble], how_to_connect: str
) -> ChannelState:
    """The channel's state.

    It is down, so that messages take another channel, only where no account can send.

    Args:
        accounts: Of the channel, in any state.
        troubles: By connection, of those that are connected.
        how_to_connect: The detail where there is none.
    """
    living = [account for account in accounts if account.status != REVOKED]
    if not living:
        return ChannelState("not_connected", how_to_connect)
    wrong = [(account, trouble) for account in living if (trouble := _trouble(account, troubles))]
    if not wrong:
        return ChannelState("ok", "")
    is_down = sum(not trouble.is_passing for _, trouble in wrong) == len(living)
    detail = "; ".join(f"{account.display_name}: {trouble.text}" for account, trouble in wrong)
    return ChannelState("down" if is_down else "degraded", detail)


def _trouble(account: Account, troubles: Mapping[str, Trouble]) -> Trouble | None:
    if account.status == CONNECTED:
        return troubles.get(account.connection_id)
    return Trouble(account.detail)
