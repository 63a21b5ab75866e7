"""The Gmail service in this process, against the real sandbox and an orchestrator that records."""
# ruff: noqa: ASYNC110  # what is waited for offers no event

import asyncio
from contextlib import asynccontextmanager
from dataclasses import dataclass, field
from email import message_from_bytes, policy
from urllib.parse import parse_qsl, urlsplit

import aiohttp
import grpc

from parley.channel.v1 import (
    card_pb2,
    channel_pb2,
    channel_pb2_grpc,
    recipient_pb2,
)
from parley.common.v1 import feedback_pb2
from parley.orchestrator.v1 import inbox_pb2, inbox_pb2_grpc
from parley_gmail.settings import GmailSettings

KEY = "k" * 40
BROWSER = "this-browser"


TOKEN = "abcdefghijklmnopqrstuvwxyz234567"
AUDIENCE = "http://127.0.0.1/api/channels/gmail/webhook"


PUSHER = "push@sandbox.iam.gserviceaccount.com"


class Orchestrator(inbox_pb2_grpc.InboxServiceServicer):
    """Takes everything, once an id; `refuses` raises for the ids in it."""

    def __init__(self):
        self.items = {}
        self.calls = 0

    async def Ingest(self, request, context):
        self.calls += 1
        results = []
        for item in request.items:
            verdict = (
                inbox_pb2.INGEST_VERDICT_DUPLICATE
                if item.inbound_id in self.items
                else inbox_pb2.INGEST_VERDICT_ACCEPTED
            )
            self.items.setdefault(item.inbound_id, item)
            results.append(inbox_pb2.IngestResult(inbound_id=item.inbound_id, verdict=verdict))
        return inbox_pb2.IngestResponse(results=results)

    async def wait_for(self, count, seconds=30):
        async with asyncio.timeout(seconds):
            while len(self.items) < count:
                await asyncio.sleep(0.02)
        return list(self.items.values())


@asynccontextmanager
async def serving(servicer):
    server = grpc.aio.server()
    inbox_pb2_grpc.add_InboxServiceServicer_to_server(servicer, server)
    port = server.add_insecure_port("127.0.0.1:0")
    await server.start()
    yield port
    await server.stop(0)


def settings_for(google_url, orchestrator_port, **more):
    values = {
        "secret_keys": KEY,
        "orchestrator": f"127.0.0.1:{orchestrator_port}",
        "port": 0,
        "database_url": "sqlite:///:memory:",
        "client_id": "sandbox-google-client",
        "client_secret": "sandbox-google-secret",
        "api_url": f"{google_url}/",
        "authorize_url": f"{google_url}/o/oauth2/v2/auth",
        "token_url": f"{google_url}/token",
        "revoke_url": f"{google_url}/revoke",
        "userinfo_url": f"{google_url}/oauth2/v3/userinfo",
        "certs_url": f"{google_url}/oauth2/v1/certs",
        "poll_seconds": 0.05,
        "pubsub_audience": AUDIENCE,
        "pubsub_service_account": PUSHER,
    }
    return GmailSettings(_env_file=None, **{**values, **more})


def recipient(email="ann@example.com"):
    addresses = {"email": email} if email else {}
    return recipient_pb2.Recipient(
        user_id="usr_ann", name="Ann", addresses=addresses, timezone="Europe/Vienna"
    )


def conversation(**more):
    values = {"session_id": "ses_1", "title": "Release 4.2"}
    return recipient_pb2.Conversation(**{**values, **more})


@dataclass
class Suite:
    """Everything a test talks to."""

    google: str
    http: aiohttp.ClientSession
    stub: channel_pb2_grpc.ChannelServiceStub
    orchestrator: Orchestrator
    storage: object
    settings: GmailSettings
    sandbox: object = None
    sent: int = field(default=0)

    async def start(self, user_id="", hint="agent@example.com", binding=BROWSER):
        request = channel_pb2.StartAuthorizationRequest(
            user_id=user_id, browser_binding=binding, login_hint=hint
        )
        return (await self.stub.StartAuthorization(request)).authorize_url

    async def consent(self, url):
        """What the browser brings back from Google's page."""
        async with self.http.get(url, allow_redirects=False) as response:
            assert response.status in {302, 303}, await response.text()
            return dict(parse_qsl(urlsplit(response.headers["Location"]).query))

    async def complete(self, parameters, binding=BROWSER):
        request = channel_pb2.CompleteAuthorizationRequest(
            parameters=parameters, browser_binding=binding
        )
        return (await self.stub.CompleteAuthorization(request)).connection

    async def connect(self, user_id="", hint="agent@example.com"):
        return await self.complete(await self.consent(await self.start(user_id, hint)))

    async def control(self, method, path, **body):
        async with self.http.request(method, f"{self.google}{path}", json=body) as response:
            assert response.status < 300, await response.text()
            return await response.json()

    async def fault(self, kind, **more):
        return await self.control("POST", "/faults", channel="gmail", kind=kind, **more)

    async def calls(self, call):
        """The journal's entries of one API method."""
        async with self.http.get(f"{self.google}/journal", params={"call": call}) as response:
            return await response.json()

    recipient = staticmethod(recipient)
    conversation = staticmethod(conversation)

    def update(self, outcome, card_request, delivery_id="", **resolution):
        """How a card that went out ended."""
        self.sent += 1
        shown = card_pb2.Card()
        shown.CopyFrom(card_request.card)
        values = {
            "status": feedback_pb2.FEEDBACK_STATUS_ANSWERED,
            "value_label": "approved",
            "responder_name": "Ann Smith",
            "channel": "slack",
        }
        shown.resolution.CopyFrom(card_pb2.Resolution(**{**values, **resolution}))
        return channel_pb2.UpdateFeedbackRequest(
            delivery_id=delivery_id or f"dlv_{self.sent}",
            card_delivery_id=card_request.delivery_id,
            provider_ref=outcome.sent.provider_ref,
            recipient=card_request.recipient,
            conversation=card_request.conversation,
            card=shown,
        )

    async def look_up(self, delivery_id):
        request = channel_pb2.LookUpDeliveryRequest(delivery_id=delivery_id)
        return await self.stub.LookUpDelivery(request)

    async def until_polled(self, count=1, seconds=30):
        """Waits for the first polls of a mailbox."""
        async with asyncio.timeout(seconds):
            while len(await self.calls("history.list")) < count:
                await asyncio.sleep(0.02)

    pause = staticmethod(asyncio.sleep)

    def box(self, email):
        """A sandbox mailbox."""
        return self.sandbox.google.mailbox(email)

    def mails(self, email="ann@example.com", label="INBOX"):
        """Parsed mails in a mailbox, oldest first."""
        messages = sorted(self.box(email).messages.values(), key=lambda each: each.id)
        return [
            message_from_bytes(each.mail.raw, policy=policy.default)
            for each in messages
            if label in each.labels
        ]

    def message(self, delivery_id="", email="ann@example.com", **more):
        self.sent += 1
        values = {"text": "The build is *green*.", "author_name": "Deploy bot"}
        return channel_pb2.SendMessageRequest(
            delivery_id=delivery_id or f"dlv_{self.sent}",
            recipient=recipient(email),
            **{"conversation": conversation(), "reply_token": TOKEN, **values, **more},
        )

    def card(self, delivery_id="", email="ann@example.com", **more):
        self.sent += 1
        return channel_pb2.RequestFeedbackRequest(
            delivery_id=delivery_id or f"dlv_{self.sent}",
            recipient=recipient(email),
            conversation=more.pop("conversation", conversation()),
            card=card(**more),
            reply_token=TOKEN,
        )

    async def send(self, **more):
        return (await self.stub.SendMessage(self.message(**more))).outcome

    async def ask(self, **more):
        return (await self.stub.RequestFeedback(self.card(**more))).outcome


def card(**more):
    values = {
        "request_id": "fbr_1",
        "kind": feedback_pb2.FEEDBACK_KIND_APPROVAL,
        "prompt": "Deploy **billing 4.2**?",
        "action_json": '{"service":"billing"}',
        "answer_url": "https://parley.example/f/secret-answer-token",
        "author_name": "Deploy bot",
    }
    return card_pb2.Card(**{**values, **more})
