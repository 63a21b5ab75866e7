"""What the service itself says to people, outside any delivery: found again before it is repeated."""

from __future__ import annotations

from datetime import timedelta
from typing import Any

from parley_kit.clock import Clock
from parley_slack.rendering.blocks import Post
from parley_slack.sending.history import History
from parley_slack.sending.marks import Mark, metadata
from parley_slack.sending.posting import Posting, handle_of
from parley_slack.sending.references import Handle
from parley_slack.workspaces.failures import failed_otherwise
from parley_slack.workspaces.people import Place
from parley_slack.workspaces.workspaces import Workspaces

_LOOK_BACK = timedelta(days=1)


class DirectMessages:
    """Top-level direct messages to people who are known by their Slack user."""

    def __init__(
        self, workspaces: Workspaces, posting: Posting, history: History, clock: Clock
    ) -> None:
        self._workspaces = workspaces
        self._posting = posting
        self._history = history
        self._clock = clock

    async def say_once(
        self, connection_id: str, user_id: str, name: str, post: Post, *, is_again: bool
    ) -> Handle:
        """Posts a message under a name of its own; one that is there already is not repeated.

        Raises:
            DeliveryFailedError: It is not sure to be there.
        """
        place = await self._place(connection_id, user_id)
        if is_again and (known := await self._marked(place, name)):
            return known
        try:
            answer = await place.workspace.client.chat_postMessage(
                channel=place.channel,
                text=post.text,
                blocks=list(post.blocks),
                unfurl_links=False,
                unfurl_media=False,
                metadata=metadata(Mark(name)),
            )
        except Exception as error:
            raise await self._failed(error, place) from error
        return handle_of(answer.data, place.channel)

    async def find(self, connection_id: str, user_id: str, name: str) -> Handle | None:
        """Where a message of this name is, as Slack's history tells."""
        return await self._marked(await self._place(connection_id, user_id), name)

    async def edit(self, connection_id: str, handle: Handle, post: Post) -> None:
        """Replaces a message's content; repeating it is harmless."""
        await self._posting.update(connection_id, handle, post)

    async def _place(self, connection_id: str, user_id: str) -> Place:
        workspace = await self._workspaces.ready(connection_id)
        try:
            opened = await workspace.client.conversations_open(users=user_id)
            return Place(workspace, user_id, str(opened["channel"]["id"]))
        except Exception as error:
            failure = failed_otherwise(error, connection_id)
            raise await self._workspaces.noted(failure, workspace) from error

    async def _marked(self, place: Place, name: str) -> Handle | None:
        try:
            since = self._clock() - _LOOK_BACK
            found = await self._history.marked(place, None, name, since)
        except Exception as error:
            raise await self._failed(error, place) from error
        return next(iter(found.values()), None)

    async def _failed(self, error: Any, place: Place) -> Exception:
        failure = failed_otherwise(error, place.workspace.connection_id)
        return await self._workspaces.noted(failure, place.workspace)
