"""Whatever comes in: a status that says what is wrong, never a defect of ours."""

import asyncio
import json
from types import SimpleNamespace

import grpc
import pytest
from tests.orchestrator.hostile import BY_TYPE, ONLY_STORED, spoiled
from tests.orchestrator.running import (
    ADMIN,
    APPROVED,
    RPCS,
    agent_caller,
    orchestrator,
    user_caller,
)

from parley.common.v1 import feedback_pb2 as common
from parley.orchestrator.v1 import (
    access_pb2,
    agents_pb2,
    channels_pb2,
    deliveries_pb2,
    feedback_pb2,
    inbox_pb2,
    messages_pb2,
    sessions_pb2,
    stream_pb2,
    users_pb2,
)
from parley_kit.errors import InvalidArgumentError, ServiceError

REFUSALS = {
    grpc.StatusCode.INVALID_ARGUMENT,
    grpc.StatusCode.NOT_FOUND,
    grpc.StatusCode.UNAUTHENTICATED,
    grpc.StatusCode.PERMISSION_DENIED,
    grpc.StatusCode.FAILED_PRECONDITION,
    grpc.StatusCode.ALREADY_EXISTS,
    grpc.StatusCode.RESOURCE_EXHAUSTED,
}
AT_ONCE = 20


async def made(parley):
    """An agent with a session and all that can be named in a request."""
    agent = agent_caller((await parley.agent()).agent.id)
    ann = await parley.user(agent)
    session = await parley.session(agent, ann)
    return SimpleNamespace(
        agent=agent,
        ann=user_caller(ann.id),
        user=ann.id,
        session=session.id,
        message=(await parley.send(agent, session)).id,
        request=(await parley.ask(agent, session)).id,
        delivery=(await parley.deliveries())[0].id,
    )


def good_requests(w):
    """One good request of every unary RPC; whatever of it is spoiled must be refused or harmless."""
    form = {"type": "object", "properties": {"n": {"type": "integer"}}}
    item = inbox_pb2.InboundItem(
        channel="slack",
        inbound_id="Ev1",
        sender=inbox_pb2.Sender(addresses={"email": "person0@example.com"}, assurance=3),
    )
    contents = {
        "text": inbox_pb2.InboundText(text="Hi", delivery_id=w.delivery, decision="approved"),
        "answer": inbox_pb2.InboundAnswer(
            request_id=w.request, value_json=APPROVED, card_delivery_id=w.delivery
        ),
        "report": inbox_pb2.DeliveryReport(delivery_id=w.delivery, state="delivered"),
        "connection": inbox_pb2.ConnectionChange(connection_id="con_1"),
        "choice": inbox_pb2.ChannelChoice(channel="slack", session_id=w.session),
    }
    for field, content in contents.items():
        one = inbox_pb2.InboundItem()
        one.CopyFrom(item)
        getattr(one, field).CopyFrom(content)
        yield "InboxService/Ingest", inbox_pb2.IngestRequest(items=[one])
    ask = {"caller": w.agent, "session_id": w.session, "prompt": "?", "expires_in_seconds": 60}
    yield from {
        "AccessService/AuthenticateAgent": access_pb2.AuthenticateAgentRequest(key="k"),
        "AccessService/IssueUserToken": access_pb2.IssueUserTokenRequest(
            caller=ADMIN, user_id=w.user
        ),
        "AccessService/AuthenticateUser": access_pb2.AuthenticateUserRequest(token="t"),
        "AccessService/RevokeUserTokens": access_pb2.RevokeUserTokensRequest(
            caller=ADMIN, user_id=w.user
        ),
        "AccessService/OpenAnswerLink": access_pb2.OpenAnswerLinkRequest(token="t"),
        "AgentService/CreateAgent": agents_pb2.CreateAgentRequest(
            caller=ADMIN, name="n", webhook_url="https://example.com/"
        ),
        "AgentService/ListAgents": agents_pb2.ListAgentsRequest(caller=ADMIN),
        "ChannelDirectoryService/ListChannels": channels_pb2.ListChannelsRequest(caller=ADMIN),
        "DeliveryService/ListDeliveries": deliveries_pb2.ListDeliveriesRequest(caller=w.agent),
        "DeliveryService/RetryDelivery": deliveries_pb2.RetryDeliveryRequest(
            caller=w.agent, delivery_id=w.delivery
        ),
        "DeliveryService/CancelDelivery": deliveries_pb2.CancelDeliveryRequest(
            caller=w.agent, delivery_id=w.delivery
        ),
        "FeedbackService/CreateFeedbackRequest": feedback_pb2.CreateFeedbackRequestRequest(
            kind=common.FEEDBACK_KIND_CHOICE,
            options=[common.FeedbackOption(value=v, label=v) for v in "ab"],
            escalation=[feedback_pb2.EscalationStep(after_seconds=1, channel="websocket")],
            idempotency_key="key",
            **ask,
        ),
        "FeedbackService/GetFeedbackRequest": feedback_pb2.GetFeedbackRequestRequest(
            caller=w.agent, request_id=w.request
        ),
        "FeedbackService/ListFeedbackRequests": feedback_pb2.ListFeedbackRequestsRequest(
            caller=w.agent
        ),
        "FeedbackService/RecordResponse": feedback_pb2.RecordResponseRequest(
            caller=w.ann, request_id=w.request, value_json=APPROVED, digest="d"
        ),
        "FeedbackService/CancelFeedbackRequest": feedback_pb2.CancelFeedbackRequestRequest(
            caller=w.ann, request_id=w.request
        ),
        "MessageService/SendMessage": messages_pb2.SendMessageRequest(
            caller=w.agent, session_id=w.session, text="Hi", idempotency_key="other"
        ),
        "MessageService/SendMessages": messages_pb2.SendMessagesRequest(
            messages=[
                messages_pb2.SendMessageRequest(caller=w.agent, session_id=w.session, text="Hi")
            ]
        ),
        "MessageService/ListMessages": messages_pb2.ListMessagesRequest(
            caller=w.agent, session_id=w.session
        ),
        "SessionService/CreateSession": sessions_pb2.CreateSessionRequest(
            caller=w.agent, user_ids=[w.user]
        ),
        "SessionService/GetSession": sessions_pb2.GetSessionRequest(
            caller=w.agent, session_id=w.session
        ),
        "SessionService/ListSessions": sessions_pb2.ListSessionsRequest(caller=w.agent),
        "SessionService/SwitchChannel": sessions_pb2.SwitchChannelRequest(
            caller=w.agent, session_id=w.session, channel="websocket"
        ),
        "SessionService/ListEvents": sessions_pb2.ListEventsRequest(
            caller=w.agent, session_id=w.session
        ),
        "UserService/CreateUser": users_pb2.CreateUserRequest(
            caller=w.agent, user=users_pb2.User(name="Bob", email="bob@example.com")
        ),
        "UserService/GetUser": users_pb2.GetUserRequest(caller=w.agent, user_id=w.user),
        "UserService/GetPreferences": users_pb2.GetPreferencesRequest(
            caller=w.agent, user_id=w.user
        ),
        "UserService/PutPreferences": users_pb2.PutPreferencesRequest(
            caller=w.agent,
            user_id=w.user,
            preferences=users_pb2.Preferences(
                channels=["websocket"], quiet_hours=users_pb2.QuietHours(start="22:00", end="7:00")
            ),
        ),
    }.items()
    yield (
        "FeedbackService/CreateFeedbackRequest",
        feedback_pb2.CreateFeedbackRequestRequest(
            kind=common.FEEDBACK_KIND_FORM,
            schema_json=json.dumps(form),
            action_json='{"deploy": "1.0"}',
            min_assurance=common.ASSURANCE_SLACK,
            **ask,
        ),
    )


def test_every_rpc_has_a_good_request():
    fake = SimpleNamespace(
        agent=ADMIN, ann=ADMIN, user="", session="", message="", request="", delivery=""
    )
    assert {rpc for rpc, _ in good_requests(fake)} | {"StreamService/Connect"} == set(RPCS)


async def test_no_value_in_any_field_is_a_defect_of_ours(engine_url):
    """Every hostile value in every field of every request: taken or refused, and still serving."""
    async with orchestrator(engine_url) as parley:
        world = await made(parley)
        gate = asyncio.Semaphore(AT_ONCE)
        values = BY_TYPE if parley.database.is_sqlite else ONLY_STORED
        wrong, calls = [], []

        async def call(rpc, what, request):
            async with gate:
                try:
                    await parley.call(rpc, request, timeout=30)
                except ServiceError as error:
                    if error.code not in REFUSALS or not error.message:
                        wrong.append(f"{rpc} {what}: {error.code.name} {error.message[:100]}")
                calls.append(rpc)

        for rpc, good in good_requests(world):
            await asyncio.gather(*(call(rpc, what, one) for what, one in spoiled(good, values)))
        assert not wrong, "\n".join(wrong)
        assert len(calls) > 800
        assert await parley.events(SimpleNamespace(id=world.session), page_size=1)


@pytest.fixture
async def world():
    async with orchestrator() as parley:
        made_world = await made(parley)
        made_world.parley = parley
        yield made_world


def _send(w, **more):
    return "MessageService/SendMessage", messages_pb2.SendMessageRequest(
        **{"caller": w.agent, "session_id": w.session, "text": "Hi", **more}
    )


def _ask(w, **more):
    return "FeedbackService/CreateFeedbackRequest", feedback_pb2.CreateFeedbackRequestRequest(
        **{
            "caller": w.agent,
            "session_id": w.session,
            "prompt": "?",
            "kind": common.FEEDBACK_KIND_APPROVAL,
            **more,
        }
    )


def _session(w, **more):
    return "SessionService/CreateSession", sessions_pb2.CreateSessionRequest(
        **{"caller": w.agent, "user_ids": [w.user], **more}
    )


def _user(w, **more):
    return "UserService/CreateUser", users_pb2.CreateUserRequest(
        caller=w.agent, user=users_pb2.User(**{"name": "Bob", **more})
    )


def _agent(w, **more):
    return "AgentService/CreateAgent", agents_pb2.CreateAgentRequest(
        **{"caller": ADMIN, "name": "n", **more}
    )


def _preferences(w, channels=(), **quiet):
    preferences = users_pb2.Preferences(channels=channels)
    if quiet:
        preferences.quiet_hours.CopyFrom(users_pb2.QuietHours(**quiet))
    return "UserService/PutPreferences", users_pb2.PutPreferencesRequest(
        caller=w.agent, user_id=w.user, preferences=preferences
    )


def _answer(w, **more):
    return "FeedbackService/RecordResponse", feedback_pb2.RecordResponseRequest(
        **{"caller": w.ann, "request_id": w.request, "value_json": APPROVED, **more}
    )


def _options(*values):
    return [common.FeedbackOption(value=value, label=value) for value in values]


CHOICE = {"kind": common.FEEDBACK_KIND_CHOICE}
FORM = {"kind": common.FEEDBACK_KIND_FORM}
STEP = feedback_pb2.EscalationStep
HEADER_INJECTIONS = ("a\rb", "a\nb", "a\r\nBcc: x", "=?utf-8?q?x?=", "a\x00b", "a\u2028b", "a\x85b")
REFUSED = [
    *((_session, {"title": text}, "title") for text in HEADER_INJECTIONS),
    *((_user, {"name": f"B{text}"}, "name") for text in HEADER_INJECTIONS),
    *((_agent, {"name": f"n{text}"}, "name") for text in HEADER_INJECTIONS),
    *((_user, {"email": f"b@x.org{text}"}, "email") for text in HEADER_INJECTIONS),
    *((_send, {"idempotency_key": text}, "idempotency_key") for text in HEADER_INJECTIONS[:3]),
    (_send, {"text": ""}, "text"),
    (_send, {"text": " \n"}, "text"),
    (_send, {"text": "x" * 40_001}, "text"),
    (_send, {"text": "a\x00b"}, "text"),
    (_send, {"metadata_json": "[]"}, "metadata"),
    (_send, {"metadata_json": "{"}, "metadata"),
    (_send, {"metadata_json": json.dumps({"a": "x" * 16_384})}, "metadata"),
    (_send, {"metadata_json": '{"a":' * 300 + "1" + "}" * 300}, "metadata"),
    (_send, {"idempotency_key": "k" * 256}, "idempotency_key"),
    (_session, {"user_ids": []}, "user_ids"),
    (_session, {"user_ids": [f"usr_{n}" for n in range(51)]}, "user_ids"),
    (_session, {"title": "x" * 201}, "title"),
    (_session, {"metadata_json": "1"}, "metadata"),
    (_user, {"name": ""}, "name"),
    (_user, {"name": "x" * 101}, "name"),
    (_user, {"email": "not an address"}, "email"),
    (_user, {"email": "a@b@c.org"}, "email"),
    (_user, {"timezone": "Mars/Olympus"}, "timezone"),
    (_user, {"timezone": "../../etc/passwd"}, "timezone"),
    (_user, {"slack_user_id": "U" * 51}, "slack_user_id"),
    *(
        (_agent, {"webhook_url": url}, "webhook_url")
        for url in (
            "ftp://example.com/",
            "file:///etc/passwd",
            "javascript:alert(1)",
            "https://",
            "https:///path",
            "example.com",
            "http://[::1",
            "http://x:99999/",
            "http://x:port/",
            "http://x/\r\nHost: y",
            "http://x/" + "a" * 2_000,
        )
    ),
    (_preferences, {"channels": ["fax"]}, "channels"),
    (_preferences, {"channels": ["websocket", "websocket"]}, "channels"),
    (_preferences, {"start": "25:00", "end": "07:00"}, "quiet_hours.start"),
    (_preferences, {"start": "22:00", "end": "7"}, "quiet_hours.end"),
    (_ask, {"prompt": ""}, "prompt"),
    (_ask, {"prompt": "x" * 8_001}, "prompt"),
    (_ask, {"kind": common.FEEDBACK_KIND_UNSPECIFIED}, "kind"),
    (_ask, {"kind": 99}, "kind"),
    (_ask, {"min_assurance": 99}, "min_assurance"),
    (_ask, {"min_assurance": -1}, "min_assurance"),
    (_ask, {"expires_in_seconds": -1}, "expires_in_seconds"),
    (_ask, {"expires_in_seconds": 31_536_001}, "expires_in_seconds"),
    (_ask, {"respondents": ["usr_other"]}, "respondents"),
    (_ask, {"required_approvals": 2}, "required_approvals"),
    (_ask, {"required_approvals": -1}, "required_approvals"),
    (_ask, {"delivery": "pigeon"}, "delivery"),
    (_ask, {"action_json": "{"}, "action"),
    (_ask, {"action_json": json.dumps("x" * 32_768)}, "action"),
    (_ask, {"action_json": "[" * 65 + "]" * 65}, "action"),
    (_ask, {"schema_json": "{}"}, "schema"),
    (_ask, {"options": _options("a", "b")}, "options"),
    (_ask, CHOICE, "options"),
    (_ask, {**CHOICE, "options": _options("a")}, "options"),
    (_ask, {**CHOICE, "options": _options("a", "a")}, "options"),
    (_ask, {**CHOICE, "options": _options("a", "")}, "options.value"),
    (_ask, {**CHOICE, "options": _options("a", "b" * 101)}, "options.value"),
    (_ask, {**CHOICE, "options": _options("a", "b\nc")}, "options.value"),
    (_ask, {**CHOICE, "options": _options(*map(str, range(101)))}, "options"),
    (
        _ask,
        {**CHOICE, "options": _options("a", "b"), "required_approvals": 2},
        "required_approvals",
    ),
    (_ask, FORM, "schema"),
    (_ask, {**FORM, "schema_json": "{}"}, "schema"),
    (
        _ask,
        {**FORM, "schema_json": '{"type": "object", "properties": {"a": {"$ref": "#"}}}'},
        "schema",
    ),
    (_ask, {"escalation": [STEP(after_seconds=0, channel="websocket")]}, "escalation"),
    (_ask, {"escalation": [STEP(after_seconds=-5, channel="websocket")]}, "escalation"),
    (_ask, {"escalation": [STEP(after_seconds=9, channel="websocket")] * 2}, "escalation"),
    (
        _ask,
        {"escalation": [STEP(after_seconds=n, channel="websocket") for n in range(1, 12)]},
        "escalation",
    ),
    (_answer, {"value_json": "{"}, "value"),
    (_answer, {"value_json": json.dumps("x" * 65_536)}, "value"),
    (_answer, {"comment": "x" * 4_001}, "comment"),
    (_answer, {"comment": "a\x00b"}, "comment"),
    (_answer, {"channel": "slack"}, "channel"),
]


async def test_what_is_wrong_is_named_and_nothing_is_stored(world):
    session = SimpleNamespace(id=world.session)
    before = await world.parley.events(session), await world.parley.deliveries()
    for make, more, field in REFUSED:
        rpc, request = make(world, **more)
        case = f"{rpc} {str(more)[:80]}"
        try:
            answer = await world.parley.call(rpc, request)
        except InvalidArgumentError as error:
            named = error.metadata.get("field")
        else:
            pytest.fail(f"{case} was taken: {answer}")
        assert named == field, case
    assert (await world.parley.events(session), await world.parley.deliveries()) == before


@pytest.mark.parametrize("token", ["x", "ses_", "\x00", "ses_' OR 1=1 --", "SES_" + "0" * 26])
@pytest.mark.parametrize(
    "make",
    [
        lambda **page: ("SessionService/ListSessions", sessions_pb2.ListSessionsRequest(**page)),
        lambda **page: (
            "FeedbackService/ListFeedbackRequests",
            feedback_pb2.ListFeedbackRequestsRequest(**page),
        ),
        lambda **page: (
            "DeliveryService/ListDeliveries",
            deliveries_pb2.ListDeliveriesRequest(**page),
        ),
    ],
    ids=["sessions", "requests", "deliveries"],
)
async def test_a_made_up_page_is_refused(world, make, token):
    with pytest.raises(InvalidArgumentError) as refused:
        await world.parley.call(*make(caller=world.agent, page_token=token))
    assert refused.value.metadata == {"field": "page_token"}
    for size in (-1, 2**31 - 1):
        with pytest.raises(InvalidArgumentError) as refused:
            await world.parley.call(*make(caller=world.agent, page_size=size))
        assert refused.value.metadata == {"field": "page_size"}


async def test_unknown_filters_are_refused(world):
    for rpc, request in [
        (
            "DeliveryService/ListDeliveries",
            deliveries_pb2.ListDeliveriesRequest(caller=world.agent, state="lost"),
        ),
        (
            "FeedbackService/ListFeedbackRequests",
            feedback_pb2.ListFeedbackRequestsRequest(caller=world.agent, status=99),
        ),
    ]:
        with pytest.raises(InvalidArgumentError):
            await world.parley.call(rpc, request)


async def test_a_bad_item_of_a_batch_spares_the_others(world):
    request = messages_pb2.SendMessagesRequest(
        messages=[
            _send(world, text=text)[1] for text in ("good", "", "a\x00b", "x" * 50_000, "good too")
        ]
    )
    answer = await world.parley.call("MessageService/SendMessages", request)
    kinds = [one.WhichOneof("result") for one in answer.results]
    assert kinds == ["message", "problem", "problem", "problem", "message"]
    assert answer.results[1].problem.code == grpc.StatusCode.INVALID_ARGUMENT.value[0]
    assert answer.results[1].problem.metadata["field"] == "text"
    assert answer.results[4].message.seq == answer.results[0].message.seq + 1


@pytest.mark.parametrize("count", [0, 501])
async def test_a_batch_has_its_limits(world, count):
    request = messages_pb2.SendMessagesRequest(messages=[_send(world)[1]] * count)
    with pytest.raises(InvalidArgumentError):
        await world.parley.call("MessageService/SendMessages", request)


async def test_an_error_that_quotes_much_still_arrives(world):
    """Errors travel in headers, which are short; a hundred long options do not fit."""
    options = _options(*(f"{n:03}" + "☃" * 97 for n in range(100)))
    rpc, request = _ask(world, **CHOICE, options=options)
    asked = (await world.parley.call(rpc, request)).request
    with pytest.raises(InvalidArgumentError) as refused:
        await world.parley.answer(world.ann, asked, "none of them")
    assert refused.value.message.startswith("value: answer one of: 000☃")
    assert len(refused.value.message) <= 500


async def test_the_stream_refuses_who_does_not_say_who_they_are(world):
    connect = world.parley.stubs.StreamService.Connect
    for first in (
        stream_pb2.ConnectRequest(),
        stream_pb2.ConnectRequest(present_user_ids=[world.user]),
        stream_pb2.ConnectRequest(gateway_id="g" * 201),
        stream_pb2.ConnectRequest(gateway_id="g\n"),
    ):
        call = connect(iter([first]))
        with pytest.raises(grpc.aio.AioRpcError) as refused:
            await call.read()
        assert refused.value.code() == grpc.StatusCode.INVALID_ARGUMENT


async def test_the_stream_survives_hostile_frames(world):
    good = stream_pb2.ConnectRequest(
        gateway_id="g1",
        present_user_ids=[world.user],
        absent_user_ids=["usr_other"],
        acknowledgements=[
            stream_pb2.Acknowledgement(user_id=world.user, session_id=world.session, seq=1)
        ],
        typing=[stream_pb2.Typing(session_id=world.session, user_id=world.user, name="Ann")],
    )
    call = world.parley.stubs.StreamService.Connect()
    await call.write(good)
    for _what, frame in spoiled(good):
        if frame.gateway_id == "g1":
            await call.write(frame)
    await call.write(stream_pb2.ConnectRequest(present_user_ids=[world.user]))
    await world.parley.send(world.agent, SimpleNamespace(id=world.session), "still there?")
    async with asyncio.timeout(10):
        while True:
            answer = await call.read()
            if any(e.event.kind == "message.created" for e in answer.events):
                break
    call.cancel()
