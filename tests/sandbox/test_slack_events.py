import asyncio
import json

import pytest
import websockets
from slack_sdk.signature import SignatureVerifier

from parley_sandbox.slack.events import sign


def test_the_signature_is_slacks_documented_one():
    # https://docs.slack.dev/authentication/verifying-requests-from-slack
    secret = "8f742231b10e8888abcd99yyyzzz85a5"
    body = (
        b"token=xyzz0WbapA4vBCDEFasx0q6G&team_id=T1DC2JH3J&team_domain=testteamnow"
        b"&channel_id=G8PSS9T3V&channel_name=foobar&user_id=U2CERLKJA&user_name=roadrunner"
        b"&command=%2Fwebhook-collect&text=&response_url=https%3A%2F%2Fhooks.slack.com%2Fcommands"
        b"%2FT1DC2JH3J%2F397700885554%2F96rGlfmibIGlgcZRskXaIFfN&trigger_id=398738663015"
        b".47445629121.803a0bc887a14d10d2c447fce8b6703c"
    )
    expected = "v0=a2114d57b48eac39b9ad189dd8316235a7b4a8d21a10bd27519666489c69b503"
    assert sign(secret, 1_531_420_618, body) == expected


async def test_what_a_person_says_arrives_signed(sandbox, ann, control, receiver):
    _, said = await control("/slack/say", {"user": "ann@example.com", "text": "yes"})
    assert said["status"] == 200
    request = receiver.at("/slack/events")[0]
    verifier = SignatureVerifier(sandbox.settings.slack_signing_secret.get_secret_value())
    assert verifier.is_valid_request(request.body, dict(request.headers))
    envelope = receiver.events()[0]
    assert envelope["type"] == "event_callback"
    assert envelope["team_id"] == sandbox.slack.grants.team_id
    event = envelope["event"]
    assert (event["type"], event["channel_type"], event["text"]) == ("message", "im", "yes")
    assert (event["user"], event["channel"], event["ts"]) == (ann.id, ann.dm, said["ts"])
    assert "bot_id" not in event


async def test_a_refused_event_comes_again_with_the_same_id(ann, control, receiver):
    receiver.statuses = [500, 500]
    await control("/slack/say", {"user": ann.id, "text": "yes"})
    requests = await receiver.until("/slack/events", 3)
    assert [r.headers.get("x-slack-retry-num") for r in requests] == [None, "1", "2"]
    assert requests[1].headers["x-slack-retry-reason"] == "http_error"
    assert len({e["event_id"] for e in receiver.events()}) == 1


async def test_it_gives_up_after_three_retries(ann, control, receiver):
    receiver.statuses = [500] * 9
    await control("/slack/say", {"user": ann.id, "text": "yes"})
    await receiver.until("/slack/events", 4)
    await asyncio.sleep(0.2)
    assert len(receiver.events()) == 4


async def test_without_the_scope_there_are_no_events(slack, control, receiver):
    slack("chat:write")
    _, said = await control("/slack/say", {"user": "ann@example.com", "text": "yes"})
    assert said["reason"] == "app_not_subscribed"
    assert receiver.events() == []


async def test_an_answer_in_a_thread_names_it(bot, ann, control, receiver):
    sent = await bot.chat_postMessage(channel=ann.dm, text="question")
    await control("/slack/say", {"user": ann.id, "text": "yes", "thread_ts": sent["ts"]})
    assert receiver.events()[0]["event"]["thread_ts"] == sent["ts"]


@pytest.mark.parametrize(
    ("body", "status"),
    [
        ({"user": "agent@example.com", "text": "x"}, 404),
        ({"user": "U0NOBODY", "text": "x"}, 404),
        ({"user": "ann@example.com"}, 400),
        ({"user": "ann@example.com", "text": "x", "thread_ts": "1.2"}, 409),
    ],
)
async def test_saying_nonsense_is_refused(ann, control, body, status):
    assert (await control("/slack/say", body))[0] == status


class TestEcho:
    @pytest.fixture
    def overrides(self):
        return {"sandbox_slack_echo": True}

    async def test_the_app_hears_its_own_messages_and_edits(self, sandbox, bot, ann, receiver):
        sent = await bot.chat_postMessage(channel=ann.dm, text="x")
        await bot.chat_update(channel=ann.dm, ts=sent["ts"], text="y")
        await bot.chat_delete(channel=ann.dm, ts=sent["ts"])
        await receiver.until("/slack/events", 3)
        heard = {e["event"].get("subtype"): e["event"] for e in receiver.events()}
        assert heard[None]["bot_id"] == sandbox.slack.grants.bot_id
        assert heard["message_changed"]["message"]["text"] == "y"
        assert heard["message_changed"]["previous_message"]["text"] == "x"
        assert heard["message_deleted"]["deleted_ts"] == sent["ts"]


class TestSocketMode:
    @pytest.fixture
    async def socket(self, slack, bot):
        opened = await slack(token="xapp-sandbox").apps_connections_open(app_token="xapp-sandbox")
        async with websockets.connect(opened["url"]) as socket:
            assert json.loads(await socket.recv())["type"] == "hello"
            yield socket

    async def test_events_go_over_the_socket_and_wait_for_the_ack(
        self, socket, ann, control, receiver
    ):
        async def acknowledge():
            envelope = json.loads(await socket.recv())
            await socket.send(json.dumps({"envelope_id": envelope["envelope_id"]}))
            return envelope

        answering = asyncio.create_task(acknowledge())
        _, said = await control("/slack/say", {"user": ann.id, "text": "yes"})
        envelope = await answering
        assert said["status"] == 200
        assert envelope["type"] == "events_api"
        assert envelope["payload"]["event"]["text"] == "yes"
        assert receiver.events() == []

    async def test_a_bot_token_opens_no_socket(self, bot):
        with pytest.raises(Exception, match="not_allowed_token_type"):
            await bot.api_call("apps.connections.open")

    async def test_an_app_token_sends_no_messages(self, slack):
        with pytest.raises(Exception, match="not_allowed_token_type"):
            await slack(token="xapp-sandbox").chat_postMessage(channel="D0", text="x")

    async def test_a_ticket_is_needed(self, sandbox):
        url = sandbox.settings.public_url.replace("http", "ws") + "/slack/link/?ticket=made-up"
        with pytest.raises(websockets.InvalidStatus):
            async with websockets.connect(url):
                pass
