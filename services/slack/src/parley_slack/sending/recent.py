"""The cards that this process sends or has just sent: their clicks may outrun the ledger."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager

from parley_kit.clock import monotonic_seconds

_KEPT_SECONDS = 5.0


class RecentCards:
    """Request ids with the time until which a click on them may wait for the ledger."""

    def __init__(self) -> None:
        self._until: dict[str, float] = {}

    @contextmanager
    def going_out(self, request_id: str) -> Iterator[None]:
        """While a card is sent, and for the moment that recording it takes."""
        self._forget()
        self._until[request_id] = float("inf")
        try:
            yield
        finally:
            self._until[request_id] = monotonic_seconds() + _KEPT_SECONDS

    def has(self, request_id: str) -> bool:
        """Whether a card of the request is on its way, or has just gone out."""
        return self._until.get(request_id, float("-inf")) > monotonic_seconds()

    def _forget(self) -> None:
        now = monotonic_seconds()
        self._until = {key: until for key, until in self._until.items() if until > now}
