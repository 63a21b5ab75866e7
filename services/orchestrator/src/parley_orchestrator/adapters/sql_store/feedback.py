"""Feedback requests and answers in SQL; one statement decides."""

from __future__ import annotations

from collections.abc import Iterable
from datetime import datetime
from typing import Any

from sqlalchemy import (
    Connection,
    Select,
    and_,
    bindparam,
    func,
    insert,
    or_,
    outerjoin,
    select,
    update,
)

from parley_kit.ids import new_id
from parley_orchestrator.adapters import sql_tables as t
from parley_orchestrator.adapters.sql_store.feedback_rows import (
    RESPONSE_COLUMNS,
    answer_row,
    kept_answer_of,
    request_of,
    row_of,
)
from parley_orchestrator.adapters.sql_store.statements import paged, seen_by
from parley_orchestrator.domain.delivery import Kind as DeliveryKind
from parley_orchestrator.domain.feedback import (
    APPROVED,
    Card,
    FeedbackRequest,
    KeptAnswer,
    Response,
    Status,
)
from parley_orchestrator.ports import Page, Viewer

_REQUESTS, _RESPONSES = t.feedback_requests, t.feedback_responses
_WITH_RESPONSE = select(
    _REQUESTS,
    *(_RESPONSES.c[name].label(f"response_{name}") for name in RESPONSE_COLUMNS),
).select_from(outerjoin(_REQUESTS, _RESPONSES, _RESPONSES.c.id == _REQUESTS.c.response_id))
_CARD, _UPDATE = t.deliveries, t.deliveries.alias("update_of")
_CARDS = (
    select(
        *(_CARD.c[name] for name in ("id", "subject_id", "channel", "state", "user_id")),
        _UPDATE.c.state.label("update_state"),
    )
    .select_from(
        outerjoin(
            _CARD,
            _UPDATE,
            and_(
                _UPDATE.c.subject_id == _CARD.c.subject_id,
                _UPDATE.c.card_delivery_id == _CARD.c.id,
            ),
        )
    )
    .where(
        _CARD.c.subject_id.in_(bindparam("ids", expanding=True)),
        _CARD.c.kind == DeliveryKind.CARD,
    )
    .order_by(_CARD.c.id)
)


class SqlFeedback:
    """Implements `ports.Feedback`."""

    def __init__(self, connection: Connection, now: datetime) -> None:
        self._connection = connection
        self._now = now

    def add(self, request: FeedbackRequest) -> None:
        """Stores a request."""
        self._connection.execute(insert(_REQUESTS).values(row_of(request)))

    def get(self, ids: Iterable[str]) -> dict[str, FeedbackRequest]:
        """Requests by id, with their cards; unknown ids are absent."""
        statement = _WITH_RESPONSE.where(_REQUESTS.c.id.in_(list(ids)))
        return {request.id: request for request in self._loaded(statement)}

    def listed(
        self, viewer: Viewer, status: str, session_id: str, page: Page
    ) -> list[FeedbackRequest]:
        """Requests that the viewer sees, newest first."""
        statement = seen_by(_WITH_RESPONSE, _REQUESTS.c.session_id, viewer)
        if status:
            statement = statement.where(_REQUESTS.c.status == status)
        if session_id:
            statement = statement.where(_REQUESTS.c.session_id == session_id)
        return self._loaded(paged(statement, _REQUESTS, page))

    def lock(self, request_id: str) -> FeedbackRequest | None:
        """The request, with its row locked until commit."""
        statement = select(_REQUESTS.c.id).where(_REQUESTS.c.id == request_id).with_for_update()
        if self._connection.execute(statement).scalar() is None:
            return None
        return self.get([request_id])[request_id]

    def decide(self, request_id: str, digest: str, response: Response) -> bool:
        """The one statement that decides; False when something else was first."""
        response_id = new_id("rsp", self._now)
        decided = self._connection.execute(
            update(_REQUESTS)
            .where(
                _REQUESTS.c.id == request_id,
                _REQUESTS.c.status == Status.PENDING,
                _REQUESTS.c.digest == digest,
                or_(_REQUESTS.c.expires_at.is_(None), _REQUESTS.c.expires_at > self._now),
            )
            .values(status=Status.ANSWERED, response_id=response_id, resolved_at=self._now)
            .returning(_REQUESTS.c.id)
        ).scalar()
        if decided is None:
            return False
        self._insert_answer(response_id, request_id, response, is_accepted=True, refusal="")
        return True

    def close(self, request_id: str, status: str) -> bool:
        """Expires or cancels, if still pending; competes with answers in the same way."""
        conditions = [_REQUESTS.c.id == request_id, _REQUESTS.c.status == Status.PENDING]
        if status == Status.EXPIRED:
            conditions.append(_REQUESTS.c.expires_at <= self._now)
        closed = self._connection.execute(
            update(_REQUESTS)
            .where(*conditions)
            .values(status=status, resolved_at=self._now)
            .returning(_REQUESTS.c.id)
        ).scalar()
        return closed is not None

    def keep_answer(
        self, request_id: str, response: Response, *, is_accepted: bool, refusal: str
    ) -> None:
        """Keeps an answer that did not decide, for audit or as one of several approvals."""
        self._insert_answer(
            new_id("rsp", self._now),
            request_id,
            response,
            is_accepted=is_accepted,
            refusal=refusal,
        )

    def answers(self, request_id: str, limit: int) -> list[KeptAnswer]:
        """Every answer that was given, also refused ones, oldest first."""
        found = (
            select(_RESPONSES)
            .where(_RESPONSES.c.request_id == request_id)
            .order_by(_RESPONSES.c.id)
            .limit(limit)
        )
        return [kept_answer_of(row) for row in self._connection.execute(found).mappings()]

    def approvers(self, request_id: str) -> set[str]:
        """Who approved so far."""
        found = select(_RESPONSES.c.user_id, _RESPONSES.c.value).where(
            _RESPONSES.c.request_id == request_id, _RESPONSES.c.is_accepted
        )
        return {r.user_id for r in self._connection.execute(found) if r.value == APPROVED}

    def sessions_of(self, request_ids: Iterable[str]) -> set[str]:
        """The sessions that requests belong to."""
        ids = list(request_ids)
        found = select(_REQUESTS.c.session_id).where(_REQUESTS.c.id.in_(ids))
        return set(self._connection.execute(found).scalars()) if ids else set()

    def expired(self, limit: int) -> list[str]:
        """Pending requests whose time is over."""
        found = (
            select(_REQUESTS.c.id)
            .where(t.IS_PENDING, _REQUESTS.c.expires_at <= self._now)
            .order_by(_REQUESTS.c.expires_at)
            .limit(limit)
        )
        return list(self._connection.execute(found).scalars())

    def to_escalate(self, limit: int) -> list[FeedbackRequest]:
        """Pending requests whose next step is due, locked; another worker's are skipped."""
        found = (
            select(_REQUESTS.c.id)
            .where(t.IS_PENDING, _REQUESTS.c.escalate_at <= self._now)
            .order_by(_REQUESTS.c.escalate_at)
            .limit(limit)
            .with_for_update(skip_locked=True)
        )
        ids = list(self._connection.execute(found).scalars())
        return list(self.get(ids).values()) if ids else []

    def mark_escalated(self, request_id: str, steps: int, next_at: datetime | None) -> None:
        """Keeps how many steps were taken and when the next one is due."""
        self._connection.execute(
            update(_REQUESTS)
            .where(_REQUESTS.c.id == request_id)
            .values(escalated=steps, escalate_at=next_at)
        )

    def recent_for(self, user_ids: Iterable[str], since: datetime) -> dict[str, int]:
        """How many cards each person was sent since a time."""
        cards = t.deliveries
        found = (
            select(cards.c.user_id, func.count(cards.c.subject_id.distinct()).label("cards"))
            .join(t.session_users, t.session_users.c.session_id == cards.c.session_id)
            .where(
                t.session_users.c.user_id.in_(list(user_ids)),
                cards.c.user_id == t.session_users.c.user_id,
                cards.c.kind == DeliveryKind.CARD,
                cards.c.created_at > since,
            )
            .group_by(cards.c.user_id)
        )
        return {user_id: int(count) for user_id, count in self._connection.execute(found)}

    def _insert_answer(
        self,
        response_id: str,
        request_id: str,
        response: Response,
        *,
        is_accepted: bool,
        refusal: str,
    ) -> None:
        values = {
            "id": response_id,
            "request_id": request_id,
            "is_accepted": is_accepted,
            "refusal": refusal,
            **answer_row(response),
        }
        self._connection.execute(insert(_RESPONSES).values(values))

    def _loaded(self, statement: Select[Any]) -> list[FeedbackRequest]:
        rows = list(self._connection.execute(statement).mappings())
        ids = [row["id"] for row in rows]
        cards = self._cards(ids)
        approvals = self._approvals([r["id"] for r in rows if r["required_approvals"] > 1])
        return [
            request_of(row, tuple(cards.get(row["id"], ())), approvals.get(row["id"]))
            for row in rows
        ]

    def _approvals(self, ids: Iterable[str]) -> dict[str, int]:
        return {request_id: len(self.approvers(request_id)) for request_id in ids}

    def _cards(self, ids: list[str]) -> dict[str, list[Card]]:
        cards: dict[str, list[Card]] = {}
        for row in self._connection.execute(_CARDS, {"ids": ids}):
            card = Card(row.channel, row.state, row.user_id, row.id, row.update_state or "none")
            cards.setdefault(row.subject_id, []).append(card)
        return cards
