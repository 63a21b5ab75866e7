"""Agent webhooks: Standard Webhooks over HTTP, never to private addresses, no redirects."""

from __future__ import annotations

import asyncio
from collections.abc import Callable, Mapping, Sequence
from dataclasses import replace
from datetime import timedelta
from typing import Any

import aiohttp
import orjson
from standardwebhooks import Webhook
from yarl import URL

from parley_kit import crash_points
from parley_kit.clock import Clock
from parley_kit.sealing import Secret
from parley_orchestrator.adapters.public_addresses import (
    ForbiddenAddressError,
    PublicResolver,
    is_forbidden_literal,
)
from parley_orchestrator.domain.conversation import Event
from parley_orchestrator.domain.delivery import Outcome, Result
from parley_orchestrator.domain.views import moment
from parley_orchestrator.ports import Job, Store

_TIMEOUT = aiohttp.ClientTimeout(total=15, connect=5)
_GONE = 410
_TOO_MANY = 429
_OK = range(200, 300)
Unseal = Callable[[str, str], Secret]


class WebhookChannel:
    """Implements `ports.ChannelPort`: one POST an event.

    Args:
        unseal: Opens an agent's sealed webhook secret: (sealed, agent id).
        allow_private: Also posts to addresses inside the network.
    """

    def __init__(self, store: Store, unseal: Unseal, clock: Clock, *, allow_private: bool) -> None:
        self._store = store
        self._unseal = unseal
        self._clock = clock
        self._allow_private = allow_private
        resolver = None if allow_private else PublicResolver()
        self._session = aiohttp.ClientSession(
            timeout=_TIMEOUT,
            connector=aiohttp.TCPConnector(resolver=resolver, limit_per_host=8),
            cookie_jar=aiohttp.DummyCookieJar(),
        )

    async def close(self) -> None:
        """Closes the connections."""
        await self._session.close()

    async def deliver(self, jobs: Sequence[Job]) -> list[Outcome]:
        """Posts each; a receiver sorts out repeats by `webhook-id`."""
        outcomes = await asyncio.gather(*(self._post(job) for job in jobs))
        return [
            replace(outcome, connection_id=job.session.agent_id)
            for job, outcome in zip(jobs, outcomes, strict=True)
        ]

    async def look_up(self, jobs: Sequence[Job]) -> list[Outcome]:
        """A webhook may be posted again: its id stays the same."""
        return [Outcome(Result.NOT_FOUND, detail="webhooks may repeat") for _ in jobs]

    async def _post(self, job: Job) -> Outcome:
        url, secrets = await self._store.read(
            lambda unit: unit.people.webhook_of(job.session.agent_id)
        )
        if not url or job.event is None:
            return Outcome(Result.REJECTED, "no_webhook", "The agent has no webhook any more.")
        body = orjson.dumps(payload(job.event))
        opened = [self._unseal(sealed, job.session.agent_id) for sealed in secrets]
        headers = self._signed(opened, job.delivery.id, body)
        crash_points.reach("orchestrator.webhook_ready")
        try:
            return await self._sent(URL(url), body, headers)
        except ForbiddenAddressError:
            return _forbidden()
        except (aiohttp.ClientError, TimeoutError, ValueError, OSError) as error:
            if isinstance(error.__cause__, ForbiddenAddressError):
                return _forbidden()
            return Outcome(Result.NOT_SENT, "no_answer", type(error).__name__)

    async def _sent(self, url: URL, body: bytes, headers: Mapping[str, str]) -> Outcome:
        """Posts to what yarl makes of the address: `①②⑦.0.0.1` is an IP address to aiohttp."""
        if not self._allow_private and is_forbidden_literal(url.host or ""):
            raise ForbiddenAddressError("not a public address")
        async with self._session.post(
            url, data=body, headers=headers, allow_redirects=False
        ) as answer:
            crash_points.reach("orchestrator.webhook_posted")
            return judged(answer.status, answer.headers)

    def _signed(self, secrets: Sequence[Secret], webhook_id: str, body: bytes) -> dict[str, str]:
        """Signed with each secret, so that a receiver may change over in its own time."""
        now, text = self._clock(), body.decode()
        signatures = [Webhook(secret.reveal()).sign(webhook_id, now, text) for secret in secrets]
        return {
            "content-type": "application/json",
            "user-agent": "parley-webhooks/1",
            "webhook-id": webhook_id,
            "webhook-timestamp": str(int(now.timestamp())),
            "webhook-signature": " ".join(signatures),
        }


def payload(event: Event) -> dict[str, Any]:
    """The body of a webhook: the event as it stands in the log."""
    return {
        "type": event.kind,
        "timestamp": moment(event.created_at),
        "session_id": event.session_id,
        "seq": event.seq,
        "data": event.data,
    }


def judged(status: int, headers: Mapping[str, str]) -> Outcome:
    """What an answer means; a redirect is a refusal."""
    if status in _OK:
        return Outcome(Result.SENT, str(status), provider_ref=str(status))
    if status == _GONE:
        return Outcome(Result.REJECTED, str(status), "The receiver wants no more.")
    retry_after = headers.get("retry-after", "")
    wait = timedelta(seconds=min(int(retry_after[:9]), 3_600)) if retry_after.isdecimal() else None
    return Outcome(
        Result.NOT_SENT,
        str(status),
        f"The receiver answered {status}.",
        retry_after=wait,
    )


def _forbidden() -> Outcome:
    return Outcome(
        Result.REJECTED,
        "forbidden_address",
        "The webhook's address is not public; set PARLEY_WEBHOOK_ALLOW_PRIVATE to allow it.",
    )
