"""Interactivity: clicks and submissions, each checked against what we sent."""

from __future__ import annotations

from parley_slack.inbound.clicks import Clicks
from parley_slack.inbound.origin import Origins
from parley_slack.inbound.payloads import Payload, id_at, text_at
from parley_slack.inbound.refusals import Refusals
from parley_slack.inbound.reply import TAKEN, Reply
from parley_slack.inbound.submissions import Submissions


class Interactions:
    """Takes verified payloads; foreign ones are kept for audit, acknowledged and without effect."""

    def __init__(
        self, origins: Origins, clicks: Clicks, submissions: Submissions, refusals: Refusals
    ) -> None:
        self._origins = origins
        self._refusals = refusals
        self._clicks = clicks
        self._submissions = submissions

    async def take(self, payload: Payload) -> Reply:
        """Stores what the payload brings, then answers."""
        kind = text_at(payload, "type")
        if kind not in {"block_actions", "view_submission"}:
            return TAKEN
        origin = await self._origins.of_interaction(payload)
        if origin is None or not id_at(payload, "user", "id"):
            await self._refusals.foreign(payload)
            return TAKEN
        handler = self._clicks if kind == "block_actions" else self._submissions
        return await handler.take(payload, origin)
