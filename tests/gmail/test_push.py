"""Pub/Sub pushes: who may push, what a push may cause, and that none is needed."""
# ruff: noqa: ASYNC110  # what is waited for offers no event

import asyncio
import base64
import json
from datetime import timedelta

import jwt
import pytest
from cryptography.hazmat.primitives.asymmetric import rsa

from parley.channel.v1 import webhook_pb2
from parley_kit.clock import utc_now
from parley_sandbox.google import pubsub

AUDIENCE = "http://127.0.0.1/api/channels/gmail/webhook"
PUSHER = "push@sandbox.iam.gserviceaccount.com"
NOW = int(utc_now().timestamp())
STRANGER = rsa.generate_private_key(public_exponent=65537, key_size=2048)


def claims(**more):
    values = {
        "iss": "https://accounts.google.com",
        "aud": AUDIENCE,
        "email": PUSHER,
        "email_verified": True,
        "iat": NOW,
        "exp": NOW + 3600,
    }
    found = {**values, **more}
    return {name: value for name, value in found.items() if value is not None}


def body(email="agent@example.com", history_id=1, message_id="1"):
    data = base64.urlsafe_b64encode(
        json.dumps({"emailAddress": email, "historyId": history_id}).encode()
    )
    message = {"data": data.decode().rstrip("="), "messageId": message_id}
    return json.dumps({"message": message, "subscription": "s"}).encode()


async def push(suite, token, raw=None, endpoint="webhook", headers=None):
    if headers is None:
        headers = [("authorization", f"Bearer {token}")]
    request = webhook_pb2.HandleWebhookRequest(
        endpoint=endpoint,
        headers=[webhook_pb2.HttpHeader(name=name, value=value) for name, value in headers],
        body=body() if raw is None else raw,
    )
    return (await suite.stub.HandleWebhook(request)).status


def signed(suite, **more):
    return suite.sandbox.google.key.sign(claims(**more))


def key_id(suite):
    return jwt.get_unverified_header(signed(suite))["kid"]


async def test_a_genuine_push_is_taken(suite):
    assert await push(suite, pubsub.push_token(suite.sandbox.google)) == 200
    assert await push(suite, signed(suite)) == 200


BAD_CLAIMS = {
    "another audience": {"aud": "https://elsewhere.example/webhook"},
    "no audience": {"aud": None},
    "another account": {"email": "mallory@evil.iam.gserviceaccount.com"},
    "no account": {"email": None},
    "an account that is not verified": {"email_verified": False},
    "an account that says it is verified in words": {"email_verified": "true"},
    "expired": {"exp": NOW - 3600, "iat": NOW - 7200},
    "no expiry": {"exp": None},
    "from the future": {"iat": NOW + 3600},
    "another issuer": {"iss": "https://evil.example"},
    "no issuer": {"iss": None},
}


@pytest.mark.parametrize("wrong", BAD_CLAIMS.values(), ids=BAD_CLAIMS)
async def test_a_token_with_a_wrong_claim_is_refused(suite, wrong):
    assert await push(suite, signed(suite, **wrong)) == 401


def none_algorithm(suite):
    return jwt.encode(claims(), None, algorithm="none", headers={"kid": key_id(suite)})


def hmac_with_the_public_key(suite):
    head = {"alg": "HS256", "typ": "JWT", "kid": key_id(suite)}
    return jwt.encode(claims(), "public-certificate-as-secret" * 2, "HS256", head)


def strangers_key(suite):
    return jwt.encode(claims(), STRANGER, "RS256", {"kid": key_id(suite)})


def unknown_key(suite):
    return jwt.encode(claims(), STRANGER, "RS256", {"kid": "nobody"})


def unnamed_key(suite):
    return jwt.encode(claims(), STRANGER, "RS256")


def flipped(suite):
    token = signed(suite)
    return token[:-5] + ("A" if token[-5] != "A" else "B") + token[-4:]


def rubbish(_suite):
    return "not.a.token"


def empty(_suite):
    return ""


@pytest.mark.parametrize(
    "forge",
    [
        none_algorithm,
        hmac_with_the_public_key,
        strangers_key,
        unknown_key,
        unnamed_key,
        flipped,
        rubbish,
        empty,
    ],
)
async def test_a_forged_token_is_refused(suite, forge):
    assert await push(suite, forge(suite)) == 401


@pytest.mark.parametrize(
    "headers",
    [
        [],
        [("authorization", "Basic eDp5")],
        [("authorization", "Bearer")],
        [("authorization", "Bearer \u00ff\u00fe")],
        [("x-authorization", "Bearer x")],
    ],
)
async def test_a_push_without_a_proper_token_is_refused(suite, headers):
    assert await push(suite, "", headers=headers) == 401


async def test_two_authorization_headers_are_refused(suite):
    header = ("authorization", f"Bearer {signed(suite)}")
    assert await push(suite, "", headers=[header, header]) == 401


@pytest.mark.parametrize(
    "raw",
    [
        b"",
        b"\xff\xfe",
        b"[]",
        b"{}",
        b'{"message": 5}',
        b'{"message": {"data": "%%%", "messageId": "1"}}',
        b'{"message": {"data": "e30=", "messageId": "1"}}',
        b'{"message": {"data": "MQ==", "messageId": "1"}}',
    ],
)
async def test_a_malformed_body_is_refused_after_the_token_held(suite, raw):
    assert await push(suite, signed(suite), raw) == 400
    assert await push(suite, "forged", raw) == 401


async def test_an_unknown_endpoint_is_not_found(suite):
    assert await push(suite, signed(suite), endpoint="events") == 404


async def test_without_configuration_every_push_is_refused(suite_on):
    async def hang_up(request):
        request.transport.abort()

    suite = await suite_on(hang_up, pubsub_audience="")
    assert await push(suite, "anything") == 401


async def test_while_certificates_cannot_be_fetched_google_shall_push_again(suite_on, suite):
    async def hang_up(request):
        request.transport.abort()

    lonely = await suite_on(hang_up)
    assert await push(lonely, signed(suite)) == 503


async def test_certificates_are_fetched_once(suite, monkeypatch):
    asked, certificates = [], suite.sandbox.google.key.pem_certificates
    monkeypatch.setattr(
        suite.sandbox.google.key, "pem_certificates", lambda: asked.append(1) or certificates()
    )
    for _ in range(5):
        await push(suite, signed(suite))
        await push(suite, unknown_key(suite))
    assert len(asked) == 1


@pytest.fixture
async def slow(sandbox, suite_slow):
    await suite_slow.connect()
    await suite_slow.until_polled()
    return suite_slow


async def write(suite, text):
    await suite.control(
        "POST", "/gmail/compose", **{"from": "ann@example.com"},
        to="agent@example.com", subject="Hello", text=text,
    )  # fmt: skip


async def test_a_push_wakes_the_poll_long_before_its_time(slow):
    await write(slow, "Quick")
    assert await push(slow, signed(slow)) == 200
    (item,) = await slow.orchestrator.wait_for(1, seconds=30)
    assert item.text.text == "Quick"


async def test_a_push_is_a_hint_only(slow):
    """A foreign mailbox and a huge history id move no cursor and skip nothing."""
    (before,) = await slow.storage.connections.all()
    for email, history_id in [("mallory@evil.example", 1), ("agent@example.com", 10**15)]:
        raw = body(email, history_id, message_id=f"{email}{history_id}")
        assert await push(slow, signed(slow), raw) == 200
    await write(slow, "Not skipped")
    assert await push(slow, signed(slow), body(message_id="9")) == 200
    (item,) = await slow.orchestrator.wait_for(1, seconds=30)
    assert item.text.text == "Not skipped"
    (after,) = await slow.storage.connections.all()
    assert before.cursor <= after.cursor < 10**15


async def test_a_repeated_push_is_taken_once(slow):
    polls = len(await slow.calls("history.list"))
    for _ in range(5):
        assert await push(slow, signed(slow), body(message_id="same")) == 200
        await slow.pause(0.1)
    assert len(await slow.calls("history.list")) == polls + 1


async def test_a_watch_is_set_up_once_and_brings_pushes(watched):
    suite, bridge = watched
    await write(suite, "Pushed")
    (item,) = await suite.orchestrator.wait_for(1, seconds=30)
    assert item.text.text == "Pushed"
    assert bridge.statuses[-1] == 200
    assert len(await suite.calls("watch")) == 1
    (account,) = await suite.storage.connections.all()
    assert account.state["watch_topic"] == "projects/sandbox/topics/gmail"


async def test_a_watch_is_renewed_when_its_day_is_over(watched, monkeypatch):
    suite, _ = watched
    monkeypatch.setattr("parley_gmail.receiving.watches.RENEW_AFTER", timedelta(0))
    await write(suite, "Wakes it")
    async with asyncio.timeout(30):
        while len(await suite.calls("watch")) < 2:
            await asyncio.sleep(0.02)


async def test_a_watch_that_google_refuses_is_told_and_mail_is_heard_all_the_same(
    sandbox, suite_at
):
    topic = {"pubsub_topic": "projects/other/topics/gmail", "poll_seconds": 0.05}
    async with suite_at(sandbox.settings.public_url, **topic) as suite:
        suite.sandbox = sandbox
        await suite.connect()
        await suite.until_polled()
        await write(suite, "Slow, but heard")
        (item,) = await suite.orchestrator.wait_for(1)
        assert item.text.text == "Slow, but heard"
        (account,) = await suite.storage.connections.all()
        assert account.last_error == "watch: 400 invalidArgument"


async def test_a_mailbox_that_is_connected_again_is_watched_and_read_at_once(watched):
    """Its task sleeps until the next poll, which is an hour away."""
    suite, _ = watched
    await suite.connect()
    async with asyncio.timeout(30):
        while len(await suite.calls("watch")) < 2:
            await asyncio.sleep(0.02)
    await suite.until_polled(2)


async def test_news_that_came_while_another_replica_was_reading_are_read_soon(slow):
    """It may have looked before they came."""
    (account,) = await slow.storage.connections.all()
    async with asyncio.timeout(30):  # the poll after the sign-in may still hold it
        while not (
            holder := await slow.storage.leases.acquire(f"poll:{account.connection_id}", 60)
        ):
            await asyncio.sleep(0.02)
    polls = len(await slow.calls("history.list"))
    assert await push(slow, signed(slow)) == 200
    await slow.pause(0.3)
    assert len(await slow.calls("history.list")) == polls
    await slow.storage.leases.release(f"poll:{account.connection_id}", holder)
    await slow.until_polled(polls + 1)
