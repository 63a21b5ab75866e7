"""Outgoing HTTP: what the providers post to the suite."""

import asyncio
from collections.abc import Coroutine, Mapping
from dataclasses import dataclass
from typing import Any

import aiohttp

MAX_IN_FLIGHT = 32
MAX_WAITING = 1_000


@dataclass(frozen=True, slots=True)
class Receipt:
    """What became of one post; `status` is None when nobody answered, `reason` says why."""

    status: int | None
    body: str
    reason: str
    headers: Mapping[str, str]

    @property
    def is_success(self) -> bool:
        """Whether the receiver answered 2xx."""
        return self.status is not None and 200 <= self.status < 300  # noqa: PLR2004

    def to_wire(self) -> dict[str, Any]:
        """Return the JSON form that the control routes answer with."""
        return {"status": self.status, "body": self.body, "reason": self.reason}


class Outbox:
    """One client session and the background deliveries that use it."""

    def __init__(self) -> None:
        self._session: aiohttp.ClientSession | None = None
        self._tasks: set[asyncio.Task[Any]] = set()
        self._slots = asyncio.Semaphore(MAX_IN_FLIGHT)

    async def post(
        self, url: str, body: bytes, headers: Mapping[str, str], *, timeout_seconds: float
    ) -> Receipt:
        """Post once; a failure is a receipt too, never an exception."""
        async with self._slots:
            try:
                return await self._post(url, body, headers, timeout_seconds)
            except TimeoutError:
                return Receipt(None, "", "http_timeout", {})
            except aiohttp.ClientError:
                return Receipt(None, "", "connection_failed", {})

    async def _post(
        self, url: str, body: bytes, headers: Mapping[str, str], timeout_seconds: float
    ) -> Receipt:
        if self._session is None:
            self._session = aiohttp.ClientSession()
        timeout = aiohttp.ClientTimeout(total=timeout_seconds)
        async with self._session.post(
            url, data=body, headers=headers, timeout=timeout, allow_redirects=False
        ) as response:
            text = await response.text(errors="replace")
            ok = 200 <= response.status < 300  # noqa: PLR2004
            return Receipt(response.status, text, "" if ok else "http_error", response.headers)

    @property
    def is_full(self) -> bool:
        """Whether so much waits that more would only pile up behind a dead receiver."""
        return len(self._tasks) >= MAX_WAITING

    def spawn(self, work: Coroutine[Any, Any, Any]) -> asyncio.Task[Any]:
        """Run `work` in the background until it ends or the sandbox stops."""
        task = asyncio.get_running_loop().create_task(work)
        self._tasks.add(task)
        task.add_done_callback(self._tasks.discard)
        return task

    async def cancel_all(self) -> None:
        """Drop everything that is still to be delivered."""
        tasks = list(self._tasks)
        for task in tasks:
            task.cancel()
        await asyncio.gather(*tasks, return_exceptions=True)

    async def close(self) -> None:
        """Cancel what is under way and close the connections."""
        await self.cancel_all()
        if self._session is not None:
            await self._session.close()
            self._session = None
