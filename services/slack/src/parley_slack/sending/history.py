"""Reads a conversation for messages that carry a delivery's mark."""

from __future__ import annotations

from datetime import datetime
from typing import Any

from parley_slack.sending.marks import Mark, mark_of
from parley_slack.sending.references import Handle
from parley_slack.workspaces.people import Place

PAGE_SIZE = 200
MAX_PAGES = 10


class HistoryTooLongError(Exception):
    """There is more history than is read for one look-up."""


class History:
    """Slack's ``conversations.history`` and ``conversations.replies``."""

    async def marked(
        self, place: Place, root: Handle | None, delivery_id: str, since: datetime | None = None
    ) -> dict[Mark, Handle]:
        """The messages of a delivery, by their marks.

        Without a thread the conversation itself is read, and the threads that its first part
        began. Raises what slack_sdk and aiohttp raise.

        Raises:
            HistoryTooLongError: The end was not reached.
        """
        if root is not None:
            return await self._read(
                place, "conversations.replies", {"ts": root.ts}, delivery_id, since
            )
        found = await self._read(place, "conversations.history", {}, delivery_id, since)
        first = next((handle for mark, handle in found.items() if mark.parts > 1), None)
        if first is not None:
            arguments = {"ts": first.ts}
            found |= await self._read(place, "conversations.replies", arguments, delivery_id, since)
        return found

    async def _read(
        self,
        place: Place,
        method: str,
        arguments: dict[str, Any],
        delivery_id: str,
        since: datetime | None,
    ) -> dict[Mark, Handle]:
        found: dict[Mark, Handle] = {}
        cursor = ""
        for _ in range(MAX_PAGES):
            page = await place.workspace.client.api_call(
                method,
                http_verb="GET",
                params=_parameters(place.channel, since, cursor) | arguments,
            )
            for message in page.get("messages") or []:
                mark = mark_of(message)
                if mark is not None and mark.delivery_id == delivery_id:
                    found[mark] = Handle(place.channel, str(message["ts"]))
            cursor = (page.get("response_metadata") or {}).get("next_cursor") or ""
            if not page.get("has_more") or not cursor:
                return found
        raise HistoryTooLongError(f"more than {MAX_PAGES} pages of {method}")


def _parameters(channel: str, since: datetime | None, cursor: str) -> dict[str, Any]:
    parameters: dict[str, Any] = {
        "channel": channel,
        "limit": PAGE_SIZE,
        "include_all_metadata": True,
    }
    if since is not None:
        parameters["oldest"] = f"{since.timestamp():.6f}"
    return parameters | ({"cursor": cursor} if cursor else {})
