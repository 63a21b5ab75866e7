"""A channel service that runs: notes what it is called with, answers what the test sets."""

from parley.channel.v1 import authorization_pb2, channel_pb2, channel_pb2_grpc, webhook_pb2
from parley_kit.errors import PermissionDeniedError, Reason, unknown_id

CONNECTION = authorization_pb2.Connection(
    connection_id="con_1",
    display_name="Example team",
    status=authorization_pb2.CONNECTION_STATUS_CONNECTED,
)


class FakeChannel(channel_pb2_grpc.ChannelServiceServicer):
    def __init__(self) -> None:
        self.webhooks: list[webhook_pb2.HandleWebhookRequest] = []
        self.started: list[channel_pb2.StartAuthorizationRequest] = []
        self.completed: list[channel_pb2.CompleteAuthorizationRequest] = []
        self.connection = CONNECTION
        self.answer = webhook_pb2.HandleWebhookResponse(status=200, body=b"ok")

    async def HandleWebhook(self, request, context):
        self.webhooks.append(request)
        return self.answer

    async def StartAuthorization(self, request, context):
        self.started.append(request)
        return channel_pb2.StartAuthorizationResponse(
            authorize_url="https://slack.example/oauth?x=1"
        )

    async def CompleteAuthorization(self, request, context):
        self.completed.append(request)
        begun = {one.browser_binding for one in self.started}
        if request.parameters["state"] != "good" or request.browser_binding not in begun:
            raise PermissionDeniedError("Start it again.", reason=Reason.ERROR_REASON_BAD_STATE)
        return channel_pb2.CompleteAuthorizationResponse(connection=self.connection)

    async def RefreshAuthorization(self, request, context):
        return channel_pb2.RefreshAuthorizationResponse(connections=[CONNECTION])

    async def ListAuthorizations(self, request, context):
        return channel_pb2.ListAuthorizationsResponse(connections=[CONNECTION])

    async def RevokeAuthorization(self, request, context):
        if request.connection_id != "con_1":
            raise unknown_id("connection", request.connection_id)
        return channel_pb2.RevokeAuthorizationResponse(connection=CONNECTION)

    async def CheckHealth(self, request, context):
        return channel_pb2.CheckHealthResponse(status="ok", connections=[CONNECTION])
