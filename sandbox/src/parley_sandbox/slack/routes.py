"""Slack's own pages and sockets: what a browser and Socket Mode see."""

from starlette.requests import Request
from starlette.responses import RedirectResponse, Response
from starlette.routing import BaseRoute, Route, WebSocketRoute
from starlette.websockets import WebSocket

from parley_sandbox.consent import Consent, consent_page, error_page, is_automatic
from parley_sandbox.slack import oauth
from parley_sandbox.slack.state import Workspace
from parley_sandbox.slack.workspaces import Workspaces


class SlackRoutes:
    """The routes that the real Slack has as well."""

    def __init__(self, workspaces: Workspaces) -> None:
        self._workspaces = workspaces

    def routes(self) -> list[BaseRoute]:
        """Return the routes."""
        return [
            Route("/oauth/v2/authorize", self.authorize, methods=["GET", "POST"]),
            WebSocketRoute("/slack/link/", self.link),
        ]

    async def authorize(self, request: Request) -> Response:
        """Show the consent page, or redirect at once for a script; `team` says for where."""
        query = dict(request.query_params)
        form = dict(await request.form()) if request.method == "POST" else {}
        try:
            workspace = self._chosen(str(form.get("account") or query.get("team", "")))
            scopes = oauth.check_authorize(workspace, query)
            if form.get("decision") == "deny":
                return RedirectResponse(oauth.deny(workspace, query), status_code=302)
            if form or is_automatic(request):
                target = oauth.approve(workspace, query, _installer(workspace))
                return RedirectResponse(target, status_code=302)
        except oauth.AuthorizeError as error:
            return error_page("Slack", str(error))
        names = tuple(each.place.name for each in self._workspaces)
        accounts = names if len(names) > 1 else ()
        place = f"the {workspace.place.name} workspace"
        return consent_page(Consent("Slack", place, scopes, accounts, workspace.place.name))

    def _chosen(self, key: str) -> Workspace:
        workspace = self._workspaces.find(key)
        if workspace is None:
            raise oauth.AuthorizeError("You are not signed in to that workspace")
        return workspace

    async def link(self, socket: WebSocket) -> None:
        """Serve a Socket Mode connection."""
        first = self._workspaces.first
        await first.sockets.serve(socket, first.grants.app_id)


def _installer(workspace: Workspace) -> str:
    return next((p.slack_id for p in workspace.people.all() if p.slack_id), "")
