"""How a service's process starts and ends."""

from __future__ import annotations

import asyncio
import gc
import signal
import sys
from collections.abc import Awaitable, Callable

import structlog
from pydantic import ValidationError

from parley_kit.logs import get_logger

log = get_logger(__name__)
_YOUNG_OBJECTS = 20_000
"""Allocations between two looks for garbage: a batch's objects die by themselves long before."""


def run(main: Callable[[asyncio.Event], Awaitable[None]]) -> int:
    """Runs ``main(stopping)`` on uvloop until SIGTERM or SIGINT sets the event.

    Returns:
        The exit status: 0 after a normal end, 2 for a configuration that cannot work.
    """
    _spare_the_collector()
    try:
        _with_uvloop(main)
    except (ValidationError, ValueError) as error:
        log.error(  # noqa: TRY400  # a stack would hide the sentence that helps
            "cannot start", reason=_readable(error)
        )
        return 2
    return 0


def _spare_the_collector() -> None:
    """Takes what is imported out of the garbage collector's sight.

    Else every full collection walks through some 200,000 objects of libraries, which costs a
    busy service a fifth of its time.
    """
    gc.collect()
    gc.freeze()
    gc.set_threshold(_YOUNG_OBJECTS, 10, 10)


def _with_uvloop(main: Callable[[asyncio.Event], Awaitable[None]]) -> None:
    factory = None
    if sys.platform != "win32":
        import uvloop  # noqa: PLC0415  # not on Windows

        factory = uvloop.new_event_loop
    with asyncio.Runner(loop_factory=factory) as runner:
        runner.run(_until_signalled(main))


async def _until_signalled(main: Callable[[asyncio.Event], Awaitable[None]]) -> None:
    stopping = asyncio.Event()
    loop = asyncio.get_running_loop()
    for number in (signal.SIGTERM, signal.SIGINT):
        loop.add_signal_handler(number, stopping.set)
    await main(stopping)
    structlog.contextvars.clear_contextvars()


def _readable(error: ValueError) -> str:
    if not isinstance(error, ValidationError):
        return str(error)
    return "; ".join(
        f"{'.'.join(str(part) for part in problem['loc'])}: {problem['msg']}"
        for problem in error.errors()
    )
