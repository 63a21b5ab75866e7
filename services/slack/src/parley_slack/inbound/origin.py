"""Which of our installations a payload belongs to, and who acted."""

from __future__ import annotations

from dataclasses import dataclass

from parley.common.v1 import feedback_pb2
from parley.orchestrator.v1 import inbox_pb2
from parley_kit.adapter.connections import REVOKED, Account
from parley_kit.logs import get_logger
from parley_slack.inbound.payloads import Payload, id_at, object_at, objects_at, text_at
from parley_slack.workspaces.installation import enterprise_of, is_org_wide_at, team_of
from parley_slack.workspaces.workspaces import Workspaces

log = get_logger(__name__)


@dataclass(frozen=True)
class Origin:
    """Where a payload comes from.

    Attributes:
        team_id: The workspace of the person who acted.
    """

    account: Account
    team_id: str

    @property
    def connection_id(self) -> str:
        """The installation."""
        return self.account.connection_id

    def sender(self, slack_user_id: str) -> inbox_pb2.Sender:
        """A user whose identity Slack's signature vouches for, never without their workspace.

        In an organisation a user's id is unique across all workspaces, so it is told as well.
        """
        addresses = {"slack_user_id": slack_user_id, "slack_team_id": self.team_id}
        if is_org_wide_at(self.account):
            addresses["slack_enterprise_id"] = enterprise_of(self.account)
        return inbox_pb2.Sender(
            addresses=addresses,
            connection_id=self.connection_id,
            assurance=feedback_pb2.ASSURANCE_SLACK,
        )


@dataclass(frozen=True)
class _Claim:
    """Where a payload says that it is from."""

    team_id: str
    enterprise_id: str
    user_team_id: str
    is_org_wide: bool


class Origins:
    """Recognises our installations in payloads."""

    def __init__(self, workspaces: Workspaces) -> None:
        self._workspaces = workspaces

    async def of_event(self, payload: Payload) -> Origin | None:
        """The installation of an Events API envelope; None for one that is not ours."""
        seen_by = next(iter(objects_at(payload, "authorizations")), {})
        event = object_at(payload, "event")
        claim = _Claim(
            id_at(seen_by, "team_id") or id_at(payload, "team_id"),
            id_at(seen_by, "enterprise_id") or id_at(payload, "enterprise_id"),
            id_at(event, "user_team") or id_at(event, "team"),
            seen_by.get("is_enterprise_install") is True,
        )
        return await self._known(payload, claim)

    async def of_interaction(self, payload: Payload) -> Origin | None:
        """The installation of a click or submission; None for one that is not ours.

        Where the app is in a whole organisation, Slack may name no team.
        """
        claim = _Claim(
            id_at(payload, "team", "id"),
            id_at(payload, "enterprise", "id"),
            id_at(payload, "user", "team_id"),
            payload.get("is_enterprise_install") is True,
        )
        return await self._known(payload, claim)

    async def _known(self, payload: Payload, claim: _Claim) -> Origin | None:
        account = await self._workspaces.find(
            claim.team_id, claim.enterprise_id, is_org_wide=claim.is_org_wide
        )
        refusal = _refusal(payload, claim, account)
        if account is None or refusal:
            _audit(refusal, payload, claim)
            return None
        await self._workspaces.heard(account.connection_id)
        own = claim.user_team_id if is_org_wide_at(account) else ""
        return Origin(account, own or team_of(account) or claim.team_id)


def _refusal(payload: Payload, claim: _Claim, account: Account | None) -> str:
    """Why the payload is not ours to act on; empty when it is."""
    if account is None or account.status == REVOKED:
        return "the workspace is not connected"
    if id_at(payload, "api_app_id") != account.state.get("app_id"):
        return "it is of another app"
    is_at_home = claim.user_team_id in {"", claim.team_id, team_of(account)}
    if not is_at_home and not enterprise_of(account):
        return "the user is of another team"
    return ""


def _audit(reason: str, payload: Payload, claim: _Claim) -> None:
    log.warning(
        "a payload was refused",
        reason=reason,
        kind=text_at(payload, "type"),
        team_id=claim.team_id,
        user_team_id=claim.user_team_id,
        user_id=id_at(payload, "user", "id"),
        app_id=id_at(payload, "api_app_id"),
    )
