"""Recording outcomes: the deliveries' new states, and a row an attempt."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import datetime
from typing import Any

from sqlalchemy import Connection, bindparam, insert, update

from parley_kit.store import Bulk
from parley_orchestrator.adapters import sql_tables as t
from parley_orchestrator.domain.delivery import Attempt
from parley_orchestrator.ports import Settled

_D = t.deliveries
_CHANGED = (
    "state",
    "explanation",
    "next_attempt_at",
    "failed_tries",
    "look_ups",
    "attempts",
    "provider_ref",
    "connection_id",
    "updated_at",
)
_INSERT_ATTEMPTS = Bulk(lambda _dialect: insert(t.attempts), t.attempts.c.keys())
_SETTLE = Bulk(
    lambda _dialect: (
        update(_D)
        .where(_D.c.id == bindparam("of_id"))
        .values({name: bindparam(f"new_{name}", type_=_D.c[name].type) for name in _CHANGED})
    ),
    ["of_id", *(f"new_{name}" for name in _CHANGED)],
)
_COUNT = Bulk(
    lambda _dialect: (
        update(_D).where(_D.c.id == bindparam("of_id")).values(attempts=bindparam("count"))
    ),
    ["of_id", "count"],
)


def settle_deliveries(connection: Connection, now: datetime, settled: Sequence[Settled]) -> None:
    """Stores what became of each delivery, and its attempts."""
    if not settled:
        return
    _SETTLE(connection, [_changes(one, now) for one in settled])
    _INSERT_ATTEMPTS(connection, [_attempt(one, now) for one in settled if one.verdict.is_attempt])


def keep_attempts(connection: Connection, channel: str, attempts: Sequence[Attempt]) -> None:
    """Stores attempts with their numbers, and counts them."""
    if attempts:
        _INSERT_ATTEMPTS(connection, [vars(attempt) | {"channel": channel} for attempt in attempts])
        _COUNT(connection, [{"of_id": a.delivery_id, "count": a.number} for a in attempts])


def _changes(one: Settled, now: datetime) -> dict[str, Any]:
    delivery, verdict, outcome = one.delivery, one.verdict, one.outcome
    return {
        "of_id": delivery.id,
        "new_state": verdict.state,
        "new_explanation": one.explanation,
        "new_next_attempt_at": verdict.at,
        "new_failed_tries": verdict.failed_tries,
        "new_look_ups": verdict.look_ups,
        "new_attempts": delivery.attempts + int(verdict.is_attempt),
        "new_provider_ref": outcome.provider_ref or delivery.provider_ref,
        "new_connection_id": outcome.connection_id or delivery.connection_id,
        "new_updated_at": now,
    }


def _attempt(one: Settled, now: datetime) -> dict[str, Any]:
    delivery, outcome = one.delivery, one.outcome
    return {
        "delivery_id": delivery.id,
        "number": delivery.attempts + 1,
        "channel": delivery.channel,
        "started_at": delivery.started_at or now,
        "finished_at": now,
        "outcome": outcome.result,
        "code": outcome.code,
        "detail": outcome.detail,
        "next_step": one.verdict.next_step,
        "connection_id": outcome.connection_id,
    }
