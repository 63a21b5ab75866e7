"""What must hold at Slack's endpoints, by the threat table: rows 1 to 5."""

import asyncio
import json

import pytest

from parley.channel.v1 import recipient_pb2
from parley_kit.clock import utc_now

EVENT = {"type": "url_verification", "challenge": "c" * 20}
BODY = json.dumps(EVENT).encode()


def _now(offset=0):
    return int(utc_now().timestamp()) + offset


def _with(name, value):
    def change(headers):
        return [(n, value if n == name else v) for n, v in headers]

    return change


STAMP, SIGNATURE = "x-slack-request-timestamp", "x-slack-signature"
BAD_HEADERS = {
    "no headers": lambda _: [],
    "no signature": lambda h: h[:1],
    "no timestamp": lambda h: h[1:],
    "empty signature": _with(SIGNATURE, ""),
    "another scheme": lambda h: [h[0], (SIGNATURE, h[1][1].replace("v0=", "v1="))],
    "flipped digit": lambda h: [h[0], (SIGNATURE, h[1][1][:-1] + "g")],
    "cut short": lambda h: [h[0], (SIGNATURE, h[1][1][:-1])],
    "not ascii": _with(SIGNATURE, "v0=\xff\xfe"),
    "timestamp no number": _with(STAMP, "now"),
    "timestamp negative": _with(STAMP, "-1"),
    "timestamp huge": _with(STAMP, "9" * 400),
    "timestamp a fraction": _with(STAMP, "1.5"),
    "timestamp other digits": _with(STAMP, "१२३"),
    "timestamp with newline": lambda h: [(STAMP, h[0][1] + "\n"), h[1]],
    "signature twice": lambda h: [*h, h[1]],
    "timestamp twice": lambda h: [h[0], *h],
}


@pytest.mark.parametrize("endpoint", ["events", "interactions"])
@pytest.mark.parametrize("change", BAD_HEADERS.values(), ids=BAD_HEADERS.keys())
async def test_malformed_headers_are_401(suite, tools, endpoint, change):
    answer = await suite.webhook(endpoint, BODY, headers=change(tools.sign(BODY)))
    assert answer.status == 401
    assert answer.body == b""


@pytest.mark.parametrize(
    ("offset", "status"), [(-301, 401), (330, 401), (-290, 200), (295, 200)]
)  # a future one ages while it is sent
async def test_five_minutes_of_skew_are_the_limit(suite, offset, status):
    answer = await suite.webhook("events", BODY, at=_now(offset))
    assert answer.status == status


@pytest.mark.parametrize("position", [0, 5, len(BODY) - 1])
async def test_a_flipped_byte_is_401(suite, tools, position):
    body = bytearray(BODY)
    body[position] ^= 1
    answer = await suite.webhook("events", bytes(body), headers=tools.sign(BODY))
    assert answer.status == 401


@pytest.mark.parametrize(
    ("body", "status"),
    [
        (b"\xff\xfe\x00", 401),
        (b"", 400),
        (b"{", 400),
        (b"[]", 400),
        (b"null", 400),
        (b'{"type":"url_verification"}', 400),
        (b'{"type":7}', 200),
        (b'{"type":"event_callback","event":[1],"authorizations":{}}', 200),
        (b"[" * 50_000, 400),
    ],
)
async def test_signed_nonsense_is_never_500(suite, body, status):
    assert (await suite.webhook("events", body)).status == status


@pytest.mark.parametrize(
    "body",
    [b"", b"payload", b"payload=", b"payload=%7B", b"payload=[]", b"other=1", b"a=1&" * 100],
)
async def test_signed_nonsense_on_interactions_is_400(suite, body):
    assert (await suite.webhook("interactions", body)).status == 400


async def test_another_secret_signs_nothing(suite):
    assert (await suite.webhook("events", BODY, secret="other")).status == 401


async def test_without_a_signing_secret_nothing_is_signed(suite_with):
    async with suite_with(signing_secret="") as suite:
        assert (await suite.webhook("events", BODY, secret="")).status == 401


async def test_the_challenge_is_answered_only_when_signed(suite):
    answer = await suite.webhook("events", BODY)
    assert json.loads(answer.body) == {"challenge": EVENT["challenge"]}


async def test_an_unknown_endpoint_is_404(suite):
    assert (await suite.webhook("commands", BODY)).status == 404


@pytest.fixture
async def click(suite):
    """A card that is out, and the raw payload of a click on it."""
    card = suite.card()
    await suite.ask(card)
    await suite.control("/slack/click", request=card.request_id, value="approve")
    await suite.orchestrator.heard()
    return suite.interactions()[-1]


async def test_one_signed_click_a_hundred_times_is_one_answer(suite, click):
    click["actions"][0]["action_ts"] = "1795000000.000001"
    answers = await asyncio.gather(*(suite.interaction(click) for _ in range(100)))
    assert {answer.status for answer in answers} == {200}
    await suite.orchestrator.heard(2)
    await asyncio.sleep(0.2)
    assert len(suite.orchestrator.items) == 2


def _set(*path_and_value):
    *path, name, value = path_and_value

    def change(payload):
        for key in path:
            payload = payload[key]
        payload[name] = value

    return change


def _value(change):
    def apply(payload):
        action = payload["actions"][0]
        action["value"] = change(action["value"])

    return apply


FOREIGN = {
    "another team": _set("team", "id", "T0OTHER"),
    "no team": _set("team", None),
    "user of another team": _set("user", "team_id", "T0OTHER"),
    "no user": _set("user", "id", ""),
    "another app": _set("api_app_id", "A0OTHER"),
    "no app": _set("api_app_id", ""),
    "another channel": _set("container", "channel_id", "D0OTHER"),
    "another message": _set("container", "message_ts", "1.000001"),
    "no container": _set("container", None),
    "another request": _value(lambda v: "fbr_other" + v[v.index("|") :]),
    "another digest": _value(lambda v: v.replace(v.split("|")[1], "0" * 16)),
    "a home that was never shown": _set("view", {"type": "home", "id": "V1"}),
}
MEANINGLESS = {
    "no structure": _value(lambda _v: "approved"),
    "no value": _value(lambda _v: None),
    "foreign action": _set("actions", 0, "action_id", "other.app"),
    "a modal of another kind": _set("actions", 0, "action_id", "parley.open.edit"),
    "no actions": _set("actions", "approve"),
    "bent actions": _set("actions", [["approve"]]),
}


@pytest.mark.parametrize("change", FOREIGN.values(), ids=FOREIGN.keys())
async def test_a_validly_signed_foreign_click_is_refused_and_audited(suite, click, change):
    click["actions"][0]["action_ts"] = "1795000000.000002"
    claimed = click["actions"][0]["value"].split("|")[0]
    change(click)
    sent = await suite.journal()
    assert (await suite.interaction(click)).status == 200
    async with asyncio.timeout(30):
        while not suite.orchestrator.refused():  # noqa: ASYNC110
            await asyncio.sleep(0.01)
    (refused,) = suite.orchestrator.refused()
    assert refused.answer.request_id in {claimed, "fbr_other"}
    assert refused.answer.card_delivery_id == ""
    assert len(suite.orchestrator.answers()) == 1
    assert await suite.journal() == sent


@pytest.mark.parametrize("change", MEANINGLESS.values(), ids=MEANINGLESS.keys())
async def test_a_click_on_nothing_of_ours_has_no_effect(suite, click, change):
    click["actions"][0]["action_ts"] = "1795000000.000002"
    change(click)
    sent = await suite.journal()
    assert (await suite.interaction(click)).status == 200
    await asyncio.sleep(0.1)
    assert len(suite.orchestrator.items) == 1
    assert await suite.journal() == sent


async def test_the_unchanged_click_would_have_counted(suite, click):
    """Guards the checker above."""
    click["actions"][0]["action_ts"] = "1795000000.000002"
    await suite.interaction(click)
    await suite.orchestrator.heard(2)


async def test_a_card_in_a_thread_is_not_answered_through_its_root(suite):
    first = await suite.send()
    thread = first.sent.thread_ref.split(":")[1]
    card = suite.card()
    conversation = recipient_pb2.Conversation(
        thread_ref=first.sent.thread_ref, connection_id=first.sent.connection_id
    )
    await suite.ask(card, conversation=conversation)
    await suite.control("/slack/click", request=card.request_id, value="approve")
    await suite.orchestrator.heard()
    payload = suite.interactions()[-1]
    payload["container"]["message_ts"] = thread
    payload["actions"][0]["action_ts"] = "1795000000.000003"
    await suite.interaction(payload)
    await asyncio.sleep(0.1)
    assert len(suite.orchestrator.answers()) == 1


async def test_a_submission_with_foreign_metadata_is_refused_in_the_modal(suite):
    card = suite.card()
    await suite.ask(card)
    await suite.control("/slack/click", request=card.request_id, value="Reject with comment")
    await suite.control("/slack/submit", inputs={"text": "no"})
    await suite.orchestrator.heard()
    payload = suite.interactions()[-1]
    for metadata in ("", "a|b|c", f"{card.request_id}|{'0' * 16}|D1:1.1", "x" * 3000):
        payload["view"]["private_metadata"] = metadata
        payload["view"]["id"] = "V-other"
        answer = await suite.interaction(payload)
        assert json.loads(answer.body)["response_action"] == "errors"
    assert len(suite.orchestrator.answers()) == 1
