"""What waits for one client: bounded, because the log can be read again. Pure."""

from __future__ import annotations

from collections import deque
from collections.abc import Sequence
from typing import NamedTuple

from parley_gateway.websocket.frames import LiveEvent

MAX_WAITING = 1_000
MAX_WAITING_CHARACTERS = 1_000_000


class CatchUp(NamedTuple):
    """Read the log of a session from the last seq that went out."""

    session_id: str


Item = str | LiveEvent | CatchUp


class Backlog:
    """A queue that forgets its events when they are too many, and has them read again.

    A burst that comes faster than one turn of the loop is no fault of the client, so events are
    never a reason to close its line; answers and other frames are its own doing, and may be.
    """

    __slots__ = ("_behind", "_characters", "_items")

    def __init__(self) -> None:
        self._items: deque[Item] = deque()
        self._characters = 0
        self._behind: set[str] = set()

    def __bool__(self) -> bool:
        return bool(self._items)

    @property
    def is_behind(self) -> bool:
        """Events were forgotten, and have not been read again yet."""
        return bool(self._behind)

    @property
    def is_full(self) -> bool:
        """There is too much even without events."""
        return len(self._items) > MAX_WAITING or self._characters > MAX_WAITING_CHARACTERS

    def add(self, item: Item) -> None:
        """Adds behind the rest; an event of a session that is to be read again adds nothing."""
        if isinstance(item, LiveEvent | CatchUp) and item.session_id in self._behind:
            return
        self._items.append(item)
        self._characters += _size(item)
        if self.is_full:
            self._forget_events()

    def prepend(self, items: Sequence[Item]) -> None:
        """Adds before the rest, in order."""
        self._items.extendleft(reversed(items))
        self._characters += sum(map(_size, items))

    def take(self) -> Item:
        """The first item; a session that is now read is no longer behind."""
        item = self._items.popleft()
        self._characters -= _size(item)
        if isinstance(item, CatchUp):
            self._behind.discard(item.session_id)
        return item

    def clear(self) -> None:
        """Forgets everything."""
        self._items.clear()
        self._behind.clear()
        self._characters = 0

    def _forget_events(self) -> None:
        others = [item for item in self._items if isinstance(item, str)]
        events = [item for item in self._items if not isinstance(item, str)]
        self._behind = {item.session_id for item in events}
        self._items = deque([*others, *(CatchUp(each) for each in sorted(self._behind))])
        self._characters = sum(map(_size, others))


def _size(item: Item) -> int:
    if isinstance(item, CatchUp):
        return 0
    return len(item if isinstance(item, str) else item.text)
