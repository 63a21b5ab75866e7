"""A request that comes again with its key does nothing again."""

from __future__ import annotations

import hashlib
from dataclasses import dataclass
from typing import Any

import orjson

from parley_kit.errors import AlreadyExistsError
from parley_orchestrator.ports import Unit
from parley_orchestrator.use_cases.authorise import Caller
from parley_orchestrator.use_cases.validate import line_of


@dataclass(frozen=True)
class Once:
    """One request of one caller; without a key it is always new."""

    caller_id: str
    key: str
    body_hash: str

    @classmethod
    def of(cls, caller: Caller, key: str, *body: Any) -> Once:
        """The request with this body, its RPC's name first."""
        line_of("idempotency_key", key, 255)
        return cls(caller.id, key, hashlib.sha256(orjson.dumps(body)).hexdigest())

    def subject(self, unit: Unit) -> str | None:
        """The id of what the first such request made; None when this is the first.

        Raises:
            AlreadyExistsError: The key came with another body.
        """
        place = self.caller_id, self.key
        used = unit.conversations.idempotent([place]).get(place) if self.key else None
        if used is None:
            return None
        body_hash, subject_id = used
        if body_hash != self.body_hash:
            raise key_reused(self.key)
        return subject_id

    def keep(self, unit: Unit, subject_id: str) -> None:
        """Remembers what the request made."""
        if self.key:
            row = self.caller_id, self.key, self.body_hash, subject_id
            unit.conversations.remember([row])


def key_reused(key: str) -> AlreadyExistsError:
    """The error for an idempotency key that comes with another body."""
    return AlreadyExistsError(
        f"The idempotency key {key!r} was used for another body; take a new key.",
        metadata={"key": key},
    )
