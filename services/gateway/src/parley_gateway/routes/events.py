"""A session's event log: long poll, or server-sent events."""

from __future__ import annotations

from collections.abc import AsyncIterator
from typing import Annotated

import orjson
from fastapi import APIRouter, Header, Query, Request
from starlette.responses import Response, StreamingResponse

from parley.orchestrator.v1 import sessions_pb2
from parley_gateway.bootstrap import Gateway
from parley_gateway.documents import json_response
from parley_gateway.models.events import Events
from parley_gateway.models.problem import problem_responses
from parley_gateway.principal import Principal
from parley_gateway.route import SignedInRoute, gateway_of, principal_of
from parley_gateway.routes.paths import After, Identifier, WaitSeconds
from parley_gateway.translate.conversations import event_view, typist_view
from parley_gateway.waiting import RPC_SECONDS, waited
from parley_kit.errors import ServiceError

STREAM = "text/event-stream"
BEAT_SECONDS = 15.0

router = APIRouter(
    prefix="/api/sessions",
    tags=["sessions"],
    route_class=SignedInRoute,
    responses=problem_responses(401, 403, 404, 422, 503),
)


@router.get(
    "/{session_id}/events",
    response_model=Events,
    responses={200: {"content": {STREAM: {"schema": {"type": "string"}}}}},
)
async def events(
    request: Request,
    session_id: Identifier,
    after: After = 0,
    wait_seconds: WaitSeconds = 0,
    limit: Annotated[int, Query(ge=1, le=1000)] = 200,
    last_event_id: Annotated[str | None, Header(pattern=r"^\d{1,15}$")] = None,
) -> Response:
    """Events after a seq: a long poll, or a stream with ``Accept: text/event-stream``."""
    gateway, principal = gateway_of(request), principal_of(request)
    asked = sessions_pb2.ListEventsRequest(
        caller=principal.caller, session_id=session_id, after_seq=after, page_size=limit
    )
    if STREAM in request.headers.get("accept", ""):
        asked.after_seq = int(last_event_id) if last_event_id is not None else after
        return await _stream(gateway, principal, asked)

    async def ask(wait: float, timeout: float) -> sessions_pb2.ListEventsResponse:
        asked.wait_seconds = wait
        return await gateway.orchestrator.sessions.ListEvents(asked, timeout=timeout)

    answer = await waited(request, ask, wait_seconds)
    events = [event_view(event) for event in answer.events]
    return json_response({"events": events, "has_more": answer.has_more})


async def _stream(
    gateway: Gateway, principal: Principal, asked: sessions_pb2.ListEventsRequest
) -> Response:
    first = await gateway.orchestrator.sessions.ListEvents(asked)  # refuses before the stream opens
    return StreamingResponse(
        _frames(gateway, principal, asked, first),
        media_type=STREAM,
        headers={"X-Accel-Buffering": "no"},
    )


async def _frames(
    gateway: Gateway,
    principal: Principal,
    asked: sessions_pb2.ListEventsRequest,
    first: sessions_pb2.ListEventsResponse,
) -> AsyncIterator[bytes]:
    answer, asked.wait_seconds, asked.with_typing = first, BEAT_SECONDS, True
    yield b": stream of events; reconnect with Last-Event-ID\n\n"
    while True:
        for event in answer.events:
            yield frame(event)
            asked.after_seq = event.seq
        for typist in answer.typing:
            yield typing_frame(asked.session_id, typist)
        if not answer.events and not answer.typing:
            yield b": still here\n\n"
        if gateway.stopping.is_set() or _has_expired(gateway, principal):
            return
        try:
            answer = await gateway.orchestrator.sessions.ListEvents(
                asked, timeout=BEAT_SECONDS + RPC_SECONDS
            )
        except ServiceError:
            return  # the client comes back with Last-Event-ID


def frame(event: sessions_pb2.Event) -> bytes:
    """One server-sent event (WHATWG HTML, 9.2); JSON holds no raw line breaks."""
    body = orjson.dumps(event_view(event))
    return b"id: %d\nevent: %s\ndata: %s\n\n" % (event.seq, event.kind.encode(), body)


def typing_frame(session_id: str, typist: sessions_pb2.Typist) -> bytes:
    """Somebody types: of no seq, so that it moves no Last-Event-ID."""
    return b"event: typing\ndata: %s\n\n" % orjson.dumps(typist_view(session_id, typist))


def _has_expired(gateway: Gateway, principal: Principal) -> bool:
    return principal.expires_at is not None and gateway.clock() >= principal.expires_at
