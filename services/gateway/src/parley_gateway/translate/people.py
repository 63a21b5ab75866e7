"""Agents and people, as the JSON that clients read. Pure."""

from __future__ import annotations

from parley.orchestrator.v1 import agents_pb2, users_pb2
from parley_gateway.translate.fields import Json, moment


def agent_view(agent: agents_pb2.Agent) -> Json:
    """An agent without its secrets."""
    return {
        "id": agent.id,
        "name": agent.name,
        "webhook_url": agent.webhook_url or None,
        "created_at": moment(agent, "created_at"),
    }


def user_view(user: users_pb2.User) -> Json:
    """A person."""
    return {
        "id": user.id,
        "name": user.name,
        "email": user.email or None,
        "slack_user_id": user.slack_user_id or None,
        "slack_team_id": user.slack_team_id or None,
        "timezone": user.timezone or None,
        "created_at": moment(user, "created_at"),
    }


def preferences_view(preferences: users_pb2.Preferences) -> Json:
    """How a person wants to be reached."""
    quiet = preferences.quiet_hours if preferences.HasField("quiet_hours") else None
    return {
        "channels": list(preferences.channels),
        "quiet_hours": {"start": quiet.start, "end": quiet.end} if quiet else None,
    }
