"""What was handed to channels, and what became of it."""

from __future__ import annotations

from typing import Annotated, Any, Literal

from fastapi import APIRouter, Query, Request
from starlette.responses import Response

from parley.orchestrator.v1 import deliveries_pb2
from parley_gateway.documents import json_response
from parley_gateway.models import channels as models
from parley_gateway.models.problem import problem_responses
from parley_gateway.route import SignedInRoute, gateway_of, principal_of
from parley_gateway.routes.paths import Identifier, PageToken, QueryId
from parley_gateway.translate.deliveries import delivery_view

StateWord = Literal[
    "queued", "sending", "sent", "delivered", "read", "parked", "unknown", "dead", "cancelled"
]
PageSize = Annotated[int | None, Query(ge=1, le=500)]

router = APIRouter(
    prefix="/api",
    tags=["deliveries"],
    route_class=SignedInRoute,
    responses=problem_responses(401, 403, 404, 422, 503),
)


@router.get("/messages/{message_id}/deliveries", response_model=models.Deliveries)
async def message_deliveries(
    request: Request, message_id: Identifier, limit: PageSize = None, page_token: PageToken = ""
) -> Response:
    """Every delivery of a message, with every attempt."""
    return await _listed(
        request, message_id=message_id, page_size=limit or 500, page_token=page_token
    )


@router.get("/deliveries", response_model=models.Deliveries)
async def list_deliveries(
    request: Request,
    state: Annotated[StateWord | None, Query()] = None,
    session_id: QueryId = "",
    limit: PageSize = None,
    page_token: PageToken = "",
) -> Response:
    """Deliveries that the caller sees, newest first."""
    return await _listed(
        request,
        state=state or "",
        session_id=session_id,
        page_size=limit or 0,
        page_token=page_token,
    )


async def _listed(request: Request, **selection: Any) -> Response:
    answer = await gateway_of(request).orchestrator.deliveries.ListDeliveries(
        deliveries_pb2.ListDeliveriesRequest(caller=principal_of(request).caller, **selection)
    )
    return json_response(
        {
            "deliveries": [delivery_view(delivery) for delivery in answer.deliveries],
            "next_page_token": answer.next_page_token or None,
        }
    )


@router.post(
    "/deliveries/{delivery_id}/retry",
    response_model=models.Delivery,
    responses=problem_responses(409),
)
async def retry_delivery(request: Request, delivery_id: Identifier) -> Response:
    """Puts a dead, unknown or parked delivery back into the queue."""
    answer = await gateway_of(request).orchestrator.deliveries.RetryDelivery(
        deliveries_pb2.RetryDeliveryRequest(
            caller=principal_of(request).caller, delivery_id=delivery_id
        )
    )
    return json_response(delivery_view(answer.delivery))


@router.post(
    "/deliveries/{delivery_id}/cancel",
    response_model=models.Delivery,
    responses=problem_responses(409),
)
async def cancel_delivery(request: Request, delivery_id: Identifier) -> Response:
    """Gives up a delivery that is not out yet."""
    answer = await gateway_of(request).orchestrator.deliveries.CancelDelivery(
        deliveries_pb2.CancelDeliveryRequest(
            caller=principal_of(request).caller, delivery_id=delivery_id
        )
    )
    return json_response(delivery_view(answer.delivery))
