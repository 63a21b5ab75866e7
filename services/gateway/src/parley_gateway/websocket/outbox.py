"""What waits to be told to the orchestrator; gathers while the line is busy."""

from __future__ import annotations

import asyncio
import time
from collections.abc import Iterable

from parley.orchestrator.v1 import stream_pb2

MAX_TYPING = 200
GATHER_SECONDS = 0.02
"""Between two frames: what a thousand clients say meanwhile costs one transaction, not many."""


class Outbox:
    """Presence, acknowledgements and typing of all sockets, ready to go out in one frame."""

    def __init__(self, gateway_id: str) -> None:
        self._gateway_id = gateway_id
        self._present: set[str] = set()
        self._absent: set[str] = set()
        self._acked: dict[tuple[str, str], int] = {}
        self._unsent: set[tuple[str, str]] = set()
        self._typing: set[tuple[str, str]] = set()
        self._wake = asyncio.Event()
        self._line = 0
        self._taken_at = 0.0

    def present(self, user_id: str) -> None:
        """A user's first socket opened."""
        self._absent.discard(user_id)
        self._present.add(user_id)
        self._wake.set()

    def absent(self, user_id: str) -> None:
        """A user's last socket closed; what they acknowledged still goes out once."""
        self._present.discard(user_id)
        self._absent.add(user_id)
        self._wake.set()

    def acknowledge(self, user_id: str, session_id: str, seq: int) -> None:
        """A client has shown everything up to a seq."""
        place = (user_id, session_id)
        if seq > self._acked.get(place, 0):
            self._acked[place] = seq
            self._unsent.add(place)
            self._wake.set()

    def type(self, user_id: str, session_id: str) -> None:
        """Somebody types; lost when there is too much of it."""
        if len(self._typing) < MAX_TYPING:
            self._typing.add((user_id, session_id))
            self._wake.set()

    def first(self, user_ids: Iterable[str]) -> stream_pb2.ConnectRequest:
        """The first frame of a new line: everything that holds now, also what was told before."""
        self._line += 1
        self._present, self._absent = set(user_ids), set()
        self._unsent = set(self._acked)
        return self._taken()

    @property
    def line(self) -> int:
        """The number of the newest line; only that one is given frames."""
        return self._line

    async def next(self, line: int) -> stream_pb2.ConnectRequest | None:
        """Waits for news and takes all there is; None for a line that was replaced.

        A broken line may still wait here: what it took would never arrive.
        """
        await self._wake.wait()
        await asyncio.sleep(self._taken_at + GATHER_SECONDS - time.monotonic())
        return self._taken() if line == self._line else None

    def _taken(self) -> stream_pb2.ConnectRequest:
        frame = stream_pb2.ConnectRequest(
            gateway_id=self._gateway_id,
            present_user_ids=sorted(self._present),
            absent_user_ids=sorted(self._absent),
            acknowledgements=[
                stream_pb2.Acknowledgement(
                    user_id=user, session_id=session, seq=self._acked[user, session]
                )
                for user, session in self._unsent
            ],
            typing=[
                stream_pb2.Typing(session_id=session, user_id=user)
                for user, session in sorted(self._typing)
            ],
        )
        self._forget_absent()
        self._present, self._absent, self._unsent, self._typing = set(), set(), set(), set()
        self._wake.clear()
        self._taken_at = time.monotonic()
        return frame

    def _forget_absent(self) -> None:
        if self._absent:
            self._acked = {
                place: seq for place, seq in self._acked.items() if place[0] not in self._absent
            }
