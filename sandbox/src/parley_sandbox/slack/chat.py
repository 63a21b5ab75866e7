"""chat.*: posting, editing and deleting messages."""

import uuid
from typing import Any

from parley_sandbox.slack.args import Args
from parley_sandbox.slack.block_limits import check_blocks
from parley_sandbox.slack.errors import SlackError
from parley_sandbox.slack.events import message_changed, message_deleted, message_posted
from parley_sandbox.slack.message_wire import message_wire
from parley_sandbox.slack.metadata import read_metadata
from parley_sandbox.slack.state import Conversation, Message, Workspace

MAX_TEXT = 40_000
MAX_UPDATE_TEXT = 4_000
MAX_MARKDOWN_TEXT = 12_000


def post_message(workspace: Workspace, args: Args) -> dict[str, Any]:
    """chat.postMessage; an address by user id reaches that person's direct messages."""
    conversation = _addressed(workspace, args.required("channel"))
    text, blocks = _content(args)
    message = Message(
        ts=workspace.next_ts(),
        user=workspace.grants.bot_user_id,
        text=text[:MAX_TEXT],
        bot_id=workspace.grants.bot_id,
        blocks=blocks,
        thread_ts=_thread(conversation, args.text("thread_ts")),
        metadata=read_metadata(args),
    )
    conversation.add(message)
    message_posted(workspace, conversation, message)
    return {
        "channel": conversation.id,
        "ts": message.ts,
        "message": message_wire(workspace, message, include_metadata=True),
    }


def post_ephemeral(workspace: Workspace, args: Args) -> dict[str, Any]:
    """chat.postEphemeral; seen on the page, never in history."""
    conversation = _addressed(workspace, args.required("channel"))
    if args.required("user") != conversation.user_id:
        raise SlackError("user_not_in_channel")
    text, blocks = _content(args)
    message = Message(
        ts=workspace.next_ts(),
        user=workspace.grants.bot_user_id,
        text=text[:MAX_TEXT],
        bot_id=workspace.grants.bot_id,
        blocks=blocks,
        thread_ts=_thread(conversation, args.text("thread_ts")),
        is_ephemeral=True,
    )
    conversation.add(message)
    return {"message_ts": message.ts}


def update(workspace: Workspace, args: Args) -> dict[str, Any]:
    """chat.update; text without blocks deletes the blocks."""
    channel, ts = args.required("channel"), args.required("ts")
    conversation = workspace.conversation(channel)
    message = _own_message(workspace, conversation, ts, "cant_update_message")
    if len(args.text("text")) > MAX_UPDATE_TEXT:
        raise SlackError("msg_too_long")
    text, blocks = _content(args)
    metadata = read_metadata(args)
    before = message_wire(workspace, message)
    message.text = text or message.text
    message.blocks = blocks
    message.metadata = metadata or message.metadata
    message.edited_ts = workspace.next_ts()
    message_changed(workspace, conversation, message, before)
    wire = message_wire(workspace, message, include_metadata=True)
    return {"channel": channel, "ts": ts, "text": message.text, "message": wire}


def delete(workspace: Workspace, args: Args) -> dict[str, Any]:
    """chat.delete; only the bot's own messages."""
    channel, ts = args.required("channel"), args.required("ts")
    conversation = workspace.conversation(channel)
    message = _own_message(workspace, conversation, ts, "cant_delete_message")
    conversation.remove(ts)
    workspace.next_ts()
    message_deleted(workspace, conversation, message)
    return {"channel": channel, "ts": ts}


def say(
    workspace: Workspace, conversation: Conversation, text: str, thread_ts: str | None
) -> Message:
    """A person writes to the bot."""
    message = Message(
        ts=workspace.next_ts(),
        user=conversation.user_id,
        text=text,
        thread_ts=_thread(conversation, thread_ts or ""),
        client_msg_id=str(uuid.uuid4()),
    )
    conversation.add(message)
    return message


def _addressed(workspace: Workspace, channel: str) -> Conversation:
    if workspace.people.by_slack_id(channel):
        return workspace.dm_of(channel)
    return workspace.conversation(channel)


def _content(args: Args) -> tuple[str, list[dict[str, Any]] | None]:
    """Return text and checked blocks; refuses a message without either."""
    text, markdown = args.text("text"), args.text("markdown_text")
    blocks = args.json("blocks", "invalid_blocks_format")
    if markdown:
        if text or blocks:
            raise SlackError("markdown_text_conflict")
        if len(markdown) > MAX_MARKDOWN_TEXT:
            raise SlackError("msg_too_long")
        text, blocks = markdown, [{"type": "markdown", "text": markdown}]
    if not text and not blocks:
        raise SlackError("no_text")
    return text, check_blocks(blocks) if blocks else None


def _thread(conversation: Conversation, thread_ts: str) -> str | None:
    """Return the parent's timestamp; a reply's own leads to its parent."""
    if not thread_ts:
        return None
    parent = conversation.messages.get(thread_ts)
    if parent is None or parent.is_ephemeral:
        raise SlackError("cannot_reply_to_message")
    return parent.thread_ts or parent.ts


def _own_message(workspace: Workspace, conversation: Conversation, ts: str, error: str) -> Message:
    message = conversation.get(ts)
    if message.is_ephemeral:
        raise SlackError("message_not_found")
    if message.bot_id != workspace.grants.bot_id:
        raise SlackError(error)
    return message
