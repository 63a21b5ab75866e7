"""Which of our installations a payload belongs to, and who acted."""

from __future__ import annotations

from dataclasses import dataclass

from parley.common.v1 import feedback_pb2
from parley.orchestrator.v1 import inbox_pb2
from parley_kit.adapter.connections import REVOKED, Account
from parley_kit.logs import get_logger
from parley_slack.inbound.payloads import Payload, objects_at, text_at
from parley_slack.workspaces.workspaces import Workspaces, enterprise_of

log = get_logger(__name__)


@dataclass(frozen=True)
class Origin:
    """Where a payload comes from."""

    account: Account
    team_id: str

    def sender(self, slack_user_id: str) -> inbox_pb2.Sender:
        """A user whose identity Slack's signature vouches for."""
        return inbox_pb2.Sender(
            addresses={"slack_user_id": slack_user_id, "slack_team_id": self.team_id},
            connection_id=self.account.connection_id,
            assurance=feedback_pb2.ASSURANCE_SLACK,
        )


class Origins:
    """Recognises our installations in payloads."""

    def __init__(self, workspaces: Workspaces) -> None:
        self._workspaces = workspaces

    async def of_event(self, payload: Payload) -> Origin | None:
        """The installation of an Events API envelope; None for one that is not ours."""
        seen_by = next(iter(objects_at(payload, "authorizations")), {})
        team_id = text_at(seen_by, "team_id") or text_at(payload, "team_id")
        enterprise_id = text_at(seen_by, "enterprise_id") or text_at(payload, "enterprise_id")
        return await self._known(payload, team_id, enterprise_id)

    async def of_interaction(self, payload: Payload) -> Origin | None:
        """The installation of a click or submission; None for one that is not ours.

        The user must belong to the same team, or to the same organisation.
        """
        team_id, enterprise_id = (
            text_at(payload, "team", "id"),
            text_at(payload, "enterprise", "id"),
        )
        origin = await self._known(payload, team_id, enterprise_id)
        user_team = text_at(payload, "user", "team_id")
        if origin is None or user_team in {"", team_id} or enterprise_of(origin.account):
            return origin
        _audit("the user is of another team", payload, team_id)
        return None

    async def _known(self, payload: Payload, team_id: str, enterprise_id: str) -> Origin | None:
        account = await self._workspaces.find(team_id, enterprise_id)
        if account is None or account.status == REVOKED:
            _audit("the workspace is not connected", payload, team_id)
            return None
        app_id = text_at(payload, "api_app_id")
        if app_id != account.state.get("app_id"):
            _audit("it is of another app", payload, team_id)
            return None
        await self._workspaces.heard(account.connection_id)
        return Origin(account, team_id)


def _audit(reason: str, payload: Payload, team_id: str) -> None:
    log.warning(
        "a payload was refused",
        reason=reason,
        kind=text_at(payload, "type"),
        team_id=team_id,
        app_id=text_at(payload, "api_app_id"),
    )
