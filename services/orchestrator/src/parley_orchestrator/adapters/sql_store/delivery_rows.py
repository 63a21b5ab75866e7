"""Deliveries, attempts and tokens as rows, and back."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from parley_orchestrator.domain.delivery import Attempt, Delivery, Kind, Result, State
from parley_orchestrator.ports import LinkToken

_SAME = (
    "id",
    "session_id",
    "user_id",
    "subject_id",
    "channel",
    "position",
    "explanation",
    "created_at",
    "updated_at",
    "attempts",
    "next_attempt_at",
    "started_at",
    "failed_tries",
    "look_ups",
    "fallback_of",
    "card_delivery_id",
    "provider_ref",
    "connection_id",
    "text",
    "ack_by",
    "urgent",
)


def row_of(delivery: Delivery) -> dict[str, Any]:
    """A delivery's row."""
    values = {name: getattr(delivery, name) for name in _SAME}
    values["kind"] = delivery.kind
    values["state"] = delivery.state
    values["route"] = list(delivery.route)
    values["lane"] = delivery.lane
    return values


def delivery_of(row: Mapping[Any, Any]) -> Delivery:
    """A row's delivery."""
    values = {name: row[name] for name in _SAME}
    return Delivery(
        kind=Kind(row["kind"]), state=State(row["state"]), route=tuple(row["route"]), **values
    )


def attempt_of(row: Mapping[Any, Any]) -> Attempt:
    """A row's attempt."""
    return Attempt(
        delivery_id=row["delivery_id"],
        number=row["number"],
        started_at=row["started_at"],
        finished_at=row["finished_at"],
        outcome=Result(row["outcome"]),
        code=row["code"],
        detail=row["detail"],
        next_step=row["next_step"],
        connection_id=row["connection_id"],
    )


def token_of(row: Mapping[Any, Any]) -> LinkToken:
    """A row's token."""
    return LinkToken(**row)
