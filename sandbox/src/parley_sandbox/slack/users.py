"""users.*, auth.* and api.test: who is who."""

from typing import Any

from parley_sandbox.people import Person
from parley_sandbox.slack.args import Args
from parley_sandbox.slack.errors import SlackError
from parley_sandbox.slack.grants import Grant
from parley_sandbox.slack.state import BOT_NAME, TEAM_DOMAIN, TEAM_NAME, Workspace


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
    """Return a Slack user object."""
    return {
        "id": person.slack_id,
        "team_id": workspace.grants.team_id,
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
            "team": workspace.grants.team_id,
        },
        "is_bot": False,
        "is_app_user": False,
        "is_restricted": False,
    }


def _bot_wire(workspace: Workspace) -> dict[str, Any]:
    return {
        "id": workspace.grants.bot_user_id,
        "team_id": workspace.grants.team_id,
        "name": BOT_NAME,
        "deleted": False,
        "real_name": BOT_NAME.title(),
        "profile": {"bot_id": workspace.grants.bot_id, "api_app_id": workspace.grants.app_id},
        "is_bot": True,
    }


def auth_test(workspace: Workspace, grant: Grant) -> dict[str, Any]:
    """auth.test: whose token this is."""
    grants = workspace.grants
    if grant.app_level:
        return {"app_name": BOT_NAME, "app_id": grants.app_id}
    return {
        "url": f"https://{TEAM_DOMAIN}.slack.com/",
        "team": TEAM_NAME,
        "user": BOT_NAME,
        "team_id": grants.team_id,
        "user_id": grants.bot_user_id,
        "bot_id": grants.bot_id,
        "is_enterprise_install": False,
    }


def auth_revoke(workspace: Workspace, grant: Grant, args: Args) -> dict[str, Any]:
    """auth.revoke; `test` only says what would happen."""
    if args.flag("test"):
        return {"revoked": False}
    workspace.grants.revoke(grant.token)
    return {"revoked": True}


def team_info(workspace: Workspace, args: Args) -> dict[str, Any]:
    """team.info."""
    if args.text("team") not in {"", workspace.grants.team_id}:
        raise SlackError("team_not_found")
    team = {"id": workspace.grants.team_id, "name": TEAM_NAME, "domain": TEAM_DOMAIN}
    return {"team": team}


def api_test(args: Args) -> dict[str, Any]:
    """api.test: echoes its arguments, fails on demand."""
    if args.text("error"):
        raise SlackError(args.text("error"), args=args.values)
    return {"args": args.values}
