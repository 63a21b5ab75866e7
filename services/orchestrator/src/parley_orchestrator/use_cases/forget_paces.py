"""Drops pacing counters that count nothing any more."""

from __future__ import annotations

from collections.abc import Callable
from datetime import datetime, timedelta

from parley_orchestrator.ports import Store

_EVERY = timedelta(minutes=10)


class ForgetPaces:
    """A counter whose time is past is as good as none; there is one for each person written to."""

    def __init__(self, store: Store, clock: Callable[[], datetime]) -> None:
        self._store = store
        self._clock = clock
        self._next = clock()

    async def __call__(self) -> int:
        """Does it every ten minutes; answers 0: there is never more to do at once."""
        if self._clock() >= self._next:
            self._next = self._clock() + _EVERY
            await self._store.transact(lambda unit: unit.gates.forget_paces(unit.now - _EVERY))
        return 0
