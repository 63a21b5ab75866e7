"""How messages look in answers and events."""

from typing import Any

from parley_sandbox.slack.places import APP_NAME
from parley_sandbox.slack.state import Conversation, Message, Workspace


def message_wire(
    workspace: Workspace, message: Message, *, include_metadata: bool = False
) -> dict[str, Any]:
    """Return the message object of `chat.postMessage` and of events."""
    wire: dict[str, Any] = {
        "type": "message",
        "user": message.user,
        "ts": message.ts,
        "text": message.text,
        "team": workspace.place.home_team,
    }
    optional = {
        "client_msg_id": message.client_msg_id,
        "blocks": message.blocks,
        "thread_ts": message.thread_ts,
        "metadata": message.metadata if include_metadata else None,
    }
    wire |= {name: value for name, value in optional.items() if value is not None}
    if message.bot_id:
        wire |= _bot_fields(workspace, message.bot_id)
    if message.edited_ts:
        wire["edited"] = {"user": message.user, "ts": message.edited_ts}
    return wire


def _bot_fields(workspace: Workspace, bot_id: str) -> dict[str, Any]:
    app_id, team_id = workspace.grants.app_id, workspace.place.home_team
    profile = {
        "id": bot_id,
        "app_id": app_id,
        "user_id": workspace.grants.bot_user_id,
        "name": APP_NAME,
        "deleted": False,
        "team_id": team_id,
    }
    return {"bot_id": bot_id, "app_id": app_id, "bot_profile": profile}


def history_wire(
    workspace: Workspace, conversation: Conversation, message: Message, *, include_metadata: bool
) -> dict[str, Any]:
    """Return a message as history shows it: a parent tells how many replies it has."""
    wire = message_wire(workspace, message, include_metadata=include_metadata)
    replies = conversation.replies.get(message.ts)
    if replies:
        wire |= {
            "thread_ts": message.ts,
            "reply_count": len(replies),
            "reply_users": sorted({m.user for m in replies}),
            "latest_reply": replies[-1].ts,
        }
    return wire
