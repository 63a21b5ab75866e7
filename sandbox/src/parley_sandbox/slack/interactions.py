"""Gestures: a pressed button, a submitted modal, an opened home; signed and posted."""

import json
from typing import Any
from urllib.parse import urlencode

from parley_sandbox.outbox import Receipt
from parley_sandbox.people import Person
from parley_sandbox.slack.block_limits import check_view
from parley_sandbox.slack.errors import SlackError
from parley_sandbox.slack.events import TIMEOUT_SECONDS, deliver, send_event, signed_headers
from parley_sandbox.slack.inputs import state_values
from parley_sandbox.slack.message_wire import message_wire
from parley_sandbox.slack.options import Option
from parley_sandbox.slack.state import View, Workspace
from parley_sandbox.slack.views import push_content, replace_content, view_wire

INTERACTIONS_PATH = "/api/channels/slack/interactions"
FORM = "application/x-www-form-urlencoded"
Payload = dict[str, Any]


async def press(
    workspace: Workspace, option: Option, person: Person, inputs: dict[str, Any]
) -> Payload:
    """Press a button or pick an option; returns the receiver's answer and an opened view."""
    trigger_id = workspace.new_trigger(person.slack_id or "")
    payload = _base(workspace, "block_actions", person) | {
        "trigger_id": trigger_id,
        "actions": [_action(option, workspace.next_ts())],
    }
    payload |= _place(workspace, option, inputs)
    receipt = await _post(workspace, payload)
    return receipt.to_wire() | {"view": workspace.triggers[trigger_id].opened}


async def submit(
    workspace: Workspace, view: View, person: Person, inputs: dict[str, Any]
) -> Payload:
    """Submit a modal and do what the answer says; raises MissingInputError."""
    values = state_values(view.content["blocks"], inputs, is_submission=True)
    wire = view_wire(workspace, view) | {"state": {"values": values}}
    trigger_id = workspace.new_trigger(person.slack_id or "")
    payload = _base(workspace, "view_submission", person) | {
        "trigger_id": trigger_id,
        "view": wire,
        "response_urls": [],
    }
    receipt = await _post(workspace, payload)
    errors = _follow(workspace, view, receipt) if receipt.is_success else {}
    is_open = view.id in workspace.views
    return receipt.to_wire() | {"view": view.id if is_open else None, "errors": errors}


async def close(workspace: Workspace, view: View, person: Person) -> None:
    """Close a modal; the app hears of it only if it asked to."""
    workspace.views.pop(view.id, None)
    workspace.revision += 1
    if view.content.get("notify_on_close"):
        payload = _base(workspace, "view_closed", person)
        wire = {"view": view_wire(workspace, view), "is_cleared": False}
        await _post(workspace, payload | wire)


async def open_home(workspace: Workspace, person: Person) -> Receipt:
    """Open the App Home tab, which sends `app_home_opened`."""
    home = workspace.homes.get(person.slack_id or "")
    event = {
        "type": "app_home_opened",
        "user": person.slack_id,
        "channel": workspace.open_dm(person)[0].id,
        "tab": "home",
        "event_ts": workspace.next_ts(),
    }
    return await deliver(workspace, event | ({"view": view_wire(workspace, home)} if home else {}))


async def uninstall(workspace: Workspace) -> list[Payload]:
    """Remove the app: its tokens die and two events say so, in no promised order."""
    bot = workspace.grants.bot_user_id
    revoked = {"type": "tokens_revoked", "tokens": {"oauth": [], "bot": [bot]}}
    ts = workspace.next_ts()
    if not workspace.grants.is_installed:
        return []
    workspace.grants.uninstall()
    receipts = [
        await send_event(workspace, revoked | {"event_ts": ts}),
        await send_event(workspace, {"type": "app_uninstalled", "event_ts": ts}),
    ]
    return [receipt.to_wire() for receipt in receipts]


def _base(workspace: Workspace, kind: str, person: Person) -> Payload:
    grants, place = workspace.grants, workspace.place
    return {
        "type": kind,
        # An installation in a whole organisation names no team here.
        "team": {"id": place.team_id, "domain": place.domain} if place.team_id else None,
        "user": {
            "id": person.slack_id,
            "username": person.handle,
            "name": person.handle,
            "team_id": place.home_team,
        },
        "api_app_id": grants.app_id,
        "token": "sandbox-verification",
        "enterprise": place.enterprise_wire(),
        "is_enterprise_install": place.is_organisation,
    }


def _action(option: Option, action_ts: str) -> Payload:
    element = option.element
    action = {
        "type": element["type"],
        "action_id": element["action_id"],
        "block_id": option.block["block_id"],
        "action_ts": action_ts,
    }
    if option.choice is not None:
        return action | {"selected_option": option.choice}
    shown = {name: element[name] for name in ("text", "value", "style", "url") if name in element}
    return action | shown


def _place(workspace: Workspace, option: Option, inputs: dict[str, Any]) -> Payload:
    """Return where the gesture happened: a message with its response URL, or a view."""
    if option.view is not None:
        blocks = option.view.content["blocks"]
        state = {"values": state_values(blocks, inputs, is_submission=False)}
        wire = view_wire(workspace, option.view) | {"state": state}
        return {"container": {"type": "view", "view_id": option.view.id}, "view": wire}
    assert option.message  # an option is in a view or in a message
    assert option.conversation
    message, conversation = option.message, option.conversation
    container = {
        "type": "message",
        "message_ts": message.ts,
        "channel_id": conversation.id,
        "is_ephemeral": message.is_ephemeral,
    }
    values = state_values(message.blocks or [], inputs, is_submission=False)
    return {
        "container": container | ({"thread_ts": message.thread_ts} if message.thread_ts else {}),
        "channel": {"id": conversation.id, "name": "directmessage"},
        "message": message_wire(workspace, message),
        "state": {"values": values},
        "response_url": workspace.new_response_url(
            conversation.id, message.ts, conversation.user_id
        ),
    }


async def _post(workspace: Workspace, payload: Payload) -> Receipt:
    """Post an interaction once; Slack promises no retries."""
    if not workspace.grants.is_installed:
        return Receipt(None, "", "app_not_installed", {})
    if workspace.sockets.is_connected:
        return await workspace.sockets.send("interactive", payload)
    body = urlencode({"payload": json.dumps(payload, separators=(",", ":"))}).encode()
    url = workspace.settings.deliver_url + INTERACTIONS_PATH
    headers = signed_headers(workspace, body, FORM)
    return await workspace.outbox.post(url, body, headers, timeout_seconds=TIMEOUT_SECONDS)


def _follow(workspace: Workspace, view: View, receipt: Receipt) -> dict[str, str]:
    """Do what the answer to a submission says; returns the errors it shows at the fields."""
    answer = _read_answer(receipt.body)
    action = answer.get("response_action")
    workspace.revision += 1
    if action == "errors":
        return {str(k): str(v) for k, v in answer.get("errors", {}).items()}
    try:
        if action == "update":
            replace_content(workspace, view, check_view(answer.get("view")))
            return {}
        if action == "push":
            push_content(workspace, view, check_view(answer.get("view")))
            return {}
    except SlackError as error:
        return {"": f"Slack refuses the view: {error.extra}"}
    _dismiss(workspace, view, everything=action == "clear")
    return {}


def _read_answer(body: str) -> dict[str, Any]:
    try:
        answer = json.loads(body or "{}")
    except ValueError:
        return {}
    return answer if isinstance(answer, dict) else {}


def _dismiss(workspace: Workspace, view: View, *, everything: bool) -> None:
    gone = [v.id for v in workspace.views.values() if v.user_id == view.user_id]
    for view_id in gone if everything else [view.id]:
        workspace.views.pop(view_id, None)
