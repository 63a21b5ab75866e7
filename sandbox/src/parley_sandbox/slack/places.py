"""What the one Slack app can be installed in: workspaces, and whole organisations."""

from dataclasses import dataclass

from parley_sandbox.ids import stable_id

APP_NAME = "parley"


@dataclass(frozen=True, slots=True)
class Place:
    """A workspace, or an organisation with the workspaces in `teams`.

    An organisation has no team id of its own: the app acts in all of its workspaces at once.
    """

    name: str
    domain: str
    team_id: str
    enterprise_id: str = ""
    teams: tuple[str, ...] = ()

    @property
    def is_organisation(self) -> bool:
        """Whether the app is installed in all of an organisation."""
        return not self.team_id

    @property
    def key(self) -> str:
        """What installations are told apart by."""
        return self.team_id or self.enterprise_id

    @property
    def home_team(self) -> str:
        """The workspace that people here act from."""
        return self.team_id or self.teams[0]

    def team_wire(self) -> dict[str, str] | None:
        """Return the `team` of an installation, which an organisation has not."""
        return {"id": self.team_id, "name": self.name} if self.team_id else None

    def enterprise_wire(self) -> dict[str, str] | None:
        """Return the `enterprise` of installations and payloads."""
        return {"id": self.enterprise_id, "name": self.name} if self.enterprise_id else None


FIRST = Place("Parley Sandbox", "parley-sandbox", stable_id("T0", "sandbox-team"))


def new_workspace(name: str) -> Place:
    """Return one more workspace; its ids follow from its name."""
    return Place(name, _domain(name), stable_id("T0", name))


def new_organisation(name: str, workspaces: int) -> Place:
    """Return an organisation with so many workspaces."""
    teams = tuple(stable_id("T0", f"{name}/{number}") for number in range(workspaces))
    return Place(name, _domain(name), "", stable_id("E0", name), teams)


def _domain(name: str) -> str:
    return "-".join("".join(c if c.isalnum() else " " for c in name.lower()).split())
