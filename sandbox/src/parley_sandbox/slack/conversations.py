"""conversations.*: opening a direct message and reading it."""

import base64
from typing import Any

from parley_sandbox.slack.args import Args
from parley_sandbox.slack.errors import SlackError
from parley_sandbox.slack.message_wire import history_wire, is_reply_to
from parley_sandbox.slack.state import Conversation, Message, Workspace

MAX_PAGE = 999


def open_conversation(workspace: Workspace, args: Args) -> dict[str, Any]:
    """conversations.open for one person; repeated calls return the same channel."""
    if args.text("channel"):
        conversation = workspace.conversation(args.text("channel"))
        return {"no_op": True, "already_open": True, "channel": {"id": conversation.id}}
    users = [user for user in args.required("users").split(",") if user]
    if len(users) != 1:
        raise SlackError("missing_scope", needed="mpim:write")
    if users[0] == workspace.grants.bot_user_id:
        raise SlackError("cannot_dm_bot")
    person = workspace.people.by_slack_id(users[0])
    if person is None:
        raise SlackError("user_not_found")
    conversation, known = workspace.open_dm(person)
    channel = info_wire(conversation) if args.flag("return_im") else {"id": conversation.id}
    return {"channel": channel} | ({"no_op": True, "already_open": True} if known else {})


def info(workspace: Workspace, args: Args) -> dict[str, Any]:
    """conversations.info."""
    return {"channel": info_wire(workspace.conversation(args.required("channel")))}


def info_wire(conversation: Conversation) -> dict[str, Any]:
    """Return a direct message channel object."""
    return {
        "id": conversation.id,
        "user": conversation.user_id,
        "is_im": True,
        "is_open": True,
        "is_archived": False,
        "is_org_shared": False,
        "is_user_deleted": False,
        "created": 1_767_225_600,
    }


def history(workspace: Workspace, args: Args) -> dict[str, Any]:
    """conversations.history: newest first, replies left out."""
    conversation = workspace.conversation(args.required("channel"))
    shown = [m for m in conversation.messages.values() if not m.is_ephemeral]
    top = [m for m in shown if m.thread_ts in {None, m.ts}]
    return _page(workspace, conversation, list(reversed(top)), args)


def replies(workspace: Workspace, args: Args) -> dict[str, Any]:
    """conversations.replies: the parent and then its replies, oldest first."""
    conversation = workspace.conversation(args.required("channel"))
    parent = conversation.messages.get(args.required("ts"))
    if parent is None or parent.is_ephemeral:
        raise SlackError("thread_not_found")
    thread = [m for m in conversation.messages.values() if is_reply_to(m, parent.ts)]
    return _page(workspace, conversation, [parent, *thread], args)


def _page(
    workspace: Workspace, conversation: Conversation, messages: list[Message], args: Args
) -> dict[str, Any]:
    limit = args.integer("limit", 100, 1, MAX_PAGE)
    start = _read_cursor(args.text("cursor"))
    within = [m for m in messages if _is_between(m.ts, args)]
    page, has_more = within[start : start + limit], len(within) > start + limit
    metadata = args.flag("include_all_metadata")
    answer = {
        "messages": [
            history_wire(workspace, conversation, m, include_metadata=metadata) for m in page
        ],
        "has_more": has_more,
        "pin_count": 0,
    }
    cursor = {"response_metadata": {"next_cursor": _cursor(start + limit)}}
    return answer | (cursor if has_more else {})


def _is_between(ts: str, args: Args) -> bool:
    oldest, latest = _moment(args.text("oldest")), _moment(args.text("latest"))
    moment = _moment(ts) or 0
    if args.flag("inclusive"):
        return (oldest is None or moment >= oldest) and (latest is None or moment <= latest)
    return (oldest is None or moment > oldest) and (latest is None or moment < latest)


def _moment(ts: str) -> int | None:
    """Return microseconds; floats would merge neighbouring timestamps."""
    if not ts:
        return None
    seconds, _, fraction = ts.partition(".")
    if not (seconds + fraction).isdecimal():
        raise SlackError("invalid_ts_latest")
    return int(seconds) * 1_000_000 + int(fraction[:6].ljust(6, "0"))


def _cursor(start: int) -> str:
    return base64.b64encode(f"next_ts:{start}".encode()).decode()


def _read_cursor(cursor: str) -> int:
    if not cursor:
        return 0
    try:
        label, _, start = base64.b64decode(cursor, validate=True).decode().partition(":")
        if label == "next_ts":
            return int(start)
    except ValueError:
        pass
    raise SlackError("invalid_cursor")
