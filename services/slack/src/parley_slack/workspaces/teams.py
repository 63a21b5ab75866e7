"""Which workspaces an installation reaches: its own, or those of the whole organisation."""

from __future__ import annotations

from parley_kit.adapter.connections import CONNECTED, Account
from parley_kit.adapter.provider import DeliveryFailedError
from parley_kit.clock import monotonic_seconds
from parley_kit.logs import get_logger
from parley_slack.workspaces.failures import failed_otherwise
from parley_slack.workspaces.installation import enterprise_of, is_org_wide_at, team_of
from parley_slack.workspaces.workspaces import Workspaces

log = get_logger(__name__)
_FRESH_SECONDS = 600.0
_MAX_PAGES = 10


def qualifiers(account: Account) -> set[str]:
    """The names under which Parley may know the place: the team, or the organisation."""
    return {team_of(account) or enterprise_of(account)}


class Teams:
    """Slack's ``auth.teams.list`` for organisations, remembered for minutes."""

    def __init__(self, workspaces: Workspaces) -> None:
        self._workspaces = workspaces
        self._known: dict[str, tuple[float, frozenset[str]]] = {}

    async def covers(self, account: Account, team_id: str) -> bool:
        """Whether the app acts in that workspace through this installation.

        One whose workspaces cannot be listed may: a Slack user id is looked up there anyway.
        """
        if team_id in qualifiers(account):
            return True
        if not is_org_wide_at(account) or account.status != CONNECTED:
            return False
        teams = await self._of(account.connection_id)
        return team_id in teams or not teams

    async def _of(self, connection_id: str) -> frozenset[str]:
        read_at, teams = self._known.get(connection_id, (float("-inf"), frozenset()))
        if monotonic_seconds() - read_at > _FRESH_SECONDS:
            teams = await self._listed(connection_id) or teams
            self._known[connection_id] = monotonic_seconds(), teams
        return teams

    async def _listed(self, connection_id: str) -> frozenset[str]:
        found: set[str] = set()
        cursor = ""
        try:
            workspace = await self._workspaces.ready(connection_id)
            for _ in range(_MAX_PAGES):
                page = await workspace.client.auth_teams_list(cursor=cursor or None)
                found |= {str(team["id"]) for team in page.get("teams") or [] if team.get("id")}
                cursor = (page.get("response_metadata") or {}).get("next_cursor") or ""
                if not cursor:
                    break
        except DeliveryFailedError as failure:
            log.warning("an organisation's workspaces could not be listed", code=failure.code)
        except Exception as error:  # noqa: BLE001  # failed_otherwise raises what is a defect
            code = failed_otherwise(error, connection_id).code
            log.warning("an organisation's workspaces could not be listed", code=code)
        return frozenset(found)
