"""Response URLs: five edits of one message within half an hour of a gesture."""

import json
from typing import Any

from parley_sandbox.journal import Record
from parley_sandbox.slack.args import Args
from parley_sandbox.slack.block_limits import check_blocks
from parley_sandbox.slack.errors import SlackError
from parley_sandbox.slack.state import Message, ResponseUrl, Workspace
from parley_sandbox.wire import Reply, Request, json_reply

CALL = "response_url"


def answer(workspace: Workspace, key: str, request: Request) -> tuple[Reply, Record]:
    """Apply one response."""
    body: Any = None
    try:
        body = _read(request)
        _apply(workspace, _use(workspace, key), Args(body))
    except SlackError as error:
        status = 404 if error.code in {"expired_url", "used_url"} else 400
        return json_reply(error.to_wire(), status), Record(CALL, error.code, body)
    return json_reply({"ok": True}), Record(CALL, "ok", body)


def _read(request: Request) -> dict[str, Any]:
    try:
        body = json.loads(request.body)
    except ValueError:
        raise SlackError("invalid_payload") from None
    if not isinstance(body, dict):
        raise SlackError("invalid_payload")
    return body


def _use(workspace: Workspace, key: str) -> ResponseUrl:
    url = workspace.response_urls.get(key)
    if url is None or url.expires_at <= workspace.clock.now():
        raise SlackError("expired_url")
    if url.uses_left == 0:
        raise SlackError("used_url")
    url.uses_left -= 1
    return url


def _apply(workspace: Workspace, url: ResponseUrl, args: Args) -> None:
    conversation = workspace.conversation(url.channel)
    if args.flag("delete_original"):
        conversation.remove(url.ts)
        workspace.next_ts()
        return
    text = args.text("text")
    raw = args.json("blocks", "invalid_blocks_format")
    blocks = check_blocks(raw) if raw else None
    if not text and not blocks:
        raise SlackError("no_text")
    if args.flag("replace_original"):
        original = conversation.get(url.ts)
        original.text, original.blocks = text, blocks
        original.edited_ts = workspace.next_ts()
        return
    message = Message(
        ts=workspace.next_ts(),
        user=workspace.grants.bot_user_id,
        text=text,
        bot_id=workspace.grants.bot_id,
        blocks=blocks,
        thread_ts=args.text("thread_ts") or None,
        is_ephemeral=args.text("response_type") != "in_channel",
    )
    conversation.add(message)
