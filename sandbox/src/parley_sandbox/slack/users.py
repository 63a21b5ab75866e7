"""users.*, auth.* and api.test: who is who."""

from typing import Any

from parley_sandbox.people import Person
from parley_sandbox.slack.args import Args
from parley_sandbox.slack.errors import SlackError
from parley_sandbox.slack.grants import Grant
from parley_sandbox.slack.places import APP_NAME
from parley_sandbox.slack.state import Workspace


def lookup_by_email(workspace: Workspace, args: Args) -> dict[str, Any]:
    """users.lookupByEmail."""
    person = workspace.people.by_email(args.required("email"))
    # Slack compares whole addresses: ann+x@… is not Ann's.
    if person is None or not person.slack_id or person.email != args.text("email").lower():
        raise SlackError("users_not_found")
    return {"user": user_wire(workspace, person)}


def info(workspace: Workspace, args: Args) -> dict[str, Any]:
    """users.info."""
    user_id = args.required("user")
    if user_id == workspace.grants.bot_user_id:
        return {"user": _bot_wire(workspace)}
    person = workspace.people.by_slack_id(user_id)
    if person is None:
        raise SlackError("user_not_found")
    return {"user": user_wire(workspace, person)}


def user_wire(workspace: Workspace, person: Person) -> dict[str, Any]:
    """Return a Slack user object; in an organisation it says to which workspaces they belong."""
    place = workspace.place
    membership = {"enterprise_id": place.enterprise_id, "teams": list(place.teams)}
    return {
        "id": person.slack_id,
        "team_id": place.home_team,
        "name": person.handle,
        "deleted": False,
        "real_name": person.name,
        "tz": "Etc/UTC",
        "tz_label": "Coordinated Universal Time",
        "tz_offset": 0,
        "profile": {
            "real_name": person.name,
            "display_name": person.handle,
            "email": person.email,
            "team": place.home_team,
        },
        "is_bot": False,
        "is_app_user": False,
        "is_restricted": False,
        "is_email_confirmed": True,
        **({"enterprise_user": membership} if place.is_organisation else {}),
    }


def _bot_wire(workspace: Workspace) -> dict[str, Any]:
    return {
        "id": workspace.grants.bot_user_id,
        "team_id": workspace.place.home_team,
        "name": APP_NAME,
        "deleted": False,
        "real_name": APP_NAME.title(),
        "profile": {"bot_id": workspace.grants.bot_id, "api_app_id": workspace.grants.app_id},
        "is_bot": True,
    }


def auth_test(workspace: Workspace, grant: Grant) -> dict[str, Any]:
    """auth.test: whose token this is."""
    grants = workspace.grants
    if grant.app_level:
        return {"app_name": APP_NAME, "app_id": grants.app_id}
    place = workspace.place
    return {
        "url": f"https://{place.domain}.slack.com/",
        "team": place.name,
        "user": APP_NAME,
        "team_id": place.key,
        "user_id": grants.bot_user_id,
        "bot_id": grants.bot_id,
        "is_enterprise_install": place.is_organisation,
        **({"enterprise_id": place.enterprise_id} if place.enterprise_id else {}),
    }


def teams_list(workspace: Workspace, _args: Args) -> dict[str, Any]:
    """auth.teams.list: the workspaces that the app may act in."""
    place = workspace.place
    names = {place.team_id: place.name} if place.team_id else dict.fromkeys(place.teams, place.name)
    return {"teams": [{"id": team_id, "name": name} for team_id, name in names.items()]}


def auth_revoke(workspace: Workspace, grant: Grant, args: Args) -> dict[str, Any]:
    """auth.revoke; `test` only says what would happen."""
    if args.flag("test"):
        return {"revoked": False}
    workspace.grants.revoke(grant.token)
    return {"revoked": True}


def team_info(workspace: Workspace, args: Args) -> dict[str, Any]:
    """team.info."""
    place = workspace.place
    if args.text("team") not in {"", place.team_id, *place.teams}:
        raise SlackError("team_not_found")
    return {"team": {"id": place.home_team, "name": place.name, "domain": place.domain}}


def api_test(args: Args) -> dict[str, Any]:
    """api.test: echoes its arguments, fails on demand."""
    if args.text("error"):
        raise SlackError(args.text("error"), args=args.values)
    return {"args": args.values}
