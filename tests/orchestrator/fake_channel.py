"""A channel that runs: it keeps what it accepted, and fails as it is told to."""

import asyncio
from collections import Counter, deque

from google.protobuf.duration_pb2 import Duration

from parley.channel.v1 import authorization_pb2, channel_pb2, channel_pb2_grpc, outcome_pb2
from parley_kit.errors import InvalidArgumentError
from parley_kit.rpc import Registration, ServiceServer
from parley_kit.settings import ServiceSettings

FAILURES = {
    "not_sent": outcome_pb2.FAILURE_CLASS_NOT_SENT,
    "ambiguous": outcome_pb2.FAILURE_CLASS_AMBIGUOUS,
    "permanent": outcome_pb2.FAILURE_CLASS_PERMANENT,
    "reconnect": outcome_pb2.FAILURE_CLASS_RECONNECT,
    "rejected": outcome_pb2.FAILURE_CLASS_REJECTED,
}
VERDICTS = {
    "found": channel_pb2.LOOK_UP_VERDICT_FOUND,
    "not_sent": channel_pb2.LOOK_UP_VERDICT_NOT_SENT,
    "inconclusive": channel_pb2.LOOK_UP_VERDICT_INCONCLUSIVE,
}
NO_FAILURE = ("sent", "accepted_ambiguous")


class FakeChannel(channel_pb2_grpc.ChannelServiceServicer):
    """Serves ChannelService.

    Attributes:
        script: What the next sends meet, first first: a failure's name, or "accepted_ambiguous"
            for one that goes out and does not answer; nothing means that it is sent.
        accepted: How often each delivery went out.
        is_connected: Whether it has a shared connection.
        refused_text: A call with such a text is refused as a whole.
        forgets: Outcomes are left out of the answers.
    """

    def __init__(self, name, *, address_keys=("email",), needs_answer_links=False):
        self.name = name
        self.address_keys = address_keys
        self.needs_answer_links = needs_answer_links
        self.script = deque()
        self.look_ups = deque()
        self.accepted = Counter()
        self.attempts = Counter()
        self.messages, self.cards, self.updates, self.asked = [], [], [], []
        self.is_connected = True
        self.connected_users = []
        self.status = "ok"
        self.retry_after = None
        self.refused_text, self.forgets = None, False
        self.calls = []
        self.may_answer = asyncio.Event()
        self.may_answer.set()
        self.happened = asyncio.Condition()

    async def until(self, holds, seconds=10):
        """Returns once something holds; looks whenever something happened."""
        async with asyncio.timeout(seconds), self.happened:
            await self.happened.wait_for(holds)

    async def Describe(self, request, context):
        return channel_pb2.DescribeResponse(
            channel=self.name,
            display_name=self.name.capitalize(),
            address_keys=self.address_keys,
            needs_answer_links=self.needs_answer_links,
            max_batch_size=200,
        )

    async def CheckHealth(self, request, context):
        connected = authorization_pb2.CONNECTION_STATUS_CONNECTED
        users = ([""] if self.is_connected else []) + self.connected_users
        return channel_pb2.CheckHealthResponse(
            status=self.status,
            connections=[
                authorization_pb2.Connection(connection_id=f"con_{u}", user_id=u, status=connected)
                for u in users
            ],
        )

    async def SendMessages(self, request, context):
        self.calls.append(len(request.messages))
        if self.refused_text in [one.text for one in request.messages]:
            raise InvalidArgumentError("no such text")
        self.messages.extend(request.messages)
        outcomes = [self._outcome(one) for one in request.messages]
        await self._tell()
        return channel_pb2.SendMessagesResponse(outcomes=[] if self.forgets else outcomes)

    async def RequestFeedback(self, request, context):
        self.cards.append(request)
        outcome = self._outcome(request)
        await self._tell()
        return channel_pb2.RequestFeedbackResponse(outcome=outcome)

    async def UpdateFeedback(self, request, context):
        self.updates.append(request)
        outcome = self._outcome(request)
        await self._tell()
        return channel_pb2.UpdateFeedbackResponse(outcome=outcome)

    async def LookUpDelivery(self, request, context):
        self.asked.append(request)
        truth = "found" if self.accepted[request.delivery_id] else "not_sent"
        verdict = self.look_ups.popleft() if self.look_ups else truth
        await self._tell()
        sent = self._sent(request) if verdict == "found" else None
        return channel_pb2.LookUpDeliveryResponse(verdict=VERDICTS[verdict], sent=sent)

    async def _tell(self):
        async with self.happened:
            self.happened.notify_all()
        await self.may_answer.wait()

    def _outcome(self, request):
        self.attempts[request.delivery_id] += 1
        fate = self.script.popleft() if self.script else "sent"
        if fate in NO_FAILURE:
            self.accepted[request.delivery_id] += 1
        if fate == "sent":
            return outcome_pb2.DeliveryOutcome(
                delivery_id=request.delivery_id, sent=self._sent(request)
            )
        failure = outcome_pb2.Failure(
            failure_class=FAILURES[fate.removeprefix("accepted_")], code=f"fake_{fate}"
        )
        if self.retry_after is not None:
            failure.retry_after.CopyFrom(Duration(seconds=self.retry_after))
        return outcome_pb2.DeliveryOutcome(delivery_id=request.delivery_id, failure=failure)

    def _sent(self, request):
        return outcome_pb2.Sent(
            provider_ref=f"ref-{request.delivery_id}",
            thread_ref=f"thread-{request.conversation.session_id}",
            connection_id="con_",
        )

    def server(self):
        """A server for it on a free port."""
        full_name = channel_pb2.DESCRIPTOR.services_by_name["ChannelService"].full_name
        registration = Registration(
            full_name,
            lambda server: channel_pb2_grpc.add_ChannelServiceServicer_to_server(self, server),
        )
        return ServiceServer(ServiceSettings(_env_file=None, reflection=False), 0, [registration])
