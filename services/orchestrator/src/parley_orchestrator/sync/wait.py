"""Reads until there is something to answer, or the time is over."""

from __future__ import annotations

import asyncio
from collections.abc import Awaitable, Callable
from typing import TypeVar

from parley_kit.clock import monotonic_seconds
from parley_kit.errors import invalid_field
from parley_orchestrator.sync.news import News, Waiter

T = TypeVar("T")
MAX_WAIT_SECONDS = 60.0
RECHECK_SECONDS = 5.0
"""A lost hint delays an answer by no more than this."""


def checked_wait(seconds: float) -> float:
    """A wait of 0 to 60 s."""
    if not 0 <= seconds <= MAX_WAIT_SECONDS:
        raise invalid_field("wait_seconds", f"must be 0 to {MAX_WAIT_SECONDS:.0f}")
    return seconds


async def read_until(
    news: News,
    session_id: str,
    read: Callable[[], Awaitable[T]],
    is_enough: Callable[[T], bool],
    wait_seconds: float,
) -> T:
    """The first reading that is enough, or the last one when the time is over."""
    with news.of(session_id) as waiter:
        return await read_as(waiter, read, is_enough, wait_seconds)


async def read_as(
    waiter: Waiter,
    read: Callable[[], Awaitable[T]],
    is_enough: Callable[[T], bool],
    wait_seconds: float,
) -> T:
    """The same for one who waits already."""
    deadline = monotonic_seconds() + wait_seconds
    while True:
        waiter.changed.clear()
        found = await read()
        left = deadline - monotonic_seconds()
        if left <= 0 or is_enough(found):
            return found
        try:
            await asyncio.wait_for(waiter.changed.wait(), min(left, RECHECK_SECONDS))
        except TimeoutError:
            continue
