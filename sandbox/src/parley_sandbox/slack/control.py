"""The sandbox's Slack controls: what people do, and which workspaces there are."""

from typing import Any

from starlette.requests import Request
from starlette.responses import JSONResponse, Response
from starlette.routing import BaseRoute, Route

from parley_sandbox.forms import ControlError, json_body, text
from parley_sandbox.people import Person
from parley_sandbox.slack import chat, interactions
from parley_sandbox.slack.errors import SlackError
from parley_sandbox.slack.events import deliver, message_event
from parley_sandbox.slack.inputs import MissingInputError
from parley_sandbox.slack.options import Option, all_options, best_match, is_about
from parley_sandbox.slack.places import new_organisation, new_workspace
from parley_sandbox.slack.state import View, Workspace
from parley_sandbox.slack.views import open_modal
from parley_sandbox.slack.workspaces import Workspaces

Body = dict[str, Any]
MAX_ORGANISATION = 20


class SlackControl:
    """Gestures in any workspace; `team` in a body names one, else the first is meant."""

    def __init__(self, workspaces: Workspaces) -> None:
        self._workspaces = workspaces

    def routes(self) -> list[BaseRoute]:
        """Return the routes."""
        return [
            Route("/slack/workspaces", self.add, methods=["POST"]),
            Route("/slack/click", self.click, methods=["POST"]),
            Route("/slack/say", self.say, methods=["POST"]),
            Route("/slack/submit", self.submit, methods=["POST"]),
            Route("/slack/close", self.close, methods=["POST"]),
            Route("/slack/home", self.home, methods=["POST"]),
            Route("/slack/uninstall", self.uninstall, methods=["POST"]),
        ]

    async def add(self, request: Request) -> Response:
        """Add one: `{name, people: [emails], organisation?: count of workspaces, shares_ids?}`."""
        body = await json_body(request)
        name, count = text(body, "name"), body.get("organisation", 0)
        if (
            isinstance(count, bool)
            or not isinstance(count, int)
            or not 0 <= count < MAX_ORGANISATION
        ):
            raise ControlError(400, f"organisation must be a number below {MAX_ORGANISATION}")
        place = new_organisation(name, count) if count else new_workspace(name)
        shares = body.get("shares_ids") is True
        workspace = self._workspaces.add(place, _emails(body), shares_ids=shares)
        users = {person.email: person.slack_id for person in workspace.people.all()}
        wire = {"team_id": place.team_id, "enterprise_id": place.enterprise_id}
        return JSONResponse(wire | {"teams": list(place.teams), "users": users}, status_code=201)

    async def click(self, request: Request) -> Response:
        """Press what `{request or ts, value or action_id, user?, inputs?, team?}` describes."""
        body = await json_body(request)
        about, ts = text(body, "request", required=False), text(body, "ts", required=False)
        if not about and not ts:
            raise ControlError(400, "need request (an id) or ts (of a message)")
        workspace = self._workspace(body) if "team" in body else self._where(about, ts)
        person = self._person(workspace, body)
        option = _find(workspace, body, about, ts, person)
        clicker = person or _owner(workspace, option)
        done = await interactions.press(workspace, option, clicker, _inputs(body))
        return JSONResponse(done | {"clicked": option.to_wire()})

    def _where(self, about: str, ts: str) -> Workspace:
        """Return the workspace in which something can be pressed about this."""
        for workspace in self._workspaces:
            options = all_options(workspace, "")
            if any(_is_at(o, ts) if ts else is_about(o, about) for o in options):
                return workspace
        return self._workspaces.first

    async def say(self, request: Request) -> Response:
        """Write to the bot as a person: `{user, text, thread_ts?, team?}`."""
        body = await json_body(request)
        workspace = self._workspace(body)
        person, words = _required_person(workspace, body), text(body, "text")
        thread_ts = text(body, "thread_ts", required=False)
        conversation, _ = workspace.open_dm(person)
        try:
            message = chat.say(workspace, conversation, words, thread_ts)
        except SlackError as error:
            raise ControlError(409, error.code) from None
        event = message_event(workspace, conversation, message)
        receipt = await deliver(workspace, event, "im:history")
        return JSONResponse(receipt.to_wire() | {"channel": conversation.id, "ts": message.ts})

    async def submit(self, request: Request) -> Response:
        """Submit a modal: `{view? or user?, inputs: {action id, block id or label: value}}`."""
        body = await json_body(request)
        workspace, view, person = self._view(body)
        try:
            done = await interactions.submit(workspace, view, person, _inputs(body))
        except MissingInputError as error:
            raise ControlError(422, str(error)) from None
        return JSONResponse(done)

    async def close(self, request: Request) -> Response:
        """Close a modal without submitting it."""
        workspace, view, person = self._view(await json_body(request))
        await interactions.close(workspace, view, person)
        return JSONResponse({"closed": view.id})

    async def home(self, request: Request) -> Response:
        """Open the App Home as a person: `{user, team?}`."""
        body = await json_body(request)
        workspace = self._workspace(body)
        receipt = await interactions.open_home(workspace, _required_person(workspace, body))
        return JSONResponse(receipt.to_wire())

    async def uninstall(self, request: Request) -> Response:
        """Remove the app from a workspace: `{team?}`."""
        workspace = self._workspace(await json_body(request))
        return JSONResponse({"events": await interactions.uninstall(workspace)})

    def _workspace(self, body: Body) -> Workspace:
        workspace = self._workspaces.find(text(body, "team", required=False))
        if workspace is None:
            raise ControlError(404, f"there is no workspace {body['team']}")
        return workspace

    def _person(self, workspace: Workspace, body: Body) -> Person | None:
        named = text(body, "user", required=False)
        return _required_person(workspace, body) if named else None

    def _view(self, body: Body) -> tuple[Workspace, View, Person]:
        """Return the open modal that is meant: by its id, by its person, or the newest."""
        view_id = text(body, "view", required=False)
        for workspace in self._workspaces:
            view = workspace.views.get(view_id) if view_id else self._open_in(workspace, body)
            person = workspace.people.by_slack_id(view.user_id) if view else None
            if view and person:
                return workspace, view, person
        raise ControlError(404, "no such modal is open")

    def _open_in(self, workspace: Workspace, body: Body) -> View | None:
        named = text(body, "user", required=False)
        person = workspace.people.on_slack(named) if named else None
        if named:
            return open_modal(workspace, person.slack_id or "") if person else None
        return next(reversed(workspace.views.values()), None)


def _find(workspace: Workspace, body: Body, about: str, ts: str, person: Person | None) -> Option:
    """Return the option meant; raises ControlError with what there is instead."""
    action_id, block_id = _exact(body, "action_id"), _exact(body, "block_id")
    value = text(body, "value", required=not action_id)
    everything = all_options(workspace, (person and person.slack_id) or "")
    near = [o for o in everything if (_is_at(o, ts) if ts else is_about(o, about))]
    exact = [o for o in near if o.is_named(action_id, block_id)]
    found = best_match(exact, value) if value else next(iter(exact), None)
    if found is None:
        shown = [option.to_wire() for option in (near or everything)[:50]]
        what = "nothing there has that value" if near else "no message with that reference"
        raise ControlError(409 if near else 404, what, available=shown)
    return found


def _required_person(workspace: Workspace, body: Body) -> Person:
    person = workspace.people.on_slack(text(body, "user"))
    if person is None:
        raise ControlError(404, f"{body['user']} is no Slack user here; see GET /people")
    return person


def _owner(workspace: Workspace, option: Option) -> Person:
    talk, view = option.conversation, option.view
    user_id = talk.user_id if talk else view.user_id if view else ""
    person = workspace.people.by_slack_id(user_id)
    if person is None:
        raise ControlError(409, "the person of that conversation is gone; name a user")
    return person


def _is_at(option: Option, ts: str) -> bool:
    """Whether an option is in the message with that `ts` or in the view with that id."""
    return ts in {option.message and option.message.ts, option.view and option.view.id}


def _exact(body: Body, name: str) -> str:
    return text(body, name, required=False)


def _inputs(body: Body) -> dict[str, Any]:
    inputs = body.get("inputs", {})
    if not isinstance(inputs, dict):
        raise ControlError(400, "inputs must be an object")
    return inputs


def _emails(body: Body) -> list[str]:
    emails = body.get("people", [])
    if not isinstance(emails, list) or not all(isinstance(email, str) for email in emails):
        raise ControlError(400, "people must be a list of e-mail addresses")
    return emails
