"""Installing the app: the consent step in a browser, and oauth.v2.access."""

import base64
import binascii
from typing import Any
from urllib.parse import urlencode

from parley_sandbox.slack.args import Args
from parley_sandbox.slack.errors import SlackError
from parley_sandbox.slack.grants import TOKEN_SECONDS
from parley_sandbox.slack.state import Workspace
from parley_sandbox.slack.workspaces import Workspaces
from parley_sandbox.wire import Request

_AREAS = {
    "app_mentions": "read",
    "assistant": "write",
    "bookmarks": "read write",
    "calls": "read write",
    "canvases": "read write",
    "channels": "history join manage read write.invites write.topic",
    "chat": "write write.customize write.public",
    "dnd": "read",
    "emoji": "read",
    "files": "read write",
    "groups": "history read write write.invites write.topic",
    "im": "history read write write.topic",
    "links": "read write embed:write",
    "lists": "read write",
    "metadata.message": "read",
    "mpim": "history read write write.topic",
    "pins": "read write",
    "reactions": "read write",
    "reminders": "read write",
    "remote_files": "read share write",
    "team": "read",
    "usergroups": "read write",
    "users": "read read.email write",
    "users.profile": "read",
}
KNOWN_SCOPES = {f"{area}:{verb}" for area, verbs in _AREAS.items() for verb in verbs.split()} | {
    "commands",
    "incoming-webhook",
}


class AuthorizeError(Exception):
    """The consent page cannot be shown; Slack shows an error page and does not redirect."""


def check_authorize(workspace: Workspace, query: dict[str, str]) -> tuple[str, ...]:
    """Return the scopes that a consent page would list; raises AuthorizeError."""
    settings = workspace.settings
    if query.get("client_id") != settings.slack_client_id:
        raise AuthorizeError("Invalid client_id parameter")
    if query.get("redirect_uri", settings.slack_callback) != settings.slack_callback:
        raise AuthorizeError("redirect_uri did not match any configured URIs")
    scopes = tuple(s for s in query.get("scope", "").replace(" ", ",").split(",") if s)
    unknown = [scope for scope in scopes if scope not in KNOWN_SCOPES]
    if unknown:
        raise AuthorizeError(f"Invalid permissions requested: {', '.join(unknown)}")
    if not scopes:
        raise AuthorizeError("Please add at least one feature or permission scope to install")
    return scopes


def approve(workspace: Workspace, query: dict[str, str], user_id: str) -> str:
    """Return where the browser goes after Allow."""
    scopes = check_authorize(workspace, query)
    target = query.get("redirect_uri") or workspace.settings.slack_callback
    # The exchange must name the redirect_uri exactly when the first step named it.
    code = workspace.grants.new_code(query.get("redirect_uri", ""), scopes, user_id)
    return f"{target}?{urlencode({'code': code, 'state': query.get('state', '')})}"


def deny(workspace: Workspace, query: dict[str, str]) -> str:
    """Return where the browser goes after Cancel."""
    check_authorize(workspace, query)
    answer = {"error": "access_denied", "state": query.get("state", "")}
    return f"{query.get('redirect_uri') or workspace.settings.slack_callback}?{urlencode(answer)}"


def access(workspaces: Workspaces, args: Args, request: Request) -> dict[str, Any]:
    """oauth.v2.access: a code or a refresh token for a bot token."""
    _check_client(workspaces.first, args, request)
    grant_type = args.text("grant_type") or "authorization_code"
    if grant_type == "refresh_token":
        old = args.required("refresh_token")
        workspace = workspaces.of_token(old)
        token, refresh, scopes = workspace.grants.rotate(old)
        user_id = ""
    elif grant_type == "authorization_code":
        workspace = workspaces.of_code(args.text("code"))
        code = workspace.grants.use_code(args.text("code"), args.text("redirect_uri"))
        token, refresh = workspace.grants.install(code.scopes)
        scopes, user_id = code.scopes, code.user_id
    else:
        raise SlackError("invalid_grant_type")
    return _access_wire(workspace, token, refresh, scopes, user_id)


def _access_wire(
    workspace: Workspace, token: str, refresh: str | None, scopes: tuple[str, ...], user_id: str
) -> dict[str, Any]:
    grants = workspace.grants
    rotation = {"expires_in": TOKEN_SECONDS, "refresh_token": refresh} if refresh else {}
    return {
        "app_id": grants.app_id,
        "authed_user": {"id": user_id} if user_id else {},
        "scope": ",".join(scopes),
        "token_type": "bot",
        "access_token": token,
        "bot_user_id": grants.bot_user_id,
        "team": workspace.place.team_wire(),
        "enterprise": workspace.place.enterprise_wire(),
        "is_enterprise_install": workspace.place.is_organisation,
        **rotation,
    }


def _check_client(workspace: Workspace, args: Args, request: Request) -> None:
    client_id, client_secret = _basic(request) or (
        args.text("client_id"),
        args.text("client_secret"),
    )
    if client_id != workspace.settings.slack_client_id:
        raise SlackError("invalid_client_id")
    if client_secret != workspace.settings.slack_client_secret.get_secret_value():
        raise SlackError("bad_client_secret")


def _basic(request: Request) -> tuple[str, str] | None:
    scheme, _, encoded = request.headers.get("authorization", "").partition(" ")
    if scheme.lower() != "basic":
        return None
    try:
        name, _, secret = base64.b64decode(encoded, validate=True).decode().partition(":")
    except (binascii.Error, UnicodeDecodeError):
        return None
    return name, secret
