"""Messages; sending one is the hottest route there is."""

from __future__ import annotations

import re
from typing import Annotated, Any

from fastapi import APIRouter, Query, Request
from starlette.responses import Response

from parley.common.v1 import caller_pb2
from parley.orchestrator.v1 import messages_pb2
from parley_gateway.documents import invalid_fields, json_response, json_text, read_document
from parley_gateway.models import messages as models
from parley_gateway.models.problem import problem_responses
from parley_gateway.openapi import body_of
from parley_gateway.problems import ProblemError, error_of, problem_of
from parley_gateway.route import DirectRoute, SignedInRoute, gateway_of, principal_of
from parley_gateway.routes.paths import ID, After, Identifier
from parley_gateway.routes.sessions import MAX_METADATA_BYTES
from parley_gateway.translate.conversations import message_view

MAX_KEY_CHARACTERS = 255
_ACCEPTED = 202

router = APIRouter(
    prefix="/api",
    tags=["messages"],
    route_class=SignedInRoute,
    responses=problem_responses(401, 403, 404, 422, 503),
)
direct = APIRouter(
    prefix="/api",
    tags=["messages"],
    route_class=DirectRoute,
    responses=problem_responses(400, 401, 403, 404, 409, 413, 415, 422, 429, 503),
)


@direct.post(
    "/sessions/{session_id}/messages",  # noqa: FAST003  # a direct route reads it from the request
    status_code=_ACCEPTED,
    response_model=models.Message,
    openapi_extra=body_of(models.NewMessage)
    | {
        "parameters": [
            {"name": "session_id", "in": "path", "required": True, "schema": {"type": "string"}},
            {
                "name": "Idempotency-Key",
                "in": "header",
                "schema": {"type": "string", "maxLength": MAX_KEY_CHARACTERS},
            },
        ]
    },
)
async def send_message(request: Request) -> Response:
    """Says something. Answers after it is stored; a repeated Idempotency-Key answers the same."""
    document = await read_document(request, models.NewMessage)
    message = outgoing(
        principal_of(request).caller,
        _session_id(request),
        document,
        idempotency_key(request),
    )
    [result] = await gateway_of(request).batcher.submit([message])
    if result.HasField("problem"):
        raise error_of(result.problem)
    return json_response(message_view(result.message), _ACCEPTED)


@direct.post(
    "/messages/batch",
    response_model=models.MessageResults,
    openapi_extra=body_of(models.NewMessages),
)
async def send_messages(request: Request) -> Response:
    """Says up to 100 things, each with its own result."""
    document = await read_document(request, models.NewMessages)
    caller = principal_of(request).caller
    messages = [
        outgoing(caller, one.session_id, one, one.idempotency_key or "")
        for one in document.messages
    ]
    results = await gateway_of(request).batcher.submit(messages)
    return json_response({"results": [_result_view(result) for result in results]})


@router.get("/sessions/{session_id}/messages", response_model=models.Messages)
async def list_messages(
    request: Request,
    session_id: Identifier,
    after: After = 0,
    limit: Annotated[int, Query(ge=1, le=1000)] = 200,
) -> Response:
    """Reads a conversation's messages by seq."""
    answer = await gateway_of(request).orchestrator.messages.ListMessages(
        messages_pb2.ListMessagesRequest(
            caller=principal_of(request).caller,
            session_id=session_id,
            after_seq=after,
            page_size=limit,
        )
    )
    messages = [message_view(message) for message in answer.messages]
    return json_response({"messages": messages, "has_more": answer.has_more})


def outgoing(
    caller: caller_pb2.Caller, session_id: str, document: models.NewMessage, key: str
) -> messages_pb2.SendMessageRequest:
    """What the orchestrator gets for one message."""
    return messages_pb2.SendMessageRequest(
        caller=caller,
        session_id=session_id,
        text=document.text,
        reply_to=document.reply_to or "",
        metadata_json=json_text(document.metadata, "metadata", MAX_METADATA_BYTES),
        idempotency_key=key,
        channel=document.channel or "",
        urgent=document.urgent,
    )


def _session_id(request: Request) -> str:
    session_id: str = request.path_params["session_id"]
    if not re.fullmatch(ID, session_id):
        raise ProblemError(invalid_fields([{"loc": ("session_id",), "msg": "is not an id"}]))
    return session_id


def idempotency_key(request: Request) -> str:
    """The Idempotency-Key header; empty when there is none.

    Raises:
        ProblemError: 422 for one that is too long.
    """
    key = request.headers.get("idempotency-key", "")
    if len(key) > MAX_KEY_CHARACTERS:
        detail = f"may have at most {MAX_KEY_CHARACTERS} characters"
        raise ProblemError(invalid_fields([{"loc": ("Idempotency-Key",), "msg": detail}]))
    return key


def _result_view(result: messages_pb2.SendMessageResult) -> dict[str, Any]:
    if result.HasField("message"):
        return {"status": _ACCEPTED, "message": message_view(result.message)}
    problem = problem_of(error_of(result.problem))
    return {"status": problem.status, "problem": problem.document()}


router.routes[:0] = direct.routes
