"""Feedback requests over gRPC."""

from __future__ import annotations

from typing import Any

from parley.orchestrator.v1 import feedback_pb2, feedback_pb2_grpc
from parley_orchestrator.domain.feedback import FeedbackRequest, KeptAnswer, Status
from parley_orchestrator.ports import Store, Unit
from parley_orchestrator.sync.news import News
from parley_orchestrator.sync.wait import checked_wait, read_until
from parley_orchestrator.translate.callers import to_caller
from parley_orchestrator.translate.feedback import (
    from_status,
    to_kept_answer,
    to_new_request,
    to_new_response,
    to_request,
)
from parley_orchestrator.use_cases.authorise import (
    ADMIN,
    AGENT,
    require,
    visible_request,
    visible_session,
)
from parley_orchestrator.use_cases.end_feedback import CancelFeedback
from parley_orchestrator.use_cases.record_response import RecordResponse
from parley_orchestrator.use_cases.request_feedback import RequestFeedback
from parley_orchestrator.use_cases.validate import page_of


class FeedbackServicer(feedback_pb2_grpc.FeedbackServiceServicer):
    """Serves FeedbackService."""

    def __init__(
        self,
        request_feedback: RequestFeedback,
        record_response: RecordResponse,
        cancel: CancelFeedback,
        store: Store,
        news: News,
    ) -> None:
        self._request_feedback = request_feedback
        self._record_response = record_response
        self._cancel = cancel
        self._store = store
        self._news = news

    async def CreateFeedbackRequest(
        self, request: feedback_pb2.CreateFeedbackRequestRequest, context: Any
    ) -> feedback_pb2.CreateFeedbackRequestResponse:
        """Asks."""
        created = await self._request_feedback(to_new_request(request))
        return feedback_pb2.CreateFeedbackRequestResponse(request=to_request(created))

    async def GetFeedbackRequest(
        self, request: feedback_pb2.GetFeedbackRequestRequest, context: Any
    ) -> feedback_pb2.GetFeedbackRequestResponse:
        """Reads a request, and waits for its end if asked to."""
        caller = to_caller(request.caller)

        async def read() -> FeedbackRequest:
            found = await self._store.read(
                lambda unit: visible_request(unit, caller, request.request_id)
            )
            return found[0]

        wait = checked_wait(request.wait_seconds)
        found = await read()
        if wait and found.status is Status.PENDING:
            found = await read_until(
                self._news,
                found.session_id,
                read,
                lambda now: now.status is not Status.PENDING,
                wait,
            )
        return feedback_pb2.GetFeedbackRequestResponse(request=to_request(found))

    async def ListFeedbackRequests(
        self, request: feedback_pb2.ListFeedbackRequestsRequest, context: Any
    ) -> feedback_pb2.ListFeedbackRequestsResponse:
        """Lists requests."""
        caller, status = to_caller(request.caller), from_status(request.status)
        page = page_of(request.page_size, request.page_token, 50, 200)

        def query(unit: Unit) -> list[FeedbackRequest]:
            if request.session_id:
                visible_session(unit, caller, request.session_id)
            return unit.feedback.listed(caller.viewer, status, request.session_id, page)

        found = await self._store.read(query)
        return feedback_pb2.ListFeedbackRequestsResponse(
            requests=[to_request(one) for one in found],
            next_page_token=found[-1].id if len(found) == page.size else "",
        )

    async def RecordResponse(
        self, request: feedback_pb2.RecordResponseRequest, context: Any
    ) -> feedback_pb2.RecordResponseResponse:
        """Answers a request."""
        recorded = await self._record_response(to_new_response(request))
        return feedback_pb2.RecordResponseResponse(request=to_request(recorded))

    async def CancelFeedbackRequest(
        self, request: feedback_pb2.CancelFeedbackRequestRequest, context: Any
    ) -> feedback_pb2.CancelFeedbackRequestResponse:
        """Withdraws a request."""
        cancelled = await self._cancel(to_caller(request.caller), request.request_id)
        return feedback_pb2.CancelFeedbackRequestResponse(request=to_request(cancelled))

    async def ListAnswers(
        self, request: feedback_pb2.ListAnswersRequest, context: Any
    ) -> feedback_pb2.ListAnswersResponse:
        """Lists every answer, also those that did not count."""
        caller = to_caller(request.caller)

        def query(unit: Unit) -> list[KeptAnswer]:
            visible_request(unit, caller, request.request_id)
            require(caller, AGENT, ADMIN)
            return unit.feedback.answers(request.request_id, MAX_ANSWERS)

        kept = await self._store.read(query)
        return feedback_pb2.ListAnswersResponse(answers=[to_kept_answer(one) for one in kept])


MAX_ANSWERS = 1_000
