"""The orchestrator's gRPC services: each servicer with the use cases behind it."""

from __future__ import annotations

from parley.orchestrator.v1 import (
    access_pb2,
    access_pb2_grpc,
    agents_pb2,
    agents_pb2_grpc,
    channels_pb2,
    channels_pb2_grpc,
    deliveries_pb2,
    deliveries_pb2_grpc,
    feedback_pb2,
    feedback_pb2_grpc,
    inbox_pb2,
    inbox_pb2_grpc,
    messages_pb2,
    messages_pb2_grpc,
    people_overview_pb2,
    people_overview_pb2_grpc,
    sessions_pb2,
    sessions_pb2_grpc,
    stream_pb2,
    stream_pb2_grpc,
    users_pb2,
    users_pb2_grpc,
)
from parley_kit.rpc import Registration
from parley_kit.sealing import KeyRing
from parley_orchestrator.adapters.channel_directory import ChannelDirectory
from parley_orchestrator.ports import Store
from parley_orchestrator.servicers.conversations import MessageServicer, SessionServicer
from parley_orchestrator.servicers.feedback import FeedbackServicer
from parley_orchestrator.servicers.operations import (
    ChannelDirectoryServicer,
    DeliveryServicer,
    InboxServicer,
)
from parley_orchestrator.servicers.overview import PeopleOverviewServicer
from parley_orchestrator.servicers.people import AccessServicer, AgentServicer, UserServicer
from parley_orchestrator.servicers.stream import StreamServicer
from parley_orchestrator.sync.news import News
from parley_orchestrator.use_cases.admit import Admit
from parley_orchestrator.use_cases.converse import CreateSession
from parley_orchestrator.use_cases.end_feedback import CancelFeedback
from parley_orchestrator.use_cases.enqueue import Enqueue
from parley_orchestrator.use_cases.hear_text import HearText
from parley_orchestrator.use_cases.ingest import Ingest
from parley_orchestrator.use_cases.note_typing import NoteTyping
from parley_orchestrator.use_cases.oversee import (
    GetOverview,
    ListOverviewChanges,
)
from parley_orchestrator.use_cases.record_response import RecordResponse
from parley_orchestrator.use_cases.register import (
    CreateAgent,
    CreateUser,
    PutPreferences,
    RotateWebhookSecret,
)
from parley_orchestrator.use_cases.request_feedback import RequestFeedback
from parley_orchestrator.use_cases.send_messages import SendMessages
from parley_orchestrator.use_cases.steer_deliveries import SteerDeliveries
from parley_orchestrator.use_cases.switch_channel import SwitchChannel


def registrations(
    store: Store,
    enqueue: Enqueue,
    directory: ChannelDirectory,
    keys: KeyRing,
    news: News,
    streams: StreamServicer,
    public_url: str,
) -> list[Registration]:
    """All services, for a server."""
    send = SendMessages(store, enqueue)
    ingest = Ingest(store, HearText(send, enqueue), enqueue, public_url)
    agents = AgentServicer(CreateAgent(store, keys), RotateWebhookSecret(store, keys), store)
    users = UserServicer(CreateUser(store), PutPreferences(store, directory), store, directory)
    sessions = SessionServicer(
        CreateSession(store),
        SwitchChannel(store, enqueue),
        NoteTyping(store),
        store,
        news,
    )
    feedback = FeedbackServicer(
        RequestFeedback(store, enqueue),
        RecordResponse(store),
        CancelFeedback(store),
        store,
        news,
    )
    return [
        _registration(agents_pb2, agents_pb2_grpc, "AgentService", agents),
        _registration(users_pb2, users_pb2_grpc, "UserService", users),
        _registration(access_pb2, access_pb2_grpc, "AccessService", AccessServicer(Admit(store))),
        _registration(sessions_pb2, sessions_pb2_grpc, "SessionService", sessions),
        _registration(
            messages_pb2, messages_pb2_grpc, "MessageService", MessageServicer(send, store)
        ),
        _registration(feedback_pb2, feedback_pb2_grpc, "FeedbackService", feedback),
        _registration(
            deliveries_pb2,
            deliveries_pb2_grpc,
            "DeliveryService",
            DeliveryServicer(SteerDeliveries(store), store),
        ),
        _registration(
            channels_pb2,
            channels_pb2_grpc,
            "ChannelDirectoryService",
            ChannelDirectoryServicer(directory, store),
        ),
        _registration(inbox_pb2, inbox_pb2_grpc, "InboxService", InboxServicer(ingest)),
        _registration(
            people_overview_pb2,
            people_overview_pb2_grpc,
            "PeopleOverviewService",
            PeopleOverviewServicer(
                GetOverview(store, directory), ListOverviewChanges(store), directory
            ),
        ),
        _registration(stream_pb2, stream_pb2_grpc, "StreamService", streams),
    ]


def _registration(messages: object, stubs: object, name: str, servicer: object) -> Registration:
    full_name = messages.DESCRIPTOR.services_by_name[name].full_name  # type: ignore[attr-defined]
    add = getattr(stubs, f"add_{name}Servicer_to_server")
    return Registration(full_name, lambda server: add(servicer, server))
