"""Posts and edits messages, each once; a long text is several messages that can be resumed."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

from parley.channel.v1 import recipient_pb2
from parley_kit import crash_points
from parley_kit.adapter.ledger import SentRecord
from parley_slack.rendering.blocks import Post
from parley_slack.sending.history import History
from parley_slack.sending.marks import Mark, metadata
from parley_slack.sending.references import Handle, moment_of, parse_handle, reference
from parley_slack.workspaces.failures import PERMANENT, code_of, failed_otherwise, failed_sending
from parley_slack.workspaces.people import People, Place
from parley_slack.workspaces.workspaces import Workspaces

_THREAD_GONE = {"cannot_reply_to_message", "thread_not_found"}


class ThreadGoneError(Exception):
    """The conversation's first message was deleted, so nothing can be posted under it."""


class Posting:
    """Sends to people's direct messages, one thread a session."""

    def __init__(self, people: People, workspaces: Workspaces, history: History) -> None:
        self._people = people
        self._workspaces = workspaces
        self._history = history

    async def post(
        self,
        delivery_id: str,
        recipient: recipient_pb2.Recipient,
        conversation: recipient_pb2.Conversation,
        posts: Sequence[Post],
    ) -> SentRecord:
        """Posts the messages of one delivery.

        Raises:
            DeliveryFailedError: Of the first that did not go out; a repeat goes on from there.
        """
        place = await self._people.find(recipient, conversation.connection_id)
        root = thread_of(place, conversation.thread_ref, conversation.connection_id)
        done: dict[int, Handle] = {}
        if len(posts) > 1:
            done = await self._parts_there(place, root, delivery_id)
        for number, post in enumerate(posts, start=1):
            if number not in done:
                mark = Mark(delivery_id, number, len(posts))
                try:
                    done[number] = await self._post(place, recipient, root, post, mark)
                except ThreadGoneError:
                    root = None  # Slack refused the thread and posted nothing: begin a new one
                    done[number] = await self._post(place, recipient, root, post, mark)
            root = root or done[1]
            crash_points.reach("slack.part_posted")
        return record(place, recipient, done[1], root or done[1])

    async def _post(
        self,
        place: Place,
        recipient: recipient_pb2.Recipient,
        root: Handle | None,
        post: Post,
        mark: Mark,
    ) -> Handle:
        try:
            answer = await place.workspace.client.api_call(
                "chat.postMessage", json=_message(place.channel, root, post, mark)
            )
        except Exception as error:
            if root is not None and code_of(error) in _THREAD_GONE:
                raise ThreadGoneError from error
            failure = failed_sending(error, place.workspace.connection_id)
            if failure.failure_class == PERMANENT:
                self._people.forget(recipient)
            raise await self._workspaces.noted(failure, place.workspace) from error
        return handle_of(answer.data, place.channel)

    async def _parts_there(
        self, place: Place, root: Handle | None, delivery_id: str
    ) -> dict[int, Handle]:
        """The messages of this delivery that an earlier attempt brought out."""
        try:
            found = await self._history.marked(place, root, delivery_id)
        except Exception as error:
            raise failed_otherwise(error, place.workspace.connection_id) from error
        return {mark.part: handle for mark, handle in found.items()}

    async def update(self, connection_id: str, handle: Handle, post: Post) -> None:
        """Replaces a message's content; repeating it is harmless.

        Raises:
            DeliveryFailedError: Never ambiguous, for that reason.
        """
        workspace = await self._workspaces.ready(connection_id)
        try:
            await workspace.client.chat_update(
                channel=handle.channel, ts=handle.ts, text=post.text, blocks=list(post.blocks)
            )
        except Exception as error:
            failure = failed_otherwise(error, connection_id)
            raise await self._workspaces.noted(failure, workspace) from error


def thread_of(place: Place, thread_ref: str, connection_id: str) -> Handle | None:
    """The thread to go on in; None begins one, also where the person moved to another place."""
    handle = parse_handle(thread_ref)
    is_here = handle is not None and handle.channel == place.channel
    is_same = connection_id in {"", place.workspace.connection_id}
    return handle if is_here and is_same else None


def record(
    place: Place, recipient: recipient_pb2.Recipient, first: Handle, root: Handle
) -> SentRecord:
    """The ledger's record of a send; a person found by e-mail is known by their Slack user then."""
    connection_id = place.workspace.connection_id
    return SentRecord(
        provider_ref=str(first),
        thread_ref=str(root),
        connection_id=connection_id,
        sent_at=moment_of(first.ts),
        references=(reference(connection_id, first), reference(connection_id, root)),
        learned_addresses=_learned(place, recipient),
    )


def _learned(place: Place, recipient: recipient_pb2.Recipient) -> dict[str, str]:
    """What Parley did not know: the Slack user, or in which workspace their id is meant."""
    known = recipient.addresses
    if known.get("slack_user_id") and known.get("slack_team_id"):
        return {}
    return {"slack_user_id": place.slack_user_id, "slack_team_id": place.workspace.qualifier}


def _message(channel: str, root: Handle | None, post: Post, mark: Mark) -> dict[str, Any]:
    """The arguments of ``chat.postMessage``."""
    message = {
        "channel": channel,
        "text": post.text,
        "blocks": post.blocks,
        "unfurl_links": False,
        "unfurl_media": False,
        "metadata": metadata(mark),
    }
    return message | {"thread_ts": root.ts} if root else message


def handle_of(data: Any, channel: str) -> Handle:
    """Where a message that Slack took is."""
    return Handle(str(data.get("channel") or channel), str(data["ts"]))
