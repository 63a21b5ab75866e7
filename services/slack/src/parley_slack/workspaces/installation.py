"""What an installation is: an account at Slack, in a workspace or in a whole organisation."""

from __future__ import annotations

from dataclasses import dataclass

from slack_sdk.web.async_client import AsyncWebClient

from parley.channel.v1 import outcome_pb2
from parley_kit.adapter.connections import REVOKED, Account, Tokens
from parley_kit.adapter.provider import DeliveryFailedError


@dataclass(frozen=True)
class Workspace:
    """An account with the client that calls for it."""

    account: Account
    client: AsyncWebClient
    tokens: Tokens

    @property
    def connection_id(self) -> str:
        """The connection's id."""
        return self.account.connection_id

    @property
    def qualifier(self) -> str:
        """What a Slack user's id is unique in: the team, or the organisation."""
        return team_of(self.account) or enterprise_of(self.account)


def account_key(enterprise_id: str, team_id: str) -> str:
    """The key of an installation."""
    return f"{enterprise_id}/{team_id}"


def team_of(account: Account) -> str:
    """The team of an account key."""
    return account.account.partition("/")[2]


def enterprise_of(account: Account) -> str:
    """The organisation of an account key; empty for a workspace of its own."""
    return account.account.partition("/")[0]


def is_org_wide_at(account: Account) -> bool:
    """Whether the app was installed in a whole organisation."""
    return not team_of(account)


def is_installed_at(account: Account, team_id: str, enterprise_id: str) -> bool:
    """Whether an installation is the one of a team, or of the organisation around it."""
    if is_org_wide_at(account):
        return bool(enterprise_id) and enterprise_of(account) == enterprise_id
    return team_of(account) == team_id


def unusable(account: Account) -> DeliveryFailedError:
    """The failure of a delivery to a workspace that is not connected any more."""
    code = account.last_error or ("revoked" if account.status == REVOKED else account.status)
    return DeliveryFailedError(
        outcome_pb2.FAILURE_CLASS_RECONNECT,
        code,
        f"{account.display_name} must be connected to Parley again ({code}).",
        connection_id=account.connection_id,
    )
