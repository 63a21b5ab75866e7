"""Questions that need exactly one decision."""

from __future__ import annotations

from typing import Annotated

from fastapi import APIRouter, Query, Request
from starlette.responses import Response

from parley.common.v1 import feedback_pb2 as common_pb2
from parley.orchestrator.v1 import feedback_pb2
from parley_gateway.documents import json_response, json_text
from parley_gateway.models import feedback as models
from parley_gateway.models.problem import problem_responses
from parley_gateway.principal import Principal
from parley_gateway.route import SignedInRoute, UserRoute, check_role, gateway_of, principal_of
from parley_gateway.routes.paths import (
    IdempotencyKey,
    Identifier,
    Limit,
    PageToken,
    QueryId,
    WaitSeconds,
)
from parley_gateway.translate.feedback import feedback_view, kept_answer_view
from parley_gateway.waiting import waited
from parley_gateway.words import StatusWord, assurance_value, kind_value, status_value
from parley_kit import crash_points

MAX_ACTION_BYTES = 32 * 1024
MAX_VALUE_BYTES = 64 * 1024

router = APIRouter(
    prefix="/api",
    tags=["feedback"],
    route_class=SignedInRoute,
    responses=problem_responses(401, 403, 404, 422, 503),
)
answering = APIRouter(
    prefix="/api",
    tags=["feedback"],
    route_class=UserRoute,
    responses=problem_responses(401, 403, 404, 422, 503),
)


@router.post(
    "/sessions/{session_id}/feedback-requests",
    status_code=202,
    response_model=models.FeedbackRequest,
    responses=problem_responses(409, 429),
)
async def request_feedback(
    request: Request,
    session_id: Identifier,
    document: models.NewFeedbackRequest,
    idempotency_key: IdempotencyKey = None,
) -> Response:
    """Asks. Answers after it is stored."""
    principal = principal_of(request)
    check_role(principal, frozenset({"agent"}))
    answer = await gateway_of(request).orchestrator.feedback.CreateFeedbackRequest(
        question(principal, session_id, document, idempotency_key or "")
    )
    crash_points.reach("gateway.request_stored")
    return json_response(feedback_view(answer.request), 202)


def question(
    principal: Principal, session_id: str, document: models.NewFeedbackRequest, key: str
) -> feedback_pb2.CreateFeedbackRequestRequest:
    """What the orchestrator gets for one question."""
    return feedback_pb2.CreateFeedbackRequestRequest(
        caller=principal.caller,
        session_id=session_id,
        prompt=document.prompt,
        kind=kind_value(document.kind),
        options=[
            common_pb2.FeedbackOption(value=one.value, label=one.label) for one in document.options
        ],
        schema_json=json_text(document.schema_, "schema", MAX_ACTION_BYTES),
        action_json=json_text(document.action, "action", MAX_ACTION_BYTES),
        expires_in_seconds=document.expires_in_seconds or 0,
        respondents=document.respondents,
        required_approvals=document.required_approvals or 0,
        delivery=document.delivery,
        escalation=[
            feedback_pb2.EscalationStep(after_seconds=step.after_seconds, channel=step.channel)
            for step in document.escalation
        ],
        reminders=document.reminders,
        min_assurance=assurance_value(document.min_assurance),
        urgent=document.urgent,
        dangerous=document.dangerous,
        allow_edit=document.allow_edit,
        on_behalf_of=document.on_behalf_of or "",
        idempotency_key=key,
    )


@router.get("/feedback-requests", response_model=models.FeedbackRequests)
async def list_feedback_requests(
    request: Request,
    status: Annotated[StatusWord | None, Query()] = None,
    session_id: QueryId = "",
    limit: Limit = None,
    page_token: PageToken = "",
) -> Response:
    """Lists the questions that the caller sees, newest first."""
    answer = await gateway_of(request).orchestrator.feedback.ListFeedbackRequests(
        feedback_pb2.ListFeedbackRequestsRequest(
            caller=principal_of(request).caller,
            status=status_value(status),
            session_id=session_id,
            page_size=limit or 0,
            page_token=page_token,
        )
    )
    return json_response(
        {
            "feedback_requests": [feedback_view(each) for each in answer.requests],
            "next_page_token": answer.next_page_token or None,
        }
    )


@router.get("/feedback-requests/{request_id}", response_model=models.FeedbackRequest)
async def get_feedback_request(
    request: Request, request_id: Identifier, wait_seconds: WaitSeconds = 0
) -> Response:
    """Reads a question; with ``wait_seconds`` waits for its end."""
    feedback = gateway_of(request).orchestrator.feedback

    async def ask(wait: float, timeout: float) -> feedback_pb2.GetFeedbackRequestResponse:
        asked = feedback_pb2.GetFeedbackRequestRequest(
            caller=principal_of(request).caller, request_id=request_id, wait_seconds=wait
        )
        return await feedback.GetFeedbackRequest(asked, timeout=timeout)

    answer = await waited(request, ask, wait_seconds)
    return json_response(feedback_view(answer.request))


@answering.post(
    "/feedback-requests/{request_id}/responses",
    response_model=models.FeedbackRequest,
    responses=problem_responses(400, 409),
)
async def respond(
    request: Request, request_id: Identifier, document: models.NewResponse
) -> Response:
    """Answers as the signed-in person; a late answer gets 409 with the winner in it."""
    answer = await gateway_of(request).orchestrator.feedback.RecordResponse(
        answer_of(principal_of(request), request_id, document, "api")
    )
    crash_points.reach("gateway.answer_recorded")
    return json_response(feedback_view(answer.request))


def answer_of(
    principal: Principal, request_id: str, document: models.NewResponse, channel: str
) -> feedback_pb2.RecordResponseRequest:
    """What the orchestrator gets for one answer."""
    return feedback_pb2.RecordResponseRequest(
        caller=principal.caller,
        request_id=request_id,
        value_json=json_text(document.value, "value", MAX_VALUE_BYTES) or "null",
        comment=document.comment or "",
        channel=channel,
        digest=document.digest or "",
        edited_action_json=json_text(document.edited_action, "edited_action", MAX_ACTION_BYTES),
    )


@router.get(
    "/feedback-requests/{request_id}/answers",
    response_model=models.KeptAnswers,
)
async def list_answers(request: Request, request_id: Identifier) -> Response:
    """Lists every answer that was given, also those that did not count, oldest first."""
    answer = await gateway_of(request).orchestrator.feedback.ListAnswers(
        feedback_pb2.ListAnswersRequest(caller=principal_of(request).caller, request_id=request_id)
    )
    return json_response({"answers": [kept_answer_view(one) for one in answer.answers]})


@router.post(
    "/feedback-requests/{request_id}/cancel",
    response_model=models.FeedbackRequest,
    responses=problem_responses(409),
)
async def cancel_feedback_request(request: Request, request_id: Identifier) -> Response:
    """Withdraws a question."""
    answer = await gateway_of(request).orchestrator.feedback.CancelFeedbackRequest(
        feedback_pb2.CancelFeedbackRequestRequest(
            caller=principal_of(request).caller, request_id=request_id
        )
    )
    return json_response(feedback_view(answer.request))


router.routes.extend(answering.routes)
