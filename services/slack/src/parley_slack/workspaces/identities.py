"""Which e-mail address a workspace vouches for, of somebody whom Parley does not know otherwise."""

from __future__ import annotations

import asyncio
from collections import OrderedDict
from collections.abc import Mapping
from typing import Any

from parley.orchestrator.v1 import inbox_pb2
from parley_kit.adapter.connections import Account
from parley_kit.clock import monotonic_seconds
from parley_kit.errors import UnavailableError
from parley_slack.inbound.payloads import object_at, text_at
from parley_slack.workspaces.failures import NOT_SENT, failed_otherwise
from parley_slack.workspaces.installation import enterprise_of
from parley_slack.workspaces.teams import qualifiers
from parley_slack.workspaces.workspaces import Workspaces

_FRESH_SECONDS = 600.0
_ENTRIES = 1_000
_SECONDS = 5.0


class Identities:
    """Slack's ``users.info``, remembered for minutes."""

    def __init__(self, workspaces: Workspaces) -> None:
        self._workspaces = workspaces
        self._known: OrderedDict[tuple[str, str], tuple[float, str]] = OrderedDict()

    async def of(self, sender: inbox_pb2.Sender) -> Mapping[str, str]:
        """The sender's e-mail address as an address; empty where the workspace vouches for none.

        Raises:
            UnavailableError: Slack cannot be asked now.
        """
        user_id = sender.addresses.get("slack_user_id", "")
        if not user_id or not sender.connection_id:
            return {}
        key = sender.connection_id, user_id
        read_at, email = self._known.get(key, (float("-inf"), ""))
        if monotonic_seconds() - read_at > _FRESH_SECONDS:
            email = await self._asked(*key)
            self._known[key] = monotonic_seconds(), email
            while len(self._known) > _ENTRIES:
                self._known.popitem(last=False)
        return {"email": email} if email else {}

    async def _asked(self, connection_id: str, user_id: str) -> str:
        try:
            async with asyncio.timeout(_SECONDS):
                workspace = await self._workspaces.ready(connection_id)
                answer = await workspace.client.users_info(user=user_id)
        except Exception as error:
            failure = failed_otherwise(error, connection_id)
            if failure.failure_class == NOT_SENT:
                raise UnavailableError("Slack does not say who this is.") from error
            return ""
        return _email(answer.data, workspace.account)


def _email(data: Any, account: Account) -> str:
    """A full member's confirmed address; guests of another organisation are not vouched for."""
    user = object_at(data, "user")
    is_person = not any(user.get(flag) for flag in ("deleted", "is_bot", "is_stranger"))
    is_confirmed = user.get("is_email_confirmed") is not False
    return (
        text_at(user, "profile", "email")
        if is_person and is_confirmed and _is_member(user, account)
        else ""
    )


def _is_member(user: dict[str, Any], account: Account) -> bool:
    organisation = text_at(user, "enterprise_user", "enterprise_id")
    if organisation and organisation == enterprise_of(account):
        return True
    return text_at(user, "team_id") in {"", *qualifiers(account)}
