"""Agents; the operator's."""

from __future__ import annotations

from fastapi import APIRouter, Request
from starlette.responses import Response

from parley.orchestrator.v1 import agents_pb2
from parley_gateway.documents import json_response
from parley_gateway.models.agents import Agents, AgentWithSecrets, NewAgent, NewWebhookSecret
from parley_gateway.models.problem import problem_responses
from parley_gateway.route import AdminRoute, SignedInRoute, gateway_of, principal_of
from parley_gateway.routes.paths import Identifier
from parley_gateway.translate.fields import moment
from parley_gateway.translate.people import agent_view

router = APIRouter(
    prefix="/api/agents",
    tags=["agents"],
    route_class=AdminRoute,
    responses=problem_responses(401, 403, 422, 503),
)

own = APIRouter(
    prefix="/api/agents",
    tags=["agents"],
    route_class=SignedInRoute,
    responses=problem_responses(401, 403, 404, 422, 503),
)


@router.post("", status_code=201, response_model=AgentWithSecrets)
async def create_agent(request: Request, document: NewAgent) -> Response:
    """Creates an agent. Its key and webhook secret are shown only here."""
    answer = await gateway_of(request).orchestrator.agents.CreateAgent(
        agents_pb2.CreateAgentRequest(
            caller=principal_of(request).caller,
            name=document.name,
            webhook_url=document.webhook_url or "",
        )
    )
    secrets = {"key": answer.key, "webhook_secret": answer.webhook_secret}
    return json_response(agent_view(answer.agent) | secrets, 201)


@router.get("", response_model=Agents)
async def list_agents(request: Request) -> Response:
    """Lists the agents, without secrets."""
    answer = await gateway_of(request).orchestrator.agents.ListAgents(
        agents_pb2.ListAgentsRequest(caller=principal_of(request).caller)
    )
    return json_response({"agents": [agent_view(agent) for agent in answer.agents]})


@own.post("/{agent_id}/webhook-secret", status_code=201, response_model=NewWebhookSecret)
async def rotate_webhook_secret(request: Request, agent_id: Identifier) -> Response:
    """Makes a new webhook secret, shown only here; for a day the old one signs too."""
    answer = await gateway_of(request).orchestrator.agents.RotateWebhookSecret(
        agents_pb2.RotateWebhookSecretRequest(
            caller=principal_of(request).caller, agent_id=agent_id
        )
    )
    secret = {"webhook_secret": answer.webhook_secret, "old_until": moment(answer, "old_until")}
    return json_response(secret, 201)


router.routes.extend(own.routes)
