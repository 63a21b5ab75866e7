"""Slack's browser pages and sockets, and the sandbox's Slack controls."""

from typing import Any

from starlette.requests import Request
from starlette.responses import JSONResponse, RedirectResponse, Response
from starlette.routing import BaseRoute, Route, WebSocketRoute
from starlette.websockets import WebSocket

from parley_sandbox.consent import Consent, consent_page, error_page, is_automatic
from parley_sandbox.forms import ControlError, json_body, text
from parley_sandbox.people import Person
from parley_sandbox.slack import chat, interactions, oauth
from parley_sandbox.slack.errors import SlackError
from parley_sandbox.slack.events import deliver, message_event
from parley_sandbox.slack.inputs import MissingInputError
from parley_sandbox.slack.options import Option, all_options, best_match, is_about
from parley_sandbox.slack.state import View, Workspace
from parley_sandbox.slack.views import open_modal


class SlackRoutes:
    """The routes around one workspace."""

    def __init__(self, workspace: Workspace) -> None:
        self._workspace = workspace

    def routes(self) -> list[BaseRoute]:
        """Return the routes."""
        return [
            Route("/oauth/v2/authorize", self.authorize, methods=["GET", "POST"]),
            WebSocketRoute("/slack/link/", self.link),
            Route("/slack/click", self.click, methods=["POST"]),
            Route("/slack/say", self.say, methods=["POST"]),
            Route("/slack/submit", self.submit, methods=["POST"]),
            Route("/slack/close", self.close, methods=["POST"]),
            Route("/slack/home", self.home, methods=["POST"]),
            Route("/slack/uninstall", self.uninstall, methods=["POST"]),
        ]

    async def authorize(self, request: Request) -> Response:
        """Show the consent page, or redirect at once for a script."""
        query = dict(request.query_params)
        try:
            scopes = oauth.check_authorize(self._workspace, query)
            form = dict(await request.form()) if request.method == "POST" else {}
            if form.get("decision") == "deny":
                return RedirectResponse(oauth.deny(self._workspace, query), status_code=302)
            if form or is_automatic(request):
                user_id = self._installer()
                target = oauth.approve(self._workspace, query, user_id)
                return RedirectResponse(target, status_code=302)
        except oauth.AuthorizeError as error:
            return error_page("Slack", str(error))
        return consent_page(Consent("Slack", "the Parley Sandbox workspace", scopes))

    async def link(self, socket: WebSocket) -> None:
        """Serve a Socket Mode connection."""
        await self._workspace.sockets.serve(socket, self._workspace.grants.app_id)

    async def click(self, request: Request) -> Response:
        """Press what `{request or ts, value or action_id, user?, inputs?}` describes."""
        body = await json_body(request)
        person = self._person(body)
        option = self._find(body, person)
        clicker = person or self._owner(option)
        done = await interactions.press(self._workspace, option, clicker, _inputs(body))
        return JSONResponse(done | {"clicked": option.to_wire()})

    def _find(self, body: dict[str, Any], person: Person | None) -> Option:
        """Return the option meant; raises ControlError with what there is instead."""
        about, ts = text(body, "request", required=False), text(body, "ts", required=False)
        if not about and not ts:
            raise ControlError(400, "need request (an id) or ts (of a message)")
        action_id, block_id = _exact(body, "action_id"), _exact(body, "block_id")
        value = text(body, "value", required=not action_id)
        everything = all_options(self._workspace, (person and person.slack_id) or "")
        near = [o for o in everything if (_is_at(o, ts) if ts else is_about(o, about))]
        exact = [o for o in near if o.is_named(action_id, block_id)]
        found = best_match(exact, value) if value else next(iter(exact), None)
        if found is None:
            shown = [option.to_wire() for option in (near or everything)[:50]]
            what = "nothing there has that value" if near else "no message with that reference"
            raise ControlError(409 if near else 404, what, available=shown)
        return found

    async def say(self, request: Request) -> Response:
        """Write to the bot as a person: `{user, text, thread_ts?}`."""
        body = await json_body(request)
        person, words = self._required_person(body), text(body, "text")
        thread_ts = text(body, "thread_ts", required=False)
        conversation, _ = self._workspace.open_dm(person)
        try:
            message = chat.say(self._workspace, conversation, words, thread_ts)
        except SlackError as error:
            raise ControlError(409, error.code) from None
        event = message_event(self._workspace, conversation, message)
        receipt = await deliver(self._workspace, event, "im:history")
        return JSONResponse(receipt.to_wire() | {"channel": conversation.id, "ts": message.ts})

    async def submit(self, request: Request) -> Response:
        """Submit a modal: `{view? or user?, inputs: {action id, block id or label: value}}`."""
        body = await json_body(request)
        view = self._view(body)
        person = self._workspace.people.by_slack_id(view.user_id)
        assert person  # a view belongs to a person
        try:
            done = await interactions.submit(self._workspace, view, person, _inputs(body))
        except MissingInputError as error:
            raise ControlError(422, str(error)) from None
        return JSONResponse(done)

    async def close(self, request: Request) -> Response:
        """Close a modal without submitting it."""
        view = self._view(await json_body(request))
        person = self._workspace.people.by_slack_id(view.user_id)
        assert person  # a view belongs to a person
        await interactions.close(self._workspace, view, person)
        return JSONResponse({"closed": view.id})

    async def home(self, request: Request) -> Response:
        """Open the App Home as a person."""
        person = self._required_person(await json_body(request))
        receipt = await interactions.open_home(self._workspace, person)
        return JSONResponse(receipt.to_wire())

    async def uninstall(self, _request: Request) -> Response:
        """Remove the app from the workspace."""
        return JSONResponse({"events": await interactions.uninstall(self._workspace)})

    def _required_person(self, body: dict[str, Any]) -> Person:
        person = self._workspace.people.on_slack(text(body, "user"))
        if person is None:
            raise ControlError(404, f"{body['user']} is no Slack user here; see GET /people")
        return person

    def _person(self, body: dict[str, Any]) -> Person | None:
        return self._required_person(body) if text(body, "user", required=False) else None

    def _owner(self, option: Option) -> Person:
        talk, view = option.conversation, option.view
        user_id = talk.user_id if talk else view.user_id if view else ""
        person = self._workspace.people.by_slack_id(user_id)
        if person is None:
            raise ControlError(409, "the person of that conversation is gone; name a user")
        return person

    def _view(self, body: dict[str, Any]) -> View:
        view_id = text(body, "view", required=False)
        if view_id:
            view = self._workspace.views.get(view_id)
        else:
            person = self._person(body)
            user_id = person.slack_id if person else None
            owners = [user_id] if user_id else [v.user_id for v in self._workspace.views.values()]
            view = open_modal(self._workspace, str(owners[-1])) if owners else None
        if view is None:
            raise ControlError(404, "no such modal is open")
        return view

    def _installer(self) -> str:
        return next(p.slack_id for p in self._workspace.people.all() if p.slack_id)


def _is_at(option: Option, ts: str) -> bool:
    """Whether an option is in the message with that `ts` or in the view with that id."""
    return ts in {option.message and option.message.ts, option.view and option.view.id}


def _exact(body: dict[str, Any], name: str) -> str:
    return text(body, name, required=False)


def _inputs(body: dict[str, Any]) -> dict[str, Any]:
    inputs = body.get("inputs", {})
    if not isinstance(inputs, dict):
        raise ControlError(400, "inputs must be an object")
    return inputs
