"""The queue in SQL: deliveries in lanes, and attempts."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Sequence
from datetime import datetime

from sqlalchemy import Connection, func, insert, or_, select, update

from parley_kit.store import Bulk, Query, is_one_of
from parley_orchestrator.adapters import sql_tables as t
from parley_orchestrator.adapters.sql_store import lanes
from parley_orchestrator.adapters.sql_store.delivery_rows import (
    attempt_of,
    delivery_of,
    row_of,
)
from parley_orchestrator.adapters.sql_store.figures import channel_figures
from parley_orchestrator.adapters.sql_store.parked import (
    parked_ahead_of,
    parked_on,
    quieted,
    unquieted,
    waiting_at,
)
from parley_orchestrator.adapters.sql_store.reading import acknowledge
from parley_orchestrator.adapters.sql_store.settling import keep_attempts, settle_deliveries
from parley_orchestrator.adapters.sql_store.statements import paged, seen_by
from parley_orchestrator.domain.claiming import Gate, Take
from parley_orchestrator.domain.delivery import ACTIVE, Attempt, Delivery, Kind, State
from parley_orchestrator.domain.routing import WEBSOCKET
from parley_orchestrator.ports import (
    ChannelFigures,
    Hold,
    Lane,
    Page,
    Settled,
    Viewer,
)

_D = t.deliveries
_INSERT = Bulk(lambda _dialect: insert(_D), _D.c.keys())
_BY_IDS = Query(lambda dialect: select(_D).where(is_one_of(dialect, _D.c.id, "ids")), ["ids"])


class SqlDeliveries:
    """Implements `ports.Deliveries`."""

    def __init__(self, connection: Connection, now: datetime, hint: Callable[[str], None]) -> None:
        self._connection = connection
        self._now = now
        self._hint = hint

    def enqueue(self, deliveries: Sequence[Delivery]) -> None:
        """Stores deliveries; those that are queued make their lanes due."""
        if not deliveries:
            return
        _INSERT(self._connection, [row_of(delivery) for delivery in deliveries])
        self._make_due([d for d in deliveries if d.state in ACTIVE])

    def _make_due(self, deliveries: Sequence[Delivery]) -> None:
        lanes.make_due(self._connection, deliveries)
        for delivery in deliveries:
            self._hint(f"due:{delivery.channel}")

    def get(self, ids: Iterable[str]) -> dict[str, Delivery]:
        """Deliveries by id; unknown ids are absent."""
        return {row["id"]: delivery_of(row) for row in _BY_IDS(self._connection, ids=list(ids))}

    def of_subject(self, subject_id: str) -> list[Delivery]:
        """All deliveries of a message or request, oldest first."""
        found = select(_D).where(_D.c.subject_id == subject_id).order_by(_D.c.id)
        return [delivery_of(row) for row in self._connection.execute(found).mappings()]

    def sessions_of(self, ids: Iterable[str]) -> set[str]:
        """The sessions that deliveries belong to."""
        wanted = list(ids)
        found = select(_D.c.session_id).where(_D.c.id.in_(wanted))
        return set(self._connection.execute(found).scalars()) if wanted else set()

    def listed(
        self, viewer: Viewer, *, subject_id: str, state: str, session_id: str, page: Page
    ) -> list[Delivery]:
        """Deliveries that the viewer sees, newest first."""
        statement = seen_by(select(_D), _D.c.session_id, Viewer(agent_id=viewer.agent_id))
        wanted = {
            _D.c.user_id: viewer.user_id,
            _D.c.subject_id: subject_id,
            _D.c.state: state,
            _D.c.session_id: session_id,
        }
        for column, value in wanted.items():
            if value:
                statement = statement.where(column == value)
        if state in _WITH_INDEX:
            statement = statement.where(t.NEEDS_EYES)
        rows = self._connection.execute(paged(statement, _D, page)).mappings()
        return [delivery_of(row) for row in rows]

    def attempts_of(self, ids: Iterable[str]) -> dict[str, list[Attempt]]:
        """Attempts by delivery, first first."""
        found = (
            select(t.attempts)
            .where(t.attempts.c.delivery_id.in_(list(ids)))
            .order_by(t.attempts.c.number)
        )
        attempts: dict[str, list[Attempt]] = {}
        for row in self._connection.execute(found).mappings():
            attempts.setdefault(row["delivery_id"], []).append(attempt_of(row))
        return attempts

    def gates(self, channel: str) -> list[Gate]:
        """The connections at which lanes of a channel wait, by rank, and since when."""
        return lanes.gates(self._connection, channel)

    def lease(self, channel: str, take: Take, lease_seconds: float) -> list[Lane]:
        """Takes due lanes under a lease and a risen fence, with what is ready in each."""
        return lanes.lease(self._connection, self._now, channel, take, lease_seconds)

    def begin(self, taken: Sequence[Lane]) -> list[Lane]:
        """Marks what is tried now; what was cancelled meanwhile is left out."""
        return lanes.begin(self._connection, taken, self._now)

    def hold(self, held: Sequence[Hold]) -> None:
        """Gives lanes back untried, until a time."""
        lanes.hold(self._connection, held)

    def hurry(self, lane_names: Iterable[str]) -> None:
        """What waits in these lanes for a quiet time to end goes now."""
        lanes.hurry(self._connection, list(lane_names), self._now)

    def quieted(self, user_id: str) -> list[Delivery]:
        """What waits for the end of a person's quiet hours."""
        return quieted(self._connection, user_id)

    def unquiet(self, ids: Iterable[str]) -> None:
        """What waits for quiet hours to end is looked at again now."""
        self._make_due(unquieted(self._connection, self._now, ids))

    def behind(
        self, channel: str, connection_id: str, limit: int, after: str = ""
    ) -> list[Delivery]:
        """Queued deliveries above `after` that wait at a gate and have another channel to go to.

        The gate is a connection's, or, for an empty one, all of the channel's.
        """
        return waiting_at(self._connection, channel, connection_id, limit, after)

    def renew(self, held: Sequence[Lane], lease_seconds: float) -> None:
        """Makes the leases longer, of those lanes that are still held."""
        lanes.renew(self._connection, self._now, held, lease_seconds)

    def held(self, claimed: Sequence[Lane]) -> set[str]:
        """Which of the lanes are still held under their fence; locked until commit."""
        return lanes.held(self._connection, claimed)

    def settle(self, claimed: Sequence[Lane], settled: Sequence[Settled]) -> None:
        """Records outcomes and gives the lanes back; the caller checked `held`."""
        settle_deliveries(self._connection, self._now, settled)
        lanes.release(self._connection, claimed, settled)
        for lane in claimed:
            self._hint(f"due:{lane.channel}")

    def set_state(
        self, ids: Iterable[str], state: State, explanation: str, among: Iterable[State]
    ) -> list[Delivery]:
        """Changes the state of those that are in one of the given states; answers them."""
        changed = self._connection.execute(
            update(_D)
            .where(_D.c.id.in_(list(ids)), _D.c.state.in_([str(one) for one in among]))
            .values(
                state=state,
                explanation=explanation,
                next_attempt_at=None,
                ack_by=None,
                updated_at=self._now,
            )
            .returning(_D)
        )
        found = [delivery_of(row) for row in changed.mappings()]
        if state == State.CANCELLED and found:
            lanes.free(self._connection, found, self._now)
            for delivery in found:
                self._hint(f"due:{delivery.channel}")
        return found

    def requeue(self, ids: Iterable[str], explanation: str) -> list[Delivery]:
        """Puts parked, dead or unknown deliveries back into the queue; answers them."""
        stopped = [State.PARKED, State.DEAD, State.UNKNOWN]
        changed = self._connection.execute(
            update(_D)
            .where(_D.c.id.in_(list(ids)), _D.c.state.in_(stopped))
            .values(
                state=State.QUEUED,
                explanation=explanation,
                next_attempt_at=self._now,
                failed_tries=0,
                look_ups=0,
                updated_at=self._now,
            )
            .returning(_D)
        )
        requeued = [delivery_of(row) for row in changed.mappings()]
        self._make_due(requeued)
        return requeued

    def acknowledge(self, user_id: str, session_id: str, seq: int) -> list[Delivery]:
        """Marks websocket deliveries up to a seq as delivered; answers those that changed."""
        return acknowledge(self._connection, self._now, user_id, session_id, seq)

    def keep_attempts(self, channel: str, attempts: Sequence[Attempt]) -> None:
        """Stores attempts that the dispatcher did not make: those of the web chat."""
        keep_attempts(self._connection, channel, attempts)

    def last_position(self, session_id: str, user_id: str, channel: str) -> int:
        """The last seq of the conversation that a person got on a channel; 0 for none.

        Cards say nothing of what was said before them; a notice about the session is a recap.
        """
        given_up = (State.DEAD, State.CANCELLED)
        found = select(func.max(_D.c.position)).where(
            _D.c.session_id == session_id,
            _D.c.user_id == user_id,
            _D.c.channel == channel,
            _D.c.state.not_in([str(state) for state in given_up]),
            or_(_D.c.kind == Kind.MESSAGE, _D.c.subject_id == session_id),
        )
        return self._connection.execute(found).scalar() or 0

    def show_parked(self, user_ids: Iterable[str], ack_by: datetime) -> list[Delivery]:
        """Parked websocket deliveries of people who returned: their clients show them now."""
        changed = self._connection.execute(
            update(_D)
            .where(
                t.NEEDS_EYES,
                _D.c.state == State.PARKED,
                _D.c.channel == WEBSOCKET,
                _D.c.user_id.in_(list(user_ids)),
            )
            .values(
                state=State.SENT,
                explanation="the person is connected again",
                ack_by=ack_by,
                started_at=self._now,
                updated_at=self._now,
            )
            .returning(_D)
        )
        return [delivery_of(row) for row in changed.mappings()]

    def unacknowledged(self, limit: int) -> list[Delivery]:
        """Websocket deliveries whose acknowledgement is overdue; another worker's are skipped."""
        found = (
            select(_D)
            .where(_D.c.ack_by.is_not(None), _D.c.ack_by <= self._now)
            .order_by(_D.c.ack_by)
            .limit(limit)
            .with_for_update(skip_locked=True)
        )
        return [delivery_of(row) for row in self._connection.execute(found).mappings()]

    def parked(
        self, channel: str, user_ids: Iterable[str] | None, limit: int, after: str = ""
    ) -> list[str]:
        """Ids above `after` of a channel's parked deliveries, oldest first; of some users or all."""
        return parked_on(self._connection, channel, user_ids, limit, after)

    def parked_ahead_of(self, channel: str, limit: int, after: str = "") -> list[Delivery]:
        """Parked deliveries that have the channel behind them, oldest first."""
        return parked_ahead_of(self._connection, channel, limit, after)

    def figures(self, channel: str, since: datetime) -> ChannelFigures:
        """Queue depth, and attempts since a time."""
        return channel_figures(self._connection, channel, since, self._now)

    def last_channel_session(self, user_ids: Iterable[str], channel: str) -> tuple[str, str] | None:
        """(session id, user id) of the newest delivery to any of the users on a channel."""
        found = (
            select(_D.c.session_id, _D.c.user_id)
            .join(t.session_users, t.session_users.c.session_id == _D.c.session_id)
            .where(
                t.session_users.c.user_id.in_(list(user_ids)),
                _D.c.user_id == t.session_users.c.user_id,
                _D.c.channel == channel,
            )
            .order_by(_D.c.id.desc())
            .limit(1)
        )
        row = self._connection.execute(found).one_or_none()
        return None if row is None else (row.session_id, row.user_id)


_WITH_INDEX = (State.PARKED, State.UNKNOWN, State.DEAD)
