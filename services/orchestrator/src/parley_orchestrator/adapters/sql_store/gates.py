"""Breakers and pacing counters in SQL, shared by all replicas."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from datetime import datetime
from typing import Any

from sqlalchemy import Connection, and_, bindparam, delete, func, or_, select, tuple_

from parley_kit.store import Bulk, Query, upsert
from parley_orchestrator.adapters import sql_tables as t
from parley_orchestrator.domain.breaker import (
    COUNTED,
    NOT_THE_PROVIDERS,
    Breaker,
    BreakerState,
)
from parley_orchestrator.domain.delivery import Result
from parley_orchestrator.domain.pacing import Key, Pace

_B, _P, _A = t.breakers, t.paces, t.attempts
_BREAKERS = Query(lambda _dialect: select(_B))
_AWAKE = Query(
    lambda _dialect: (
        select(func.count().label("count"))
        .select_from(_P)
        .where(
            _P.c.channel == bindparam("channel"),
            _P.c.awake_until.is_not(None),
            _P.c.awake_until > bindparam("now", type_=_P.c.tat.type),
        )
    ),
    ["channel", "now"],
)


class SqlGates:
    """Implements `ports.Gates`."""

    def __init__(self, connection: Connection, now: datetime) -> None:
        self._connection = connection
        self._now = now

    def breakers(self, channel: str = "") -> dict[tuple[str, str], Breaker]:
        """Breakers that are not closed, by channel and connection; of one channel or all."""
        rows = _BREAKERS(self._connection)
        return {
            (row["channel"], row["connection_id"]): _breaker(row)
            for row in rows
            if channel in ("", row["channel"])
        }

    def lock_breakers(self, keys: Iterable[tuple[str, str]]) -> dict[tuple[str, str], Breaker]:
        """Those of the breakers that are not closed, locked until commit, in order."""
        found = (
            select(_B)
            .where(tuple_(_B.c.channel, _B.c.connection_id).in_(sorted(keys)))
            .order_by(_B.c.channel, _B.c.connection_id)
            .with_for_update()
        )
        rows = self._connection.execute(found).mappings()
        return {(row["channel"], row["connection_id"]): _breaker(row) for row in rows}

    def set_breaker(self, breaker: Breaker) -> None:
        """Stores a breaker that is not closed."""
        values = vars(breaker)
        statement = upsert(self._connection.dialect.name, _B).values(values)
        self._connection.execute(
            statement.on_conflict_do_update(
                index_elements=["channel", "connection_id"], set_=values
            )
        )

    def close_breaker(self, channel: str, connection_id: str) -> None:
        """Closes a breaker: forgets it."""
        self._connection.execute(
            delete(_B).where(_B.c.channel == channel, _B.c.connection_id == connection_id)
        )

    def attempts_on(
        self, channel: str, connection_id: str, since: datetime, limit: int
    ) -> list[tuple[str, Result]]:
        """The newest attempts on a connection, as (delivery id, outcome), at most `limit`.

        The channel as a whole is the attempts that no connection had a part in.
        """
        newest = (
            select(_A.c.delivery_id, _A.c.outcome)
            .where(
                _A.c.channel == channel,
                _A.c.finished_at >= since,
                _A.c.connection_id == connection_id,
                _A.c.outcome.in_(COUNTED),
                _A.c.code.not_in(NOT_THE_PROVIDERS),
            )
            .order_by(_A.c.finished_at.desc())
            .limit(limit)
        )
        rows = self._connection.execute(newest)
        return [(delivery_id, Result(outcome)) for delivery_id, outcome in rows]

    def is_awake(self, channel: str) -> bool:
        """Whether the provider asked to wait lately, so that dormant limits hold."""
        return bool(_AWAKE(self._connection, channel=channel, now=self._now)[0]["count"])

    def paces(self, keys: Iterable[Key]) -> dict[Key, Pace]:
        """Counters that exist, locked until commit, in order."""
        wanted = sorted((key.channel, key.limit, key.subject) for key in set(keys))
        if not wanted:
            return {}
        found = (
            select(_P)
            .where(tuple_(_P.c.channel, _P.c.limit_name, _P.c.subject).in_(wanted))
            .order_by(_P.c.channel, _P.c.limit_name, _P.c.subject)
            .with_for_update()
        )
        return {_key(row): _pace(row) for row in self._connection.execute(found).mappings()}

    def set_paces(self, changed: Mapping[Key, Pace]) -> None:
        """Stores counters; of two that were made at the same time the later one stands."""
        _SET_PACES(self._connection, [_pace_row(key, changed[key]) for key in _sorted(changed)])

    def paces_of(self, channel: str) -> dict[Key, Pace]:
        """A channel's counters that run ahead or are awake, for people to read."""
        found = select(_P).where(
            _P.c.channel == channel, or_(_P.c.tat > self._now, _P.c.awake_until > self._now)
        )
        rows = self._connection.execute(found.limit(_MOST_SHOWN)).mappings()
        return {_key(row): _pace(row) for row in rows}

    def forget_paces(self, before: datetime) -> int:
        """Drops counters that count nothing any more."""
        is_asleep = or_(_P.c.awake_until.is_(None), _P.c.awake_until < before)
        is_over = and_(_P.c.tat < before, is_asleep)
        return int(self._connection.execute(delete(_P).where(is_over)).rowcount)


def _breaker(row: Any) -> Breaker:
    return Breaker(**{**row, "state": BreakerState(row["state"])})


def _key(row: Any) -> Key:
    return Key(row["channel"], row["limit_name"], row["subject"])


def _pace(row: Any) -> Pace:
    return Pace(row["tat"], row["awake_until"])


def _pace_row(key: Key, pace: Pace) -> dict[str, Any]:
    return {
        "channel": key.channel,
        "limit_name": key.limit,
        "subject": key.subject,
        "tat": pace.tat,
        "awake_until": pace.awake_until,
    }


def _sorted(changed: Mapping[Key, Pace]) -> Sequence[Key]:
    return sorted(changed, key=lambda key: (key.channel, key.limit, key.subject))


def _set_paces(dialect: str) -> Any:
    statement = upsert(dialect, _P)
    new = statement.excluded
    greater = func.max if dialect == "sqlite" else func.greatest
    return statement.on_conflict_do_update(
        index_elements=["channel", "limit_name", "subject"],
        set_={"tat": greater(_P.c.tat, new.tat), "awake_until": new.awake_until},
    )


_MOST_SHOWN = 1_000
_SET_PACES = Bulk(_set_paces, ["channel", "limit_name", "subject", "tat", "awake_until"])
