"""Everything a test of the Slack service needs, in one object."""

import contextlib
import hashlib
import hmac
import itertools
import json
from urllib.parse import parse_qs, parse_qsl, urlencode, urlsplit

from parley.channel.v1 import card_pb2, channel_pb2, recipient_pb2, webhook_pb2
from parley.common.v1 import feedback_pb2
from parley_kit.clock import utc_now

SECRET = "sandbox-slack-signing-secret"
BROWSER = "this-browser"


class Suite:
    """Everything a test needs."""

    def __init__(self, settings, sandbox, orchestrator, bridge, service, stub, http, connections):
        self.settings = settings
        self.sandbox = sandbox
        self.orchestrator = orchestrator
        self.bridge = bridge
        self.service = service
        self.stub = stub
        self.http = http
        self.connections = connections
        self._numbers = itertools.count(1)

    async def connect(self, team=""):
        """Installs the app as a browser would, in the first workspace or in the one named."""
        start = channel_pb2.StartAuthorizationRequest(browser_binding=BROWSER)
        begun = await self.stub.StartAuthorization(start)
        parameters = await self.consent(begun.authorize_url, **({"team": team} if team else {}))
        done = await self.stub.CompleteAuthorization(
            channel_pb2.CompleteAuthorizationRequest(parameters=parameters, browser_binding=BROWSER)
        )
        return done.connection

    async def consent(self, url, **query):
        """Follows the consent page; answers what the redirect brings."""
        async with self.http.get(url, params=query, allow_redirects=False) as response:
            assert response.status == 302, await response.text()
            return dict(parse_qsl(urlsplit(response.headers["location"]).query))

    async def control(self, path, **body):
        async with self.http.post(f"{self.sandbox.settings.public_url}{path}", json=body) as answer:
            return answer.status, await answer.json()

    async def journal(self, call="", **more):
        url = f"{self.sandbox.settings.public_url}/journal"
        async with self.http.get(url, params={"channel": "slack", "call": call} | more) as answer:
            return await answer.json()

    def message(self, text="Hello", **values):
        number = next(self._numbers)
        values = {
            "delivery_id": f"dlv_{number}",
            "recipient": self.person(),
            "conversation": recipient_pb2.Conversation(session_id="ses_1"),
            "author_name": "Release bot",
        } | values
        return channel_pb2.SendMessageRequest(text=text, **values)

    def person(self, email="ann@example.com", **addresses):
        named = {"email": email} | addresses if email else addresses
        return recipient_pb2.Recipient(user_id=f"usr_{email}", name="Ann", addresses=named)

    def card(self, **values):
        values = {
            "request_id": f"fbr_{next(self._numbers)}",
            "kind": feedback_pb2.FEEDBACK_KIND_APPROVAL,
            "prompt": "Deploy **v2**?",
            "digest": hashlib.sha256(b"shown").hexdigest(),
            "author_name": "Release bot",
        } | values
        return card_pb2.Card(**values)

    async def ask(self, card, **values):
        values = {
            "delivery_id": f"dlv_{next(self._numbers)}",
            "recipient": self.person(),
            "conversation": recipient_pb2.Conversation(session_id="ses_1"),
        } | values
        request = channel_pb2.RequestFeedbackRequest(card=card, **values)
        return (await self.stub.RequestFeedback(request)).outcome

    async def send(self, *args, **values):
        request = self.message(*args, **values)
        return (await self.stub.SendMessage(request)).outcome

    def replica(self):
        """Another process on the same database."""
        return _stub_of(self.settings)

    def interactions(self):
        """The payloads that Slack posted so far."""
        bodies = [m.body.decode() for m in self.bridge.seen if m.endpoint == "interactions"]
        return [json.loads(parse_qs(body)["payload"][0]) for body in bodies]

    async def webhook(self, endpoint, body, headers=None, stub=None, **signing):
        signed = sign(body, **signing) if headers is None else headers
        request = webhook_pb2.HandleWebhookRequest(
            endpoint=endpoint,
            body=body,
            headers=[webhook_pb2.HttpHeader(name=n, value=v) for n, v in signed],
        )
        return await (stub or self.stub).HandleWebhook(request)

    async def event(self, payload, stub=None):
        return await self.webhook("events", json.dumps(payload).encode(), stub=stub)

    async def interaction(self, payload):
        return await self.webhook("interactions", form(payload))


def sign(body, *, secret=SECRET, at=None):
    stamp = str(int(utc_now().timestamp()) if at is None else at)
    base = f"v0:{stamp}:".encode() + body
    digest = hmac.new(secret.encode(), base, hashlib.sha256).hexdigest()
    return [("x-slack-request-timestamp", stamp), ("x-slack-signature", f"v0={digest}")]


def form(payload):
    return urlencode({"payload": json.dumps(payload)}).encode()


@contextlib.asynccontextmanager
async def _stub_of(settings):
    from tests.slack.running import serving  # noqa: PLC0415  # it needs this module

    async with serving(settings) as (_, stub):
        yield stub
