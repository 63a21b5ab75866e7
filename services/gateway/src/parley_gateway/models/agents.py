"""Agents."""

from __future__ import annotations

from pydantic import Field

from parley_gateway.models.base import Line, Received, Shown


class NewAgent(Received):
    """An agent to create."""

    name: Line = Field(min_length=1, max_length=100, examples=["Deploy bot"])
    webhook_url: Line | None = Field(None, max_length=2000, examples=["https://bot.example/hook"])


class Agent(Shown):
    """An agent."""

    id: str = Field(examples=["agt_06eh"])
    name: str
    webhook_url: str | None
    created_at: str


class AgentWithSecrets(Agent):
    """An agent with the secrets that are shown only once."""

    key: str
    webhook_secret: str


class NewWebhookSecret(Shown):
    """A secret that is shown only once."""

    webhook_secret: str = Field(examples=["whsec_c2VjcmV0"])
    old_until: str = Field(description="Until then the old secret signs too.")


class Agents(Shown):
    """All agents."""

    agents: list[Agent]
