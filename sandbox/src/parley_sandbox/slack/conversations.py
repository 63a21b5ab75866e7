"""conversations.*: opening a direct message and reading it."""

import base64
from collections.abc import Iterable
from dataclasses import dataclass
from itertools import islice, takewhile
from typing import Any

from parley_sandbox.slack.args import Args
from parley_sandbox.slack.errors import SlackError
from parley_sandbox.slack.message_wire import history_wire
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
    span = _read_span(args)
    # Reading stops at `oldest`, so that a long history costs nothing.
    recent = takewhile(
        lambda m: not span.is_after_end(m.ts), reversed(conversation.messages.values())
    )
    top = (m for m in recent if not m.is_ephemeral and m.thread_ts in {None, m.ts})
    return _page(workspace, conversation, (m for m in top if span.contains(m.ts)), args)


def replies(workspace: Workspace, args: Args) -> dict[str, Any]:
    """conversations.replies: the parent and then its replies, oldest first."""
    conversation = workspace.conversation(args.required("channel"))
    parent = conversation.messages.get(args.required("ts"))
    if parent is None or parent.is_ephemeral:
        raise SlackError("thread_not_found")
    span = _read_span(args)
    thread = (parent, *conversation.replies.get(parent.ts, ()))
    return _page(workspace, conversation, (m for m in thread if span.contains(m.ts)), args)


def _page(
    workspace: Workspace, conversation: Conversation, messages: Iterable[Message], args: Args
) -> dict[str, Any]:
    limit = args.integer("limit", 100, 1, MAX_PAGE)
    start = _read_cursor(args.text("cursor"))
    found = list(islice(messages, start, start + limit + 1))
    has_more = len(found) > limit
    metadata = args.flag("include_all_metadata")
    answer = {
        "messages": [
            history_wire(workspace, conversation, m, include_metadata=metadata)
            for m in found[:limit]
        ],
        "has_more": has_more,
        "pin_count": 0,
    }
    cursor = {"response_metadata": {"next_cursor": _cursor(start + limit)}}
    return answer | (cursor if has_more else {})


@dataclass(frozen=True, slots=True)
class _Span:
    """Which timestamps are asked for, in microseconds; the ends belong to it if `inclusive`."""

    oldest: int
    latest: int | None
    inclusive: bool

    def contains(self, ts: str) -> bool:
        moment = _moment(ts)
        if moment in {self.oldest, self.latest}:
            return self.inclusive
        return moment > self.oldest and (self.latest is None or moment < self.latest)

    def is_after_end(self, ts: str) -> bool:
        """Whether somebody who reads backwards is past the oldest."""
        return _moment(ts) < self.oldest


def _read_span(args: Args) -> _Span:
    oldest, latest = args.text("oldest"), args.text("latest")
    end = _moment(latest) if latest else None
    return _Span(_moment(oldest) if oldest else 0, end, args.flag("inclusive"))


def _moment(ts: str) -> int:
    """Return microseconds; floats would merge neighbouring timestamps."""
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
