"""Named places where a fault test may kill the process; elsewhere they do nothing.

Each name stands once in the code, as ``reach("…")`` at a place where a crash could lose something
or do it twice: between two commits, or between a commit and an answer.
"""

from __future__ import annotations

import os
import signal
from dataclasses import dataclass


@dataclass
class _Trap:
    name: str
    passes_left: int


_trap: _Trap | None = None


def arm(at: str) -> None:
    """Lets the process die by SIGKILL at a place: ``name``, or ``name:3`` for the third pass.

    Empty text disarms.

    Raises:
        ValueError: The number is none.
    """
    global _trap  # noqa: PLW0603  # of the process, as its death would be
    name, _, count = at.partition(":")
    _trap = _Trap(name, int(count or 1)) if name else None


def reach(name: str) -> None:
    """Says that this place was reached."""
    if _trap is not None:
        _pass_by(_trap, name)


def _pass_by(trap: _Trap, name: str) -> None:
    if trap.name != name:
        return
    trap.passes_left -= 1
    if trap.passes_left == 0:
        os.kill(os.getpid(), signal.SIGKILL)
