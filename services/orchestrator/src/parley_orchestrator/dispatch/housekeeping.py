"""What becomes due by time alone: expiry, escalation, silent clients."""

from __future__ import annotations

import asyncio
from collections.abc import Awaitable, Callable, Sequence

from parley_kit.errors import ServiceError
from parley_kit.logs import get_logger

log = get_logger(__name__)
Chore = Callable[[], Awaitable[int]]


async def keep_house(chores: Sequence[Chore], interval_seconds: float) -> None:
    """Does every chore at an interval until cancelled; at once again while there is work."""
    while True:
        busy = [await _done(chore) for chore in chores]
        if not any(busy):
            await asyncio.sleep(interval_seconds)


async def _done(chore: Chore) -> int:
    try:
        return await chore()
    except ServiceError as error:
        log.warning("a chore waits", chore=type(chore).__name__, reason=error.message)
        return 0
    except Exception:
        log.exception("a chore failed", chore=type(chore).__name__)
        return 0
