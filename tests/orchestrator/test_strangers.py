"""Another agent's id is as good as none: every RPC that takes an id, by table."""

from types import SimpleNamespace

import pytest
from tests.orchestrator.running import (
    ADMIN,
    APPROVED,
    RPCS,
    agent_caller,
    orchestrator,
    user_caller,
)

from parley.common.v1 import caller_pb2, errors_pb2
from parley.common.v1.feedback_pb2 import FEEDBACK_KIND_APPROVAL
from parley.orchestrator.v1 import (
    access_pb2,
    agents_pb2,
    channels_pb2,
    deliveries_pb2,
    feedback_pb2,
    messages_pb2,
    sessions_pb2,
    users_pb2,
)
from parley_kit.errors import NotFoundError, PermissionDeniedError, UnauthenticatedError

TAKES_NO_ID = {
    "PeopleOverviewService/GetOverview": "by verified addresses; test_overview.py has strangers",
    "PeopleOverviewService/ListOverviewChanges": "for channels, with the service token",
    "AccessService/AuthenticateAgent": "a key, which is its own proof",
    "AccessService/AuthenticateUser": "a token, which is its own proof",
    "AccessService/OpenAnswerLink": "a token, which is its own proof",
    "AgentService/CreateAgent": "creates; the admin only",
    "AgentService/ListAgents": "lists; the admin only",
    "ChannelDirectoryService/ListChannels": "lists what all may see",
    "InboxService/Ingest": "from channels: judged by who wrote, see test_inbox",
    "SessionService/ListSessions": "lists only what the caller sees",
    "StreamService/Connect": "from the gateway: see test_stream",
    "UserService/CreateUser": "creates",
}
# Every other RPC, with each id of the owner's that a stranger could give; `w` is the owner's world.
WITH_FOREIGN_ID = {
    "AccessService/IssueUserToken": [
        lambda c, w: access_pb2.IssueUserTokenRequest(caller=c, user_id=w.user)
    ],
    "AccessService/RevokeUserTokens": [
        lambda c, w: access_pb2.RevokeUserTokensRequest(caller=c, user_id=w.user)
    ],
    "AgentService/RotateWebhookSecret": [
        lambda c, w: agents_pb2.RotateWebhookSecretRequest(caller=c, agent_id=w.agent)
    ],
    "DeliveryService/ListDeliveries": [
        lambda c, w: deliveries_pb2.ListDeliveriesRequest(caller=c, message_id=w.message),
        lambda c, w: deliveries_pb2.ListDeliveriesRequest(caller=c, message_id=w.request),
        lambda c, w: deliveries_pb2.ListDeliveriesRequest(caller=c, session_id=w.session),
    ],
    "DeliveryService/RetryDelivery": [
        lambda c, w: deliveries_pb2.RetryDeliveryRequest(caller=c, delivery_id=w.delivery)
    ],
    "DeliveryService/CancelDelivery": [
        lambda c, w: deliveries_pb2.CancelDeliveryRequest(caller=c, delivery_id=w.delivery)
    ],
    "FeedbackService/CreateFeedbackRequest": [
        lambda c, w: feedback_pb2.CreateFeedbackRequestRequest(
            caller=c, session_id=w.session, prompt="?", kind=FEEDBACK_KIND_APPROVAL
        )
    ],
    "FeedbackService/GetFeedbackRequest": [
        lambda c, w: feedback_pb2.GetFeedbackRequestRequest(caller=c, request_id=w.request),
        lambda c, w: feedback_pb2.GetFeedbackRequestRequest(
            caller=c, request_id=w.request, wait_seconds=5
        ),
    ],
    "FeedbackService/ListAnswers": [
        lambda c, w: feedback_pb2.ListAnswersRequest(caller=c, request_id=w.request)
    ],
    "FeedbackService/ListFeedbackRequests": [
        lambda c, w: feedback_pb2.ListFeedbackRequestsRequest(caller=c, session_id=w.session)
    ],
    "FeedbackService/RecordResponse": [
        lambda c, w: feedback_pb2.RecordResponseRequest(
            caller=c, request_id=w.request, value_json=APPROVED
        )
    ],
    "FeedbackService/CancelFeedbackRequest": [
        lambda c, w: feedback_pb2.CancelFeedbackRequestRequest(caller=c, request_id=w.request)
    ],
    "MessageService/SendMessage": [
        lambda c, w: messages_pb2.SendMessageRequest(caller=c, session_id=w.session, text="?")
    ],
    "MessageService/SendMessages": [
        lambda c, w: messages_pb2.SendMessagesRequest(
            messages=[messages_pb2.SendMessageRequest(caller=c, session_id=w.session, text="?")]
        )
    ],
    "MessageService/ListMessages": [
        lambda c, w: messages_pb2.ListMessagesRequest(caller=c, session_id=w.session)
    ],
    "SessionService/CreateSession": [
        lambda c, w: sessions_pb2.CreateSessionRequest(caller=c, user_ids=[w.user])
    ],
    "SessionService/GetSession": [
        lambda c, w: sessions_pb2.GetSessionRequest(caller=c, session_id=w.session)
    ],
    "SessionService/SwitchChannel": [
        lambda c, w: sessions_pb2.SwitchChannelRequest(
            caller=c, session_id=w.session, channel="websocket"
        )
    ],
    "SessionService/NoteTyping": [
        lambda c, w: sessions_pb2.NoteTypingRequest(caller=c, session_id=w.session)
    ],
    "SessionService/ListEvents": [
        lambda c, w: sessions_pb2.ListEventsRequest(caller=c, session_id=w.session),
        lambda c, w: sessions_pb2.ListEventsRequest(
            caller=c, session_id=w.session, wait_seconds=5, after_seq=1_000
        ),
    ],
    "UserService/GetUser": [lambda c, w: users_pb2.GetUserRequest(caller=c, user_id=w.user)],
    "UserService/GetPreferences": [
        lambda c, w: users_pb2.GetPreferencesRequest(caller=c, user_id=w.user)
    ],
    "UserService/PutPreferences": [
        lambda c, w: users_pb2.PutPreferencesRequest(caller=c, user_id=w.user)
    ],
}
HAS_CALLER = [rpc for rpc, method in RPCS.items() if "caller" in method.input_type.fields_by_name]
# What only an agent may do: a user who takes part elsewhere is refused before ids are looked at.
AGENTS_ONLY = {
    "AccessService/IssueUserToken",
    "AgentService/RotateWebhookSecret",
    "FeedbackService/CreateFeedbackRequest",
    "SessionService/CreateSession",
}


@pytest.fixture
async def world():
    """Everything that one agent has, and two who have nothing to do with it."""
    async with orchestrator() as parley:
        owner = agent_caller((await parley.agent()).agent.id)
        stranger = agent_caller((await parley.agent("Stranger")).agent.id)
        ann = await parley.user(owner)
        session = await parley.session(owner, ann)
        message = await parley.send(owner, session)
        request = await parley.ask(owner, session)
        elsewhere = await parley.user(stranger, "Mallory")
        await parley.session(stranger, elsewhere)
        yield SimpleNamespace(
            parley=parley,
            owner=owner,
            stranger=stranger,
            foreign_user=user_caller(elsewhere.id),
            agent=owner.agent_id,
            user=ann.id,
            session=session.id,
            message=message.id,
            request=request.id,
            delivery=(await parley.deliveries(message_id=message.id))[0].id,
        )


async def snapshot(world):
    """All that anybody could have changed."""
    parley = world.parley
    return (
        await parley.events(SimpleNamespace(id=world.session)),
        await parley.deliveries(),
        await parley.request(SimpleNamespace(id=world.request)),
        await parley.stubs.UserService.GetPreferences(
            users_pb2.GetPreferencesRequest(caller=ADMIN, user_id=world.user)
        ),
    )


def test_every_rpc_is_in_a_table():
    """A new RPC must say which foreign ids it is proof against, or why it takes none."""
    assert set(WITH_FOREIGN_ID) | set(TAKES_NO_ID) == set(RPCS)
    assert not set(WITH_FOREIGN_ID) & set(TAKES_NO_ID)


def test_every_id_of_a_request_is_in_the_table():
    """Each `…_id` field of each such request is given in at least one case."""
    names = ("agent", "user", "session", "message", "request", "delivery")
    fake = SimpleNamespace(**dict.fromkeys(names, "id"))
    for rpc, makes in WITH_FOREIGN_ID.items():
        given = {f.name for make in makes for f, _ in make(ADMIN, fake).ListFields()}
        wanted = {f.name for f in RPCS[rpc].input_type.fields if f.name.endswith("_id")}
        assert wanted <= given, rpc


@pytest.mark.parametrize("who", ["stranger", "foreign_user"])
async def test_a_stranger_finds_nothing_and_changes_nothing(world, who):
    caller = getattr(world, who)
    before = await snapshot(world)
    for rpc, makes in WITH_FOREIGN_ID.items():
        for make in makes:
            is_early = who == "foreign_user" and rpc in AGENTS_ONLY
            expected = PermissionDeniedError if is_early else NotFoundError
            if rpc == "MessageService/SendMessages":
                answer = await world.parley.call(rpc, make(caller, world))
                assert answer.results[0].problem.reason == errors_pb2.ERROR_REASON_UNKNOWN_ID
                continue
            try:
                answer = await world.parley.call(rpc, make(caller, world))
            except expected:
                continue
            pytest.fail(f"{rpc} answered a stranger: {answer}")
    assert await snapshot(world) == before


async def test_the_owner_finds_what_a_stranger_does_not(world):
    """The table's requests are good: only the caller makes the difference."""
    done = []
    for rpc, makes in sorted(WITH_FOREIGN_ID.items(), key=lambda kv: "Cancel" in kv[0]):
        if rpc in {"FeedbackService/RecordResponse", "DeliveryService/RetryDelivery"}:
            continue  # an agent may not answer; what waits for a person is not retried
        for request in (make(world.owner, world) for make in makes):
            if not getattr(request, "wait_seconds", 0):
                await world.parley.call(rpc, request)
                done.append(rpc)
    assert len(set(done)) == len(WITH_FOREIGN_ID) - 2


async def test_a_foreign_message_is_not_quoted(world):
    """`reply_to` names another conversation's message."""
    session = await world.parley.session(
        world.stranger, SimpleNamespace(id=world.foreign_user.user_id)
    )
    with pytest.raises(NotFoundError):
        await world.parley.send(world.stranger, session, reply_to=world.message)


async def test_lists_hold_only_what_is_the_callers(world):
    parley = world.parley
    for caller in (world.stranger, world.foreign_user):
        sessions = await parley.stubs.SessionService.ListSessions(
            sessions_pb2.ListSessionsRequest(caller=caller)
        )
        requests = await parley.stubs.FeedbackService.ListFeedbackRequests(
            feedback_pb2.ListFeedbackRequestsRequest(caller=caller)
        )
        assert world.session not in {one.id for one in sessions.sessions}
        assert list(requests.requests) == []
        assert await parley.deliveries(caller) == []


async def test_only_the_admin_administers(world):
    for caller in (world.owner, user_caller(world.user)):
        for rpc, request in [
            ("AgentService/CreateAgent", agents_pb2.CreateAgentRequest(caller=caller, name="x")),
            ("AgentService/ListAgents", agents_pb2.ListAgentsRequest(caller=caller)),
        ]:
            with pytest.raises(PermissionDeniedError):
                await world.parley.call(rpc, request)
    channels = await world.parley.stubs.ChannelDirectoryService.ListChannels(
        channels_pb2.ListChannelsRequest(caller=world.owner)
    )
    assert [list(one.connections) for one in channels.channels] == [[]]


@pytest.mark.parametrize(
    "caller",
    [None, caller_pb2.Caller(), caller_pb2.Caller(agent_id=""), caller_pb2.Caller(user_id="")],
    ids=["none", "empty", "empty agent", "empty user"],
)
async def test_who_names_no_caller_is_refused_everywhere(world, caller):
    for rpc in HAS_CALLER:
        make = WITH_FOREIGN_ID[rpc][0] if rpc in WITH_FOREIGN_ID else None
        request = (
            make(caller, world) if make else RPCS[rpc].input_type._concrete_class(caller=caller)
        )
        with pytest.raises(UnauthenticatedError):
            await world.parley.call(rpc, request)
    item = messages_pb2.SendMessageRequest(caller=caller, session_id=world.session, text="?")
    answer = await world.parley.call(
        "MessageService/SendMessages", messages_pb2.SendMessagesRequest(messages=[item])
    )
    assert answer.results[0].problem.reason == errors_pb2.ERROR_REASON_BAD_CREDENTIAL


async def test_an_agent_never_answers_its_own_request(world):
    for caller in (world.owner, ADMIN):
        with pytest.raises(PermissionDeniedError):
            await world.parley.answer(caller, SimpleNamespace(id=world.request))
    found = await world.parley.request(SimpleNamespace(id=world.request))
    assert not found.HasField("response")


async def test_an_agent_issues_tokens_only_for_people_it_created(world):
    of_admin = await world.parley.user(ADMIN)
    with pytest.raises(NotFoundError):
        await world.parley.call(
            "AccessService/IssueUserToken",
            access_pb2.IssueUserTokenRequest(caller=world.owner, user_id=of_admin.id),
        )
