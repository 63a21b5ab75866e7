"""Everything the one app is, or can be, installed in."""

from collections.abc import Iterator

from parley_sandbox import signed
from parley_sandbox.clock import Clock
from parley_sandbox.outbox import Outbox
from parley_sandbox.people import Members, People
from parley_sandbox.settings import Settings
from parley_sandbox.slack.grants import APP, BOT, REFRESH
from parley_sandbox.slack.places import FIRST, Place
from parley_sandbox.slack.sockets import Sockets
from parley_sandbox.slack.state import Workspace

_PREFIXES = (REFRESH, BOT)


class Workspaces:
    """The workspaces and organisations; the first is always there."""

    def __init__(self, settings: Settings, clock: Clock, people: People, outbox: Outbox) -> None:
        self._settings = settings
        self._clock = clock
        self._people = people
        self._outbox = outbox
        self._sockets = Sockets()
        self._by_key: dict[str, Workspace] = {}
        self.first = self._open(FIRST, people)

    def __iter__(self) -> Iterator[Workspace]:
        """Yield all, the first one first."""
        yield from self._by_key.values()

    def add(self, place: Place, emails: list[str], *, shares_ids: bool = False) -> Workspace:
        """Add a workspace of these people, or give back the one with that id.

        In another workspace a person is another Slack user, unless `shares_ids`.
        """
        if place.key not in self._by_key:
            seed = "" if shares_ids else place.key
            self._open(place, Members(self._people, emails, seed))
        return self._by_key[place.key]

    def _open(self, place: Place, people: People | Members) -> Workspace:
        workspace = Workspace(
            self._settings, self._clock, people, self._outbox, place, self._sockets
        )
        self._by_key[place.key] = workspace
        return workspace

    def find(self, key: str) -> Workspace | None:
        """Return the workspace with this team id, organisation id or name; the first for none."""
        if not key:
            return self.first
        named = (w for w in self if key in {w.place.key, w.place.name, *w.place.teams})
        return next(named, None)

    def of_token(self, token: str) -> Workspace:
        """Return where a token or refresh token belongs; the first for what is none."""
        secret = self._settings.slack_client_secret.get_secret_value()
        for prefix in _PREFIXES:
            if token.startswith(prefix) and not token.startswith(APP):
                claims = signed.read(prefix, secret, token) or {}
                return self._by_key.get(str(claims.get("place", "")), self.first)
        return self.first

    def of_code(self, code: str) -> Workspace:
        """Return where a temporary code was given out."""
        return next((w for w in self if code in w.grants.codes), self.first)

    def reset(self, *, authorizations: bool) -> None:
        """Empty the conversations, and end the installations if asked to."""
        for workspace in self:
            workspace.reset()
            if authorizations:
                workspace.grants.uninstall()
