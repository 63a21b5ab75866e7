"""Agents; the operator's."""

from __future__ import annotations

from fastapi import APIRouter, Request
from starlette.responses import Response

from parley.orchestrator.v1 import agents_pb2
from parley_gateway.documents import json_response
from parley_gateway.models.agents import Agents, AgentWithSecrets, NewAgent
from parley_gateway.models.problem import problem_responses
from parley_gateway.route import AdminRoute, gateway_of, principal_of
from parley_gateway.translate import agent_view

router = APIRouter(
    prefix="/api/agents",
    tags=["agents"],
    route_class=AdminRoute,
    responses=problem_responses(401, 403, 422, 503),
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
