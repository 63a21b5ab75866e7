"""Finds a person's direct messages: which workspace, which Slack user, which channel."""

from __future__ import annotations

from collections import OrderedDict
from dataclasses import dataclass

from parley.channel.v1 import outcome_pb2, recipient_pb2
from parley_kit.adapter.connections import CONNECTED, Account
from parley_kit.adapter.provider import DeliveryFailedError
from parley_kit.clock import monotonic_seconds
from parley_slack.workspaces.failures import PERMANENT, RECONNECT, failed_otherwise
from parley_slack.workspaces.installation import Workspace, unusable
from parley_slack.workspaces.teams import Teams, qualifiers
from parley_slack.workspaces.workspaces import Workspaces

CACHE_ENTRIES = 10_000
CACHE_SECONDS = 3_600.0
_Key = tuple[str, str, str, str]  # Slack user, e-mail, team, preferred connection
_NOT_HERE = {"user_not_found", "users_not_found", "user_not_visible"}


@dataclass(frozen=True)
class Place:
    """Where a person is reached."""

    workspace: Workspace
    slack_user_id: str
    channel: str


@dataclass(frozen=True)
class _Known:
    connection_id: str
    slack_user_id: str
    channel: str
    until: float


class People:
    """Places of people, with a bounded memory."""

    def __init__(self, workspaces: Workspaces, teams: Teams) -> None:
        self._workspaces = workspaces
        self._teams = teams
        self._known: OrderedDict[_Key, _Known] = OrderedDict()

    async def find(self, recipient: recipient_pb2.Recipient, connection_id: str = "") -> Place:
        """The place of a recipient; the given connection is tried first.

        Raises:
            DeliveryFailedError: Nobody by this address, or no workspace could be asked.
        """
        key = *_key(recipient), connection_id
        if known := await self._remembered(key):
            return known
        place = await self._search(recipient, connection_id)
        self._remember(key, place)
        self._remember((*_key(recipient), place.workspace.connection_id), place)
        return place

    async def _remembered(self, key: _Key) -> Place | None:
        """Where the person was found lately; None where that workspace is not usable any more."""
        known = self._known.get(key)
        if known is None or known.until <= monotonic_seconds():
            return None
        try:
            workspace = await self._workspaces.ready(known.connection_id)
        except DeliveryFailedError as failure:
            if failure.failure_class != RECONNECT:
                raise
            del self._known[key]  # they may be in another one as well
            return None
        return Place(workspace, known.slack_user_id, known.channel)

    def forget(self, recipient: recipient_pb2.Recipient) -> None:
        """Asks Slack anew at the next use."""
        key = _key(recipient)
        for known in [known for known in self._known if known[:3] == key]:
            del self._known[known]

    def _remember(self, key: _Key, place: Place) -> None:
        until = monotonic_seconds() + CACHE_SECONDS
        connection_id = place.workspace.connection_id
        self._known[key] = _Known(connection_id, place.slack_user_id, place.channel, until)
        self._known.move_to_end(key)
        while len(self._known) > CACHE_ENTRIES:
            self._known.popitem(last=False)

    async def _search(self, recipient: recipient_pb2.Recipient, preferred: str) -> Place:
        user_id, email, team_id = _key(recipient)
        if not user_id and not email:
            raise DeliveryFailedError(
                PERMANENT, "no_address", "This person has neither a Slack user id nor an e-mail."
            )
        refusal: DeliveryFailedError | None = None
        for account in await self._candidates(team_id, preferred):
            try:
                return await self._look_in(account, user_id, email)
            except DeliveryFailedError as failure:
                if account.connection_id == preferred and failure.code not in _NOT_HERE:
                    raise  # the conversation is there; it does not move for a passing trouble
                refusal = _weightier(refusal, failure)
        raise refusal or _not_connected(team_id)

    async def _candidates(self, team_id: str, preferred: str) -> list[Account]:
        accounts = [
            account
            for account in await self._workspaces.accounts()
            if not team_id or await self._teams.covers(account, team_id)
        ]
        usable = [account for account in accounts if account.status == CONNECTED]
        if accounts and not usable:
            raise unusable(accounts[0])
        return sorted(
            usable, key=lambda a: (a.connection_id != preferred, team_id not in qualifiers(a))
        )

    async def _look_in(self, account: Account, user_id: str, email: str) -> Place:
        workspace = await self._workspaces.ready(account.connection_id)
        try:
            if not user_id:
                found = await workspace.client.users_lookupByEmail(email=email)
                user_id = str(found["user"]["id"])
            opened = await workspace.client.conversations_open(users=user_id)
            return Place(workspace, user_id, str(opened["channel"]["id"]))
        except Exception as error:
            failure = failed_otherwise(error, workspace.connection_id)
            raise await self._workspaces.noted(failure, workspace) from error


def _key(recipient: recipient_pb2.Recipient) -> tuple[str, str, str]:
    addresses = recipient.addresses
    user_id = addresses.get("slack_user_id", "").strip()
    email = "" if user_id else addresses.get("email", "").strip().lower()
    return user_id, email, addresses.get("slack_team_id", "").strip()


def _weightier(known: DeliveryFailedError | None, new: DeliveryFailedError) -> DeliveryFailedError:
    """A workspace that could not be asked outweighs one that does not know the person."""
    return new if known is None or known.code in _NOT_HERE else known


def _not_connected(team_id: str) -> DeliveryFailedError:
    which = f"The workspace {team_id}" if team_id else "No Slack workspace"
    verb = "is not connected" if team_id else "is connected"
    return DeliveryFailedError(
        outcome_pb2.FAILURE_CLASS_RECONNECT,
        "not_connected",
        f"{which} {verb}; open /api/channels/slack/auth to connect one.",
    )
