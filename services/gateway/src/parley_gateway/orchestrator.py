"""The orchestrator's services behind one connection."""

from __future__ import annotations

from dataclasses import dataclass

from parley.orchestrator.v1 import (
    access_pb2_grpc,
    agents_pb2_grpc,
    channels_pb2_grpc,
    deliveries_pb2_grpc,
    feedback_pb2_grpc,
    messages_pb2_grpc,
    sessions_pb2_grpc,
    stream_pb2_grpc,
    users_pb2_grpc,
)
from parley_kit.rpc import ServiceClient


@dataclass(frozen=True)
class Orchestrator:
    """A stub for each service; calls raise `ServiceError`."""

    access: access_pb2_grpc.AccessServiceStub
    agents: agents_pb2_grpc.AgentServiceStub
    channels: channels_pb2_grpc.ChannelDirectoryServiceStub
    deliveries: deliveries_pb2_grpc.DeliveryServiceStub
    feedback: feedback_pb2_grpc.FeedbackServiceStub
    messages: messages_pb2_grpc.MessageServiceStub
    sessions: sessions_pb2_grpc.SessionServiceStub
    stream: stream_pb2_grpc.StreamServiceStub
    users: users_pb2_grpc.UserServiceStub


def stubs(client: ServiceClient) -> Orchestrator:
    """All stubs on one connection."""
    return Orchestrator(
        client.stub(access_pb2_grpc.AccessServiceStub),
        client.stub(agents_pb2_grpc.AgentServiceStub),
        client.stub(channels_pb2_grpc.ChannelDirectoryServiceStub),
        client.stub(deliveries_pb2_grpc.DeliveryServiceStub),
        client.stub(feedback_pb2_grpc.FeedbackServiceStub),
        client.stub(messages_pb2_grpc.MessageServiceStub),
        client.stub(sessions_pb2_grpc.SessionServiceStub),
        client.stub(stream_pb2_grpc.StreamServiceStub),
        client.stub(users_pb2_grpc.UserServiceStub),
    )
