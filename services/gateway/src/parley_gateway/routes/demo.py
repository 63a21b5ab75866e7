"""The demonstration of `make run`: the seeded agent asks the signed-in person. Off by default."""

from __future__ import annotations

from typing import Any, Literal

from fastapi import APIRouter, Request
from pydantic import Field
from starlette.responses import Response

from parley.orchestrator.v1 import sessions_pb2
from parley_gateway.bootstrap import Gateway
from parley_gateway.documents import json_response
from parley_gateway.models.base import Received
from parley_gateway.models.feedback import NewFeedbackRequest
from parley_gateway.principal import Principal
from parley_gateway.route import OpenRoute, UserRoute, gateway_of, principal_of
from parley_gateway.routes.feedback import question
from parley_gateway.translate.feedback import feedback_view
from parley_kit.errors import FailedPreconditionError, NotFoundError, Reason

HOUR_SECONDS = 3_600
Question = Literal["approval", "risky", "choice", "text", "form", "comment"]
QUESTIONS: dict[Question, dict[str, Any]] = {
    "approval": {
        "prompt": "Deploy **web 2.14** to production? All 412 checks passed; 3 files changed.",
        "action": {"tool": "deploy", "service": "web", "version": "2.14", "strategy": "rolling"},
    },
    "risky": {
        "kind": "approval",
        "prompt": "Delete the **staging** database? Its last backup is from this morning.",
        "action": {"tool": "drop_database", "name": "staging", "keep_backup": True, "wait_days": 7},
        "dangerous": True,
        "allow_edit": True,
        "urgent": True,
    },
    "comment": {"prompt": "I sent the invoices of October. Anything to note for next time?"},
    "choice": {
        "prompt": "The nightly import failed. Which of three shall I do?",
        "options": [
            {"value": "retry", "label": "Retry now"},
            {"value": "skip", "label": "Skip tonight's import"},
            {"value": "rollback", "label": "Roll back to yesterday"},
        ],
    },
    "text": {"prompt": "What shall the release note say about the new search?"},
    "form": {
        "prompt": "I found a table at **Da Enzo**. How shall I book it?",
        "schema": {
            "type": "object",
            "properties": {
                "people": {"type": "integer", "title": "People", "minimum": 1, "maximum": 12},
                "time": {"type": "string", "title": "Time", "enum": ["18:30", "19:30", "20:30"]},
                "outside": {"type": "boolean", "title": "Outside, if it stays dry"},
                "note": {"type": "string", "title": "A note for the restaurant"},
            },
            "required": ["people", "time"],
        },
    },
}

router = APIRouter(prefix="/api/demo", include_in_schema=False, route_class=UserRoute)
opened = APIRouter(prefix="/api/demo", include_in_schema=False, route_class=OpenRoute)


class Wish(Received):
    """Which question to be asked."""

    kind: Question = Field(examples=["approval"])


@opened.get("")
async def demo(request: Request) -> Response:
    """Whether this is a demonstration, and where the sandbox is."""
    gateway = gateway_of(request)
    _check_enabled(gateway)
    return json_response({"enabled": True, "sandbox_url": gateway.settings.sandbox_url})


@router.post("/question", status_code=202)
async def ask(request: Request, wish: Wish) -> Response:
    """Asks the signed-in person a question of this kind, on all channels."""
    gateway, person = gateway_of(request), principal_of(request)
    _check_enabled(gateway)
    agent = await gateway.authenticator.bearer(gateway.settings.demo_agent_key.get_secret_value())
    session_id = await _newest_session(gateway, agent, person)
    document = NewFeedbackRequest.model_validate(
        {"kind": wish.kind, "delivery": "all", "expires_in_seconds": HOUR_SECONDS}
        | QUESTIONS[wish.kind]
        | {"respondents": [person.id]}
    )
    answer = await gateway.orchestrator.feedback.CreateFeedbackRequest(
        question(agent, session_id, document, "")
    )
    return json_response(feedback_view(answer.request), 202)


async def _newest_session(gateway: Gateway, agent: Principal, person: Principal) -> str:
    answer = await gateway.orchestrator.sessions.ListSessions(
        sessions_pb2.ListSessionsRequest(caller=person.caller)
    )
    for session in answer.sessions:
        if session.agent_id == agent.id:
            return session.id
    raise FailedPreconditionError(
        "The demonstration's agent has no session with you yet; restart with `make run`."
    )


def _check_enabled(gateway: Gateway) -> None:
    if not gateway.settings.demo:
        raise NotFoundError(
            "This is not a demonstration (PARLEY_DEMO is off).",
            reason=Reason.ERROR_REASON_NOT_OFFERED,
        )


router.routes.extend(opened.routes)
