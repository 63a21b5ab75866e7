"""People, how they want to be reached, and their tokens."""

from __future__ import annotations

from typing import Annotated

from fastapi import APIRouter, Body, Request
from starlette.responses import Response

from parley.orchestrator.v1 import access_pb2, users_pb2
from parley_gateway.documents import json_response
from parley_gateway.models import users as models
from parley_gateway.models.problem import problem_responses
from parley_gateway.route import SignedInRoute, check_role, gateway_of, principal_of
from parley_gateway.routes.paths import IdempotencyKey, Identifier
from parley_gateway.translate.fields import moment
from parley_gateway.translate.people import preferences_view, user_view

router = APIRouter(
    prefix="/api/users",
    tags=["users"],
    route_class=SignedInRoute,
    responses=problem_responses(401, 403, 404, 422, 503),
)


@router.post("", status_code=201, response_model=models.User, responses=problem_responses(409))
async def create_user(
    request: Request, document: models.NewUser, idempotency_key: IdempotencyKey = None
) -> Response:
    """Creates a person. One that the admin creates is visible to all agents."""
    principal = principal_of(request)
    check_role(principal, frozenset({"admin", "agent"}))
    user = users_pb2.User(**document.model_dump(exclude_none=True))
    answer = await gateway_of(request).orchestrator.users.CreateUser(
        users_pb2.CreateUserRequest(
            caller=principal.caller, user=user, idempotency_key=idempotency_key or ""
        )
    )
    return json_response(user_view(answer.user), 201)


@router.get("/{user_id}", response_model=models.User)
async def get_user(request: Request, user_id: Identifier) -> Response:
    """Reads a person."""
    answer = await gateway_of(request).orchestrator.users.GetUser(
        users_pb2.GetUserRequest(caller=principal_of(request).caller, user_id=user_id)
    )
    return json_response(user_view(answer.user))


@router.get("/{user_id}/preferences", response_model=models.Preferences)
async def get_preferences(request: Request, user_id: Identifier) -> Response:
    """Reads how a person wants to be reached."""
    answer = await gateway_of(request).orchestrator.users.GetPreferences(
        users_pb2.GetPreferencesRequest(caller=principal_of(request).caller, user_id=user_id)
    )
    return json_response(preferences_view(answer.preferences))


@router.put("/{user_id}/preferences", response_model=models.Preferences)
async def put_preferences(
    request: Request, user_id: Identifier, document: models.Preferences
) -> Response:
    """Replaces how a person wants to be reached."""
    preferences = preferences_of(document.channels, document.quiet_hours)
    answer = await gateway_of(request).orchestrator.users.PutPreferences(
        users_pb2.PutPreferencesRequest(
            caller=principal_of(request).caller, user_id=user_id, preferences=preferences
        )
    )
    return json_response(preferences_view(answer.preferences))


def preferences_of(
    channels: list[str], quiet_hours: models.QuietHours | None
) -> users_pb2.Preferences:
    """What the orchestrator gets of how a person wants to be reached."""
    preferences = users_pb2.Preferences(channels=channels)
    if quiet_hours is not None:
        preferences.quiet_hours.start = quiet_hours.start
        preferences.quiet_hours.end = quiet_hours.end
    return preferences


@router.post("/{user_id}/tokens", status_code=201, response_model=models.Token)
async def issue_token(
    request: Request,
    user_id: Identifier,
    document: Annotated[models.TokenWish | None, Body()] = None,
) -> Response:
    """Issues a short-lived token for the browser and the WebSocket."""
    lifetime = document.lifetime_seconds if document is not None else None
    answer = await gateway_of(request).orchestrator.access.IssueUserToken(
        access_pb2.IssueUserTokenRequest(
            caller=principal_of(request).caller, user_id=user_id, lifetime_seconds=lifetime or 0
        )
    )
    return json_response({"token": answer.token, "expires_at": moment(answer, "expires_at")}, 201)


@router.post("/{user_id}/tokens/revoke", response_model=models.Revoked)
async def revoke_tokens(request: Request, user_id: Identifier) -> Response:
    """Revokes all tokens of a person; their sockets close."""
    gateway = gateway_of(request)
    answer = await gateway.orchestrator.access.RevokeUserTokens(
        access_pb2.RevokeUserTokensRequest(caller=principal_of(request).caller, user_id=user_id)
    )
    gateway.hub.sign_out([user_id])
    return json_response({"revoked": answer.revoked})
