"""What Slack gets for a payload, over HTTP or Socket Mode."""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import Any


@dataclass(frozen=True)
class Reply:
    """An acknowledgement; `body` is JSON for Slack, empty for none."""

    status: int = 200
    body: dict[str, Any] = field(default_factory=dict)


TAKEN = Reply()
UNREADABLE = Reply(400)
