"""An orchestrator that runs: real gRPC, state in memory, tokens that anybody can read.

Keys: ``key-<agent id>``; user tokens: ``token-<user id>``.
"""

import asyncio
from collections import Counter
from datetime import timedelta

from tests.gateway.fake_feedback import FakeFeedback
from tests.gateway.fake_log import Log

from parley.orchestrator.v1 import (
    access_pb2,
    access_pb2_grpc,
    agents_pb2,
    agents_pb2_grpc,
    channels_pb2,
    channels_pb2_grpc,
    deliveries_pb2,
    deliveries_pb2_grpc,
    messages_pb2,
    messages_pb2_grpc,
    problem_pb2,
    sessions_pb2,
    sessions_pb2_grpc,
    stream_pb2,
    stream_pb2_grpc,
    users_pb2,
    users_pb2_grpc,
)
from parley_kit.clock import to_timestamp, utc_now
from parley_kit.errors import (
    AlreadyExistsError,
    FailedPreconditionError,
    PermissionDeniedError,
    Reason,
    ServiceError,
    UnauthenticatedError,
    unknown_id,
)

LINK = "link-token-0123456789abcdef"


class FakeOrchestrator(
    access_pb2_grpc.AccessServiceServicer,
    agents_pb2_grpc.AgentServiceServicer,
    channels_pb2_grpc.ChannelDirectoryServiceServicer,
    deliveries_pb2_grpc.DeliveryServiceServicer,
    FakeFeedback,
    messages_pb2_grpc.MessageServiceServicer,
    sessions_pb2_grpc.SessionServiceServicer,
    stream_pb2_grpc.StreamServiceServicer,
    users_pb2_grpc.UserServiceServicer,
):
    def __init__(self) -> None:
        super().__init__()
        self.log = Log()
        self.calls: Counter[str] = Counter()
        self.batches: list[int] = []
        self.typing: list[sessions_pb2.NoteTypingRequest] = []
        self.typists: list[sessions_pb2.Typist] = []
        self.said: list[messages_pb2.SendMessageRequest] = []
        self.keys: dict[str, bytes] = {}
        self.revoked: set[str] = set()
        self.expires_in = timedelta(hours=1)
        self.raises: ServiceError | None = None
        self.hold = asyncio.Event()
        self.hold.set()
        self.preferences: dict[str, users_pb2.Preferences] = {}
        self.heard: list[stream_pb2.ConnectRequest] = []
        self.streams: list[asyncio.Queue[stream_pb2.ConnectResponse | None]] = []
        self.log.listeners.append(self._tell)

    # --- access

    async def AuthenticateAgent(self, request, context):
        self.calls["AuthenticateAgent"] += 1
        if not request.key.startswith("key-"):
            raise UnauthenticatedError("No agent has this key.")
        return access_pb2.AuthenticateAgentResponse(agent_id=request.key.removeprefix("key-"))

    async def AuthenticateUser(self, request, context):
        self.calls["AuthenticateUser"] += 1
        user_id = request.token.removeprefix("token-")
        if not request.token.startswith("token-") or user_id in self.revoked:
            raise UnauthenticatedError("This token is unknown, expired or revoked.")
        expires_at = to_timestamp(utc_now() + self.expires_in)
        return access_pb2.AuthenticateUserResponse(user_id=user_id, expires_at=expires_at)

    async def IssueUserToken(self, request, context):
        expires_at = to_timestamp(utc_now() + timedelta(seconds=request.lifetime_seconds or 3600))
        return access_pb2.IssueUserTokenResponse(
            token=f"token-{request.user_id}", expires_at=expires_at
        )

    async def RevokeUserTokens(self, request, context):
        self.revoked.add(request.user_id)
        await self.publish(stream_pb2.ConnectResponse(revoked_user_ids=[request.user_id]))
        return access_pb2.RevokeUserTokensResponse(revoked=1)

    async def OpenAnswerLink(self, request, context):
        self.calls["OpenAnswerLink"] += 1
        if request.token != LINK:
            raise PermissionDeniedError("no", reason=Reason.ERROR_REASON_BAD_CREDENTIAL)
        return access_pb2.OpenAnswerLinkResponse(
            request=next(iter(self.requests.values())),
            user_id="usr_ann",
            user_name="Ann",
            used=self.is_link_used,
            author_name="Deploy bot",
        )

    # --- people and agents

    async def CreateAgent(self, request, context):
        agent = agents_pb2.Agent(id="agt_1", name=request.name, webhook_url=request.webhook_url)
        return agents_pb2.CreateAgentResponse(
            agent=agent, key="key-agt_1", webhook_secret="whsec_1"
        )

    async def RotateWebhookSecret(self, request, context):
        return agents_pb2.RotateWebhookSecretResponse(
            webhook_secret="whsec_2", old_until=to_timestamp(utc_now())
        )

    async def ListAgents(self, request, context):
        return agents_pb2.ListAgentsResponse(agents=[agents_pb2.Agent(id="agt_1", name="Bot")])

    async def CreateUser(self, request, context):
        request.user.id = "usr_ann"
        request.user.created_at.FromDatetime(utc_now())
        return users_pb2.CreateUserResponse(user=request.user)

    async def GetUser(self, request, context):
        caller = request.caller
        if caller.user_id and caller.user_id != request.user_id:
            raise unknown_id("user", request.user_id)
        return users_pb2.GetUserResponse(user=users_pb2.User(id=request.user_id, name="Ann"))

    async def GetPreferences(self, request, context):
        found = self.preferences.get(request.user_id, users_pb2.Preferences(channels=["websocket"]))
        return users_pb2.GetPreferencesResponse(preferences=found)

    async def PutPreferences(self, request, context):
        self.preferences[request.user_id] = request.preferences
        return users_pb2.PutPreferencesResponse(preferences=request.preferences)

    # --- conversations

    def _session(self, caller, session_id):
        session = self.log.sessions.get(session_id)
        if session is None or not self.log.is_visible(session, caller):
            raise unknown_id("session", session_id)
        return session

    async def CreateSession(self, request, context):
        session = self.log.begin(
            f"ses_{len(self.log.sessions) + 1}", request.caller.agent_id, list(request.user_ids)
        )
        session.title, session.metadata_json = request.title, request.metadata_json
        return sessions_pb2.CreateSessionResponse(session=session)

    async def GetSession(self, request, context):
        return sessions_pb2.GetSessionResponse(
            session=self._session(request.caller, request.session_id)
        )

    async def ListSessions(self, request, context):
        self.calls["ListSessions"] += 1
        mine = [s for s in self.log.sessions.values() if self.log.is_visible(s, request.caller)]
        return sessions_pb2.ListSessionsResponse(sessions=reversed(mine))

    async def SwitchChannel(self, request, context):
        session = self._session(request.caller, request.session_id)
        session.channel = request.channel
        self.log.append(session.id, "channel.switched", {"channel": request.channel})
        return sessions_pb2.SwitchChannelResponse(session=session)

    async def ListEvents(self, request, context):
        self.calls["ListEvents"] += 1
        self._session(request.caller, request.session_id)
        size = request.page_size or 200
        typists: list[sessions_pb2.Typist] = []
        if request.with_typing:
            typists, self.typists = self.typists, []
        wait_seconds = 0 if typists else request.wait_seconds
        events = await self.log.after(request.session_id, request.after_seq, size, wait_seconds)
        return sessions_pb2.ListEventsResponse(
            events=events, has_more=len(events) == size, typing=typists
        )

    async def NoteTyping(self, request, context):
        self._session(request.caller, request.session_id)
        self.typing.append(request)
        return sessions_pb2.NoteTypingResponse()

    # --- messages

    async def SendMessages(self, request, context):
        self.batches.append(len(request.messages))
        await self.hold.wait()
        if self.raises is not None:
            raise self.raises
        return messages_pb2.SendMessagesResponse(
            results=[self._said(message) for message in request.messages]
        )

    def _said(self, message):
        self.said.append(message)
        try:
            session = self._session(message.caller, message.session_id)
            body = message.SerializeToString()
            if (
                message.idempotency_key
                and self.keys.setdefault(message.idempotency_key, body) != body
            ):
                raise AlreadyExistsError("used", metadata={"key": message.idempotency_key})
        except ServiceError as error:
            problem = problem_pb2.Problem(
                code=error.code.value[0],
                reason=error.reason,
                message=error.message,
                metadata=error.metadata,
            )
            return messages_pb2.SendMessageResult(problem=problem)
        return messages_pb2.SendMessageResult(message=self.log.say(session, message))

    async def ListMessages(self, request, context):
        self._session(request.caller, request.session_id)
        found = [
            message
            for message in self.log.messages
            if message.session_id == request.session_id and message.seq > request.after_seq
        ]
        size = request.page_size or 200
        return messages_pb2.ListMessagesResponse(messages=found[:size], has_more=len(found) > size)

    # --- deliveries and channels

    async def ListDeliveries(self, request, context):
        attempt = deliveries_pb2.Attempt(number=1, outcome="sent")
        delivery = deliveries_pb2.Delivery(
            id="dlv_1",
            state=request.state or "sent",
            subject_id=request.message_id,
            attempts=[attempt],
        )
        return deliveries_pb2.ListDeliveriesResponse(deliveries=[delivery])

    async def RetryDelivery(self, request, context):
        if request.delivery_id != "dlv_1":
            raise unknown_id("delivery", request.delivery_id)
        delivery = deliveries_pb2.Delivery(id=request.delivery_id, state="queued")
        return deliveries_pb2.RetryDeliveryResponse(delivery=delivery)

    async def CancelDelivery(self, request, context):
        raise FailedPreconditionError("It is out already.", metadata={"state": "sent"})

    async def ListChannels(self, request, context):
        connection = channels_pb2.ConnectionState(connection_id="con_1", status="connected")
        shown = [connection] if request.caller.HasField("admin") else []
        state = channels_pb2.ChannelState(channel="slack", status="ok", connections=shown)
        return channels_pb2.ListChannelsResponse(channels=[state])

    # --- the stream

    async def Connect(self, requests, context):
        queue: asyncio.Queue[stream_pb2.ConnectResponse | None] = asyncio.Queue()
        self.streams.append(queue)
        listening = asyncio.create_task(self._listen(requests))
        try:
            while (news := await queue.get()) is not None:
                yield news
        finally:
            self.streams.remove(queue)
            listening.cancel()

    async def _listen(self, requests):
        async for request in requests:
            self.heard.append(request)

    async def publish(self, news: stream_pb2.ConnectResponse | None) -> None:
        for queue in list(self.streams):
            queue.put_nowait(news)

    def _tell(self, event, user_ids):
        news = stream_pb2.ConnectResponse(
            events=[stream_pb2.UserEvent(event=event, user_ids=user_ids)]
        )
        for queue in self.streams:
            queue.put_nowait(news)
