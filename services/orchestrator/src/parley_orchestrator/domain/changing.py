"""Frozen values with some fields changed, for places that run for every message."""

from __future__ import annotations

from typing import Any, TypeVar

T = TypeVar("T")


def changed(value: T, **fields: Any) -> T:
    """The same as `dataclasses.replace` for a frozen dataclass, in a tenth of the time.

    `replace` sets every field anew, through the check that forbids it.

    Raises:
        TypeError: There is no such field.
    """
    if not fields.keys() <= value.__dict__.keys():
        raise TypeError(f"{type(value).__name__} has not all of {', '.join(fields)}")
    copy = object.__new__(type(value))
    copy.__dict__.update(value.__dict__, **fields)
    return copy
