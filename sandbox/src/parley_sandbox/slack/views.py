"""views.*: modals and the App Home."""

import secrets
from typing import Any

from parley_sandbox.ids import random_id
from parley_sandbox.slack.args import Args
from parley_sandbox.slack.block_limits import check_view
from parley_sandbox.slack.errors import SlackError, invalid
from parley_sandbox.slack.state import Trigger, View, Workspace

MAX_STACK = 3


def open_view(workspace: Workspace, args: Args) -> dict[str, Any]:
    """views.open: needs a fresh trigger of a person's gesture."""
    trigger = _use_trigger(workspace, args.required("trigger_id"))
    content = _content(args, "modal")
    return {"view": view_wire(workspace, _add(workspace, trigger, content, None))}


def push_view(workspace: Workspace, args: Args) -> dict[str, Any]:
    """views.push: one more modal over the open one, three at most."""
    trigger = _use_trigger(workspace, args.required("trigger_id"))
    parent = open_modal(workspace, trigger.user_id)
    if parent is None:
        raise SlackError("not_found")
    stack = [view for view in workspace.views.values() if view.user_id == trigger.user_id]
    if len(stack) >= MAX_STACK:
        raise SlackError("push_limit_reached")
    content = _content(args, "modal")
    return {"view": view_wire(workspace, _add(workspace, trigger, content, parent.id))}


def update_view(workspace: Workspace, args: Args) -> dict[str, Any]:
    """views.update: by id or external id; `hash` guards against a lost update."""
    view = _find(workspace, args)
    if args.text("hash") not in {"", view.hash}:
        raise SlackError("hash_conflict")
    replace_content(workspace, view, _content(args, view.content["type"]))
    return {"view": view_wire(workspace, view)}


def publish_view(workspace: Workspace, args: Args) -> dict[str, Any]:
    """views.publish: the App Home of one person."""
    person = workspace.people.by_slack_id(args.required("user_id"))
    if person is None:
        raise invalid("invalid_arguments", "invalid `user_id`")
    content = _content(args, "home")
    view = View(random_id("V"), person.slack_id or "", content, _hash(workspace))
    workspace.homes[view.user_id] = view
    return {"view": view_wire(workspace, view)}


def open_modal(workspace: Workspace, user_id: str) -> View | None:
    """Return the modal on top of a person's screen."""
    mine = [view for view in workspace.views.values() if view.user_id == user_id]
    return mine[-1] if mine else None


def replace_content(workspace: Workspace, view: View, content: dict[str, Any]) -> None:
    """Show something else in an open view."""
    view.content = content
    view.hash = _hash(workspace)


def push_content(workspace: Workspace, parent: View, content: dict[str, Any]) -> View:
    """Put another modal over `parent`, as a submission's answer may ask."""
    view = View(random_id("V"), parent.user_id, content, _hash(workspace), parent.id)
    workspace.views[view.id] = view
    return view


def view_wire(workspace: Workspace, view: View) -> dict[str, Any]:
    """Return the view object of answers and payloads."""
    content = view.content
    return {
        "id": view.id,
        "team_id": workspace.place.home_team,
        "app_id": workspace.grants.app_id,
        "app_installed_team_id": workspace.place.key,
        "bot_id": workspace.grants.bot_id,
        "private_metadata": "",
        "callback_id": "",
        "external_id": "",
        "state": {"values": {}},
        "hash": view.hash,
        "root_view_id": view.parent or view.id,
        "previous_view_id": view.parent,
        **content,
    }


def _content(args: Args, expected: str) -> dict[str, Any]:
    view = args.json("view", "invalid_arguments")
    if view is None:
        raise invalid("invalid_arguments", "missing required field: view")
    content = check_view(view)
    if content["type"] != expected:
        raise invalid("invalid_arguments", f"expected a {expected} view [json-pointer:/view/type]")
    return content


def _use_trigger(workspace: Workspace, trigger_id: str) -> Trigger:
    trigger = workspace.triggers.get(trigger_id)
    if trigger is None:
        raise SlackError("invalid_trigger_id")
    if trigger.is_used:
        raise SlackError("exchanged_trigger_id")
    if trigger.expires_at <= workspace.clock.now():
        raise SlackError("expired_trigger_id")
    trigger.is_used = True
    return trigger


def _add(
    workspace: Workspace, trigger: Trigger, content: dict[str, Any], parent: str | None
) -> View:
    view = View(random_id("V"), trigger.user_id, content, _hash(workspace), parent)
    workspace.views[view.id] = view
    trigger.opened = view.id
    return view


def _find(workspace: Workspace, args: Args) -> View:
    view_id, external_id = args.text("view_id"), args.text("external_id")
    everything = [*workspace.views.values(), *workspace.homes.values()]
    for view in everything:
        if view_id == view.id or (external_id and external_id == view.content.get("external_id")):
            return view
    raise SlackError("not_found")


def _hash(workspace: Workspace) -> str:
    workspace.revision += 1
    return f"{int(workspace.clock.now())}.{secrets.token_hex(4)}"
