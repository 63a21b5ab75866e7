"""Ends requests without an answer: cancelled by the agent, or expired."""

from __future__ import annotations

from parley_kit import crash_points
from parley_kit.errors import FailedPreconditionError, Reason
from parley_orchestrator.domain.feedback import FeedbackRequest, Status
from parley_orchestrator.ports import Store, Unit
from parley_orchestrator.use_cases.authorise import (
    ADMIN,
    AGENT,
    Caller,
    require,
    visible_request,
)
from parley_orchestrator.use_cases.resolve import resolve


class CancelFeedback:
    """Withdraws a request, if it is still pending."""

    def __init__(self, store: Store) -> None:
        self._store = store

    async def __call__(self, caller: Caller, request_id: str) -> FeedbackRequest:
        """The cancelled request; FailedPreconditionError when it ended before."""

        def command(unit: Unit) -> FeedbackRequest:
            request, session = visible_request(unit, caller, request_id)
            require(caller, AGENT, ADMIN)
            if request.status is Status.CANCELLED:
                return request
            if not unit.feedback.close(request_id, Status.CANCELLED):
                request = unit.feedback.get([request_id])[request_id]
                raise FailedPreconditionError(
                    f"The request is {request.status} and can no longer be cancelled.",
                    reason=Reason.ERROR_REASON_ALREADY_DECIDED,
                    metadata={"status": str(request.status)},
                )
            return resolve(unit, request_id, session)

        return await self._store.transact(command)


class ExpireFeedback:
    """Expires requests whose time is over."""

    def __init__(self, store: Store) -> None:
        self._store = store

    async def __call__(self, limit: int = 100) -> int:
        """How many were expired."""

        def command(unit: Unit) -> int:
            due = unit.feedback.expired(limit)
            unit.concern(unit.feedback.sessions_of(due))
            closed = [
                request_id
                for request_id in sorted(due)
                if unit.feedback.close(request_id, Status.EXPIRED)
            ]
            for request_id in closed:
                session_id = unit.feedback.get([request_id])[request_id].session_id
                resolve(unit, request_id, unit.conversations.sessions([session_id])[session_id])
                crash_points.reach("orchestrator.expiring")
            return len(closed)

        expired = await self._store.transact(command)
        if expired:
            crash_points.reach("orchestrator.expired")
        return expired
