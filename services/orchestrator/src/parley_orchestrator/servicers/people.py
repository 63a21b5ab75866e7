"""Agents, users and access over gRPC."""

from __future__ import annotations

from typing import Any

from parley.orchestrator.v1 import (
    access_pb2,
    access_pb2_grpc,
    agents_pb2,
    agents_pb2_grpc,
    users_pb2,
    users_pb2_grpc,
)
from parley_kit.sealing import Secret
from parley_orchestrator.ports import ChannelFactsSource, Store
from parley_orchestrator.translate.callers import to_caller
from parley_orchestrator.translate.conversations import (
    from_preferences,
    from_user,
    to_agent,
    to_preferences,
    to_user,
)
from parley_orchestrator.translate.feedback import to_request
from parley_orchestrator.translate.stamps import stamp
from parley_orchestrator.use_cases.admit import Admit
from parley_orchestrator.use_cases.authorise import ADMIN, require, visible_user
from parley_orchestrator.use_cases.register import (
    CreateAgent,
    CreateUser,
    PutPreferences,
    RotateWebhookSecret,
    with_default_order,
)


class AgentServicer(agents_pb2_grpc.AgentServiceServicer):
    """Serves AgentService."""

    def __init__(self, create: CreateAgent, rotate: RotateWebhookSecret, store: Store) -> None:
        self._create = create
        self._rotate = rotate
        self._store = store

    async def CreateAgent(
        self, request: agents_pb2.CreateAgentRequest, context: Any
    ) -> agents_pb2.CreateAgentResponse:
        """Creates an agent."""
        created = await self._create(to_caller(request.caller), request.name, request.webhook_url)
        return agents_pb2.CreateAgentResponse(
            agent=to_agent(created.agent),
            key=created.key.reveal(),
            webhook_secret=created.webhook_secret.reveal(),
        )

    async def ListAgents(
        self, request: agents_pb2.ListAgentsRequest, context: Any
    ) -> agents_pb2.ListAgentsResponse:
        """Lists agents."""
        require(to_caller(request.caller), ADMIN)
        agents = await self._store.read(lambda unit: unit.people.agents())
        return agents_pb2.ListAgentsResponse(agents=[to_agent(agent) for agent in agents])

    async def RotateWebhookSecret(
        self, request: agents_pb2.RotateWebhookSecretRequest, context: Any
    ) -> agents_pb2.RotateWebhookSecretResponse:
        """Makes a new webhook secret."""
        secret, old_until = await self._rotate(to_caller(request.caller), request.agent_id)
        return agents_pb2.RotateWebhookSecretResponse(
            webhook_secret=secret.reveal(), old_until=stamp(old_until)
        )


class UserServicer(users_pb2_grpc.UserServiceServicer):
    """Serves UserService."""

    def __init__(
        self,
        create: CreateUser,
        put_preferences: PutPreferences,
        store: Store,
        channels: ChannelFactsSource,
    ) -> None:
        self._create = create
        self._put_preferences = put_preferences
        self._store = store
        self._channels = channels

    async def CreateUser(
        self, request: users_pb2.CreateUserRequest, context: Any
    ) -> users_pb2.CreateUserResponse:
        """Creates a user."""
        user = await self._create(
            to_caller(request.caller), from_user(request.user), request.idempotency_key
        )
        return users_pb2.CreateUserResponse(user=to_user(user))

    async def GetUser(
        self, request: users_pb2.GetUserRequest, context: Any
    ) -> users_pb2.GetUserResponse:
        """Reads a user."""
        caller = to_caller(request.caller)
        user = await self._store.read(lambda unit: visible_user(unit, caller, request.user_id))
        return users_pb2.GetUserResponse(user=to_user(user))

    async def GetPreferences(
        self, request: users_pb2.GetPreferencesRequest, context: Any
    ) -> users_pb2.GetPreferencesResponse:
        """Reads preferences."""
        caller = to_caller(request.caller)
        user = await self._store.read(lambda unit: visible_user(unit, caller, request.user_id))
        filled = with_default_order(user.preferences, self._channels.facts())
        return users_pb2.GetPreferencesResponse(preferences=to_preferences(filled))

    async def PutPreferences(
        self, request: users_pb2.PutPreferencesRequest, context: Any
    ) -> users_pb2.PutPreferencesResponse:
        """Replaces preferences."""
        stored = await self._put_preferences(
            to_caller(request.caller), request.user_id, from_preferences(request.preferences)
        )
        filled = with_default_order(stored, self._channels.facts())
        return users_pb2.PutPreferencesResponse(preferences=to_preferences(filled))


class AccessServicer(access_pb2_grpc.AccessServiceServicer):
    """Serves AccessService."""

    def __init__(self, admit: Admit) -> None:
        self._admit = admit

    async def AuthenticateAgent(
        self, request: access_pb2.AuthenticateAgentRequest, context: Any
    ) -> access_pb2.AuthenticateAgentResponse:
        """Tells which agent holds a key."""
        agent_id = await self._admit.agent(Secret(request.key))
        return access_pb2.AuthenticateAgentResponse(agent_id=agent_id)

    async def IssueUserToken(
        self, request: access_pb2.IssueUserTokenRequest, context: Any
    ) -> access_pb2.IssueUserTokenResponse:
        """Issues a user token."""
        token, expires_at = await self._admit.issue(
            to_caller(request.caller), request.user_id, request.lifetime_seconds
        )
        return access_pb2.IssueUserTokenResponse(token=token.reveal(), expires_at=stamp(expires_at))

    async def AuthenticateUser(
        self, request: access_pb2.AuthenticateUserRequest, context: Any
    ) -> access_pb2.AuthenticateUserResponse:
        """Tells which user holds a token."""
        user_id, expires_at = await self._admit.user(Secret(request.token))
        return access_pb2.AuthenticateUserResponse(user_id=user_id, expires_at=stamp(expires_at))

    async def RevokeUserTokens(
        self, request: access_pb2.RevokeUserTokensRequest, context: Any
    ) -> access_pb2.RevokeUserTokensResponse:
        """Revokes a user's tokens."""
        revoked = await self._admit.revoke(to_caller(request.caller), request.user_id)
        return access_pb2.RevokeUserTokensResponse(revoked=revoked)

    async def OpenAnswerLink(
        self, request: access_pb2.OpenAnswerLinkRequest, context: Any
    ) -> access_pb2.OpenAnswerLinkResponse:
        """Opens an answer link."""
        opened = await self._admit.open_link(Secret(request.token))
        return access_pb2.OpenAnswerLinkResponse(
            request=to_request(opened.request),
            user_id=opened.user_id,
            user_name=opened.user_name,
            used=opened.is_used,
            author_name=opened.author_name,
            user_timezone=opened.user_timezone,
        )
