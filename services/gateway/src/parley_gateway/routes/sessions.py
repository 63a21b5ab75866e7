"""Conversations."""

from __future__ import annotations

from fastapi import APIRouter, Request
from starlette.responses import Response

from parley.orchestrator.v1 import sessions_pb2
from parley_gateway.documents import json_response, json_text
from parley_gateway.models import sessions as models
from parley_gateway.models.problem import problem_responses
from parley_gateway.route import SignedInRoute, check_role, gateway_of, principal_of
from parley_gateway.routes.paths import IdempotencyKey, Identifier, Limit, PageToken
from parley_gateway.translate.conversations import session_view

MAX_METADATA_BYTES = 16 * 1024

router = APIRouter(
    prefix="/api/sessions",
    tags=["sessions"],
    route_class=SignedInRoute,
    responses=problem_responses(401, 403, 404, 422, 503),
)


@router.post("", status_code=201, response_model=models.Session, responses=problem_responses(409))
async def create_session(
    request: Request, document: models.NewSession, idempotency_key: IdempotencyKey = None
) -> Response:
    """Begins a conversation with one or more people."""
    principal = principal_of(request)
    check_role(principal, frozenset({"agent"}))
    answer = await gateway_of(request).orchestrator.sessions.CreateSession(
        sessions_pb2.CreateSessionRequest(
            caller=principal.caller,
            user_ids=document.user_ids,
            title=document.title,
            metadata_json=json_text(document.metadata, "metadata", MAX_METADATA_BYTES),
            idempotency_key=idempotency_key or "",
        )
    )
    return json_response(session_view(answer.session), 201)


@router.get("", response_model=models.Sessions)
async def list_sessions(
    request: Request, limit: Limit = None, page_token: PageToken = ""
) -> Response:
    """Lists the conversations that the caller sees, newest first."""
    answer = await gateway_of(request).orchestrator.sessions.ListSessions(
        sessions_pb2.ListSessionsRequest(
            caller=principal_of(request).caller, page_size=limit or 0, page_token=page_token
        )
    )
    return json_response(
        {
            "sessions": [session_view(session) for session in answer.sessions],
            "next_page_token": answer.next_page_token or None,
        }
    )


@router.get("/{session_id}", response_model=models.Session)
async def get_session(request: Request, session_id: Identifier) -> Response:
    """Reads a conversation."""
    answer = await gateway_of(request).orchestrator.sessions.GetSession(
        sessions_pb2.GetSessionRequest(caller=principal_of(request).caller, session_id=session_id)
    )
    return json_response(session_view(answer.session))


@router.put("/{session_id}/channel", response_model=models.Session)
async def switch_channel(
    request: Request, session_id: Identifier, document: models.ChannelChoice
) -> Response:
    """Moves a conversation to another channel, from the next delivery on."""
    answer = await gateway_of(request).orchestrator.sessions.SwitchChannel(
        sessions_pb2.SwitchChannelRequest(
            caller=principal_of(request).caller,
            session_id=session_id,
            channel=document.channel or "",
        )
    )
    return json_response(session_view(answer.session))


@router.post("/{session_id}/typing", status_code=204, response_class=Response)
async def note_typing(request: Request, session_id: Identifier) -> Response:
    """Lets the others see for six seconds that the caller is typing; repeat it while it lasts."""
    await gateway_of(request).orchestrator.sessions.NoteTyping(
        sessions_pb2.NoteTypingRequest(caller=principal_of(request).caller, session_id=session_id)
    )
    return Response(status_code=204)
