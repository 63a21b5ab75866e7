"""Agent webhooks: signed, in order, tried again, and left alone when told so."""

from datetime import UTC, timedelta

import pytest
from aiohttp import web
from standardwebhooks import Webhook, WebhookVerificationError
from tests.orchestrator.receiver import Receiver, listening
from tests.orchestrator.running import ADMIN, agent_caller, orchestrator

from parley.orchestrator.v1 import agents_pb2
from parley_kit.clock import utc_now
from parley_orchestrator.adapters.webhook_channel import judged
from parley_orchestrator.domain.delivery import Result

SECRET = "whsec_" + "c2VjcmV0" * 6


@pytest.fixture
async def parley():
    async with orchestrator(webhook_allow_private=True) as running:
        yield running


async def begun(parley, url):
    created = await parley.agent(webhook_url=url)
    agent = agent_caller(created.agent.id)
    session = await parley.session(agent, await parley.user(agent))
    return created, agent, session


async def test_every_event_is_posted_in_order_and_signed(parley, receiver):
    created, agent, session = await begun(parley, receiver.url)
    for n in range(3):
        await parley.send(agent, session, f"Hello {n}")
    bodies = await receiver.until(4)
    assert [body["type"] for body in bodies] == ["session.created", *["message.created"] * 3]
    assert [body["seq"] for body in bodies] == [1, 2, 3, 4]
    assert bodies[3]["data"]["text"] == "Hello 2"
    assert bodies[3]["session_id"] == session.id
    verifier = Webhook(created.webhook_secret)
    for one in receiver.received:
        assert verifier.verify(one.body, one.headers)
    ids = [one.headers["webhook-id"] for one in receiver.received]
    assert len(set(ids)) == 4
    assert all(one.headers["content-type"] == "application/json" for one in receiver.received)


@pytest.mark.parametrize("tampered", ["body", "webhook-id", "webhook-timestamp", "secret"])
async def test_the_public_verifier_rejects_what_was_changed(parley, receiver, tampered):
    created, _agent, _session = await begun(parley, receiver.url)
    await receiver.until(1)
    one = receiver.received[0]
    body, headers, secret = one.body, dict(one.headers), created.webhook_secret
    if tampered == "body":
        body = body.replace("session.created", "session.deleted")
    elif tampered == "secret":
        secret = SECRET
    else:
        headers[tampered] = headers[tampered][:-1] + ("0" if headers[tampered][-1] != "0" else "1")
    with pytest.raises(WebhookVerificationError):
        Webhook(secret).verify(body, headers)


async def test_while_a_secret_is_replaced_both_verify(parley, receiver):
    created, agent, session = await begun(parley, receiver.url)
    await receiver.until(1)
    rotate = agents_pb2.RotateWebhookSecretRequest(caller=agent, agent_id=agent.agent_id)
    rotated = await parley.stubs.AgentService.RotateWebhookSecret(rotate)
    await parley.send(agent, session)
    await receiver.until(2)
    one = receiver.received[1]
    old, new = created.webhook_secret, rotated.webhook_secret
    assert old != new
    for secret in (old, new):
        assert Webhook(secret).verify(one.body, one.headers)
    with pytest.raises(WebhookVerificationError):
        Webhook(new).verify(receiver.received[0].body, receiver.received[0].headers)
    with pytest.raises(WebhookVerificationError):
        Webhook(new).verify(one.body.replace("message.created", "x"), one.headers)
    left = rotated.old_until.ToDatetime(UTC) - utc_now()
    assert timedelta(hours=23) < left <= timedelta(days=1)


async def test_a_replaced_secret_ends_in_its_time(parley, receiver, monkeypatch):
    monkeypatch.setattr("parley_orchestrator.use_cases.register.OLD_SECRET_SIGNS", timedelta())
    created, agent, session = await begun(parley, receiver.url)
    await receiver.until(1)
    rotate = agents_pb2.RotateWebhookSecretRequest(caller=ADMIN, agent_id=agent.agent_id)
    rotated = await parley.stubs.AgentService.RotateWebhookSecret(rotate)
    await parley.send(agent, session)
    await receiver.until(2)
    one = receiver.received[1]
    assert Webhook(rotated.webhook_secret).verify(one.body, one.headers)
    with pytest.raises(WebhookVerificationError):
        Webhook(created.webhook_secret).verify(one.body, one.headers)


async def test_a_failing_receiver_is_tried_again_with_the_same_id_and_order_kept(parley, receiver):
    receiver.script = [500, 503]
    created, agent, session = await begun(parley, receiver.url)
    await parley.send(agent, session)
    bodies = await receiver.until(4)
    assert [body["seq"] for body in bodies] == [1, 1, 1, 2]
    ids = [one.headers["webhook-id"] for one in receiver.received]
    assert len(set(ids[:3])) == 1
    assert ids[3] != ids[0]
    found = await parley.settled("sent", "parked", session_id=session.id, by=agent)
    first = next(d for d in found if d.subject_id.endswith(":1"))
    assert [a.outcome for a in first.attempts] == ["not_sent", "not_sent", "sent"]
    assert [a.code for a in first.attempts] == ["500", "503", "204"]
    assert Webhook(created.webhook_secret).verify(
        receiver.received[-1].body, receiver.received[-1].headers
    )


async def test_one_agents_receiver_never_holds_up_anothers(parley, receiver):
    slow = Receiver()
    async with listening(slow) as port:
        slow.script = [500] * 100
        await begun(parley, f"http://127.0.0.1:{port}/")
        await begun(parley, receiver.url)
        await receiver.until(1, seconds=5)


async def test_redirects_are_not_followed(parley, receiver):
    target = Receiver()
    async with listening(target) as port:
        receiver.script = [
            web.Response(status=307, headers={"location": f"http://127.0.0.1:{port}/"})
        ]
        await begun(parley, receiver.url)
        await receiver.until(2)
        assert target.received == []


async def test_who_wants_no_more_is_left_alone(parley, receiver):
    receiver.script = [410]
    _created, agent, session = await begun(parley, receiver.url)
    found = await parley.settled("dead", session_id=session.id, by=agent)
    assert found[0].attempts[0].code == "410"
    assert len(receiver.received) == 1


@pytest.mark.parametrize(
    ("status", "retry_after", "result", "seconds"),
    [
        (200, "", Result.SENT, None),
        (299, "", Result.SENT, None),
        (301, "", Result.NOT_SENT, None),
        (400, "", Result.NOT_SENT, None),
        (410, "", Result.REJECTED, None),
        (429, "30", Result.NOT_SENT, 30),
        (503, "9" * 5_000, Result.NOT_SENT, 3_600),
        (503, "-1", Result.NOT_SENT, None),
        (503, "٣", Result.NOT_SENT, 3),
        (503, "Wed, 21 Oct 2026 07:28:00 GMT", Result.NOT_SENT, None),
    ],
)
def test_what_an_answer_means(status, retry_after, result, seconds):
    outcome = judged(status, {"retry-after": retry_after})
    assert outcome.result is result
    wait = outcome.retry_after
    assert (wait and wait.total_seconds()) == seconds
