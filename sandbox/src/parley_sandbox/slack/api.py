"""The Web API: which methods there are, who may call them, and how they answer."""

from collections.abc import Callable
from dataclasses import dataclass
from typing import Any
from uuid import uuid4

from parley_sandbox.faults import Fault
from parley_sandbox.gate import Call
from parley_sandbox.journal import Record
from parley_sandbox.slack import chat, conversations, oauth, response_url, users, views
from parley_sandbox.slack.args import JSON_TYPE, Args, read_args
from parley_sandbox.slack.errors import SlackError
from parley_sandbox.slack.grants import Grant
from parley_sandbox.slack.state import Workspace
from parley_sandbox.slack.workspaces import Workspaces
from parley_sandbox.wire import Reply, Request, json_reply

PREFIX = "/api/"
RESPONSE_PREFIX = "/slack/response/"
Handler = Callable[[Workspace, Args], dict[str, Any]]


@dataclass(frozen=True, slots=True)
class Method:
    """One method that a bot token may call; `writes` if people see its effect."""

    handler: Handler
    scope: str = ""
    writes: bool = False
    reads_json: bool = True


METHODS = {
    "chat.postMessage": Method(chat.post_message, "chat:write", writes=True),
    "chat.postEphemeral": Method(chat.post_ephemeral, "chat:write", writes=True),
    "chat.update": Method(chat.update, "chat:write", writes=True),
    "chat.delete": Method(chat.delete, "chat:write", writes=True),
    "conversations.open": Method(conversations.open_conversation, "im:write"),
    "conversations.info": Method(conversations.info, "im:read"),
    "conversations.history": Method(conversations.history, "im:history"),
    "conversations.replies": Method(conversations.replies, "im:history"),
    "users.info": Method(users.info, "users:read"),
    "users.lookupByEmail": Method(users.lookup_by_email, "users:read.email", reads_json=False),
    "team.info": Method(users.team_info, "team:read"),
    "auth.teams.list": Method(users.teams_list),
    "views.open": Method(views.open_view, writes=True),
    "views.push": Method(views.push_view, writes=True),
    "views.update": Method(views.update_view, writes=True),
    "views.publish": Method(views.publish_view, writes=True),
}
# These look at the token itself, or at none.
SPECIAL = {"api.test", "auth.test", "auth.revoke", "oauth.v2.access", "apps.connections.open"}


class SlackApi:
    """The provider behind `/api/<method>` and behind response URLs."""

    channel = "slack"

    def __init__(self, workspaces: Workspaces) -> None:
        self._workspaces = workspaces

    def identify(self, request: Request) -> Call | None:
        """Name the method of a path."""
        if request.path.startswith(RESPONSE_PREFIX):
            return Call("response_url", writes=True)
        # Parley's own API lives under /api/ too, but on another port.
        if not request.path.startswith(PREFIX):
            return None
        name = request.path.removeprefix(PREFIX)
        method = METHODS.get(name)
        return Call(name, writes=bool(method and method.writes))

    def answer(self, request: Request) -> tuple[Reply, Record]:
        """Answer one call; refusals are HTTP 200 with `ok: false`, as Slack's are."""
        if request.path.startswith(RESPONSE_PREFIX):
            key = request.path.removeprefix(RESPONSE_PREFIX)
            owners = (w for w in self._workspaces if key in w.response_urls)
            return response_url.answer(next(owners, self._workspaces.first), key, request)
        name = request.path.removeprefix(PREFIX)
        args, headers = Args({}), {"x-slack-req-id": uuid4().hex}
        try:
            args = read_args(request)
            body = {"ok": True, **self._dispatch(name, args, request, headers)}
        except SlackError as error:
            body = error.to_wire()
        _warn(body, request)
        record = Record(
            call=name,
            outcome="ok" if body["ok"] else body["error"],
            body={k: _decoded(args, k) for k in args.values},
            result={k: body[k] for k in ("channel", "ts", "message_ts", "error") if k in body},
        )
        return json_reply(body, headers=headers), record

    def _dispatch(
        self, name: str, args: Args, request: Request, headers: dict[str, str]
    ) -> dict[str, Any]:
        if name in SPECIAL:
            return self._special(name, args, request)
        method = METHODS.get(name)
        if method is None:
            raise SlackError("unknown_method", req_method=name)
        workspace, grant = self._grant(args, request)
        headers["x-oauth-scopes"] = ",".join(sorted(grant.scopes))
        headers["x-accepted-oauth-scopes"] = method.scope
        if grant.app_level:
            raise SlackError("not_allowed_token_type")
        if method.scope and method.scope not in grant.scopes:
            provided = ",".join(sorted(grant.scopes))
            raise SlackError("missing_scope", needed=method.scope, provided=provided)
        unread = request.content_type == JSON_TYPE and not method.reads_json
        return method.handler(workspace, Args({}) if unread else args)

    def _special(self, name: str, args: Args, request: Request) -> dict[str, Any]:
        if name == "api.test":
            return users.api_test(args)
        if name == "oauth.v2.access":
            return oauth.access(self._workspaces, args, request)
        workspace, grant = self._grant(args, request)
        if name == "auth.test":
            return users.auth_test(workspace, grant)
        if name == "auth.revoke":
            return users.auth_revoke(workspace, grant, args)
        return self._open_socket(grant)

    def _open_socket(self, grant: Grant) -> dict[str, Any]:
        if not grant.app_level:
            raise SlackError("not_allowed_token_type")
        first = self._workspaces.first
        base = first.settings.public_url.replace("http", "ws", 1)
        return {"url": f"{base}/slack/link/?ticket={first.sockets.new_ticket()}"}

    def _grant(self, args: Args, request: Request) -> tuple[Workspace, Grant]:
        token = request.bearer or args.text("token")
        if not token:
            raise SlackError("not_authed")
        workspace = self._workspaces.of_token(token)
        return workspace, workspace.grants.check(token)

    def refuse(self, fault: Fault, now: float) -> Reply:
        """Return 429 with Retry-After, or a 5xx."""
        del now
        if fault.kind == "rate_limit":
            wait = {"retry-after": str(max(1, round(fault.seconds)))}
            return json_reply({"ok": False, "error": "ratelimited"}, 429, wait)
        return json_reply({"ok": False, "error": "service_unavailable"}, fault.status)


def _decoded(args: Args, name: str) -> Any:
    """Return an argument for the journal; blocks and the like as JSON, not as text."""
    if name in {"blocks", "metadata", "view"}:
        try:
            return args.json(name, "")
        except SlackError:
            pass
    return args.values[name]


def _warn(body: dict[str, Any], request: Request) -> None:
    """Add Slack's warning about a JSON body that does not name its charset."""
    if request.content_type == JSON_TYPE and "charset" not in request.headers["content-type"]:
        body["warning"] = "missing_charset"
        metadata = body.setdefault("response_metadata", {})
        metadata["warnings"] = ["missing_charset"]
