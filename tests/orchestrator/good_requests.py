"""One good request of every unary RPC, and the world that it is good in."""

import json
from types import SimpleNamespace

from tests.orchestrator.running import (
    ADMIN,
    APPROVED,
    agent_caller,
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
    people_overview_pb2,
    sessions_pb2,
    users_pb2,
)
from parley_kit.clock import utc_now
from parley_kit.ids import first_id


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
        "AgentService/RotateWebhookSecret": agents_pb2.RotateWebhookSecretRequest(
            caller=ADMIN, agent_id=w.agent.agent_id
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
        "FeedbackService/ListAnswers": feedback_pb2.ListAnswersRequest(
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
        "PeopleOverviewService/GetOverview": people_overview_pb2.GetOverviewRequest(
            viewer=item.sender, channel="slack"
        ),
        "PeopleOverviewService/ListOverviewChanges": (
            people_overview_pb2.ListOverviewChangesRequest(
                cursor=first_id("chg", utc_now()), page_size=10
            )
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
        "SessionService/NoteTyping": sessions_pb2.NoteTypingRequest(
            caller=w.agent, session_id=w.session
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
