"""The orchestrator and real channel services over gRPC: what is asked, sent, and made of it."""

import asyncio
import itertools
import json
from datetime import timedelta

import pytest
from tests.orchestrator.fake_channel import FakeChannel
from tests.orchestrator.running import ADMIN, agent_caller, orchestrator, user_caller

from parley.channel.v1 import channel_pb2, channel_pb2_grpc
from parley.orchestrator.v1 import channels_pb2, inbox_pb2
from parley_kit.errors import PermissionDeniedError, UnavailableError
from parley_kit.rpc import ServiceClient
from parley_kit.settings import ServiceSettings
from parley_orchestrator.adapters import grpc_channel
from parley_orchestrator.domain.delivery import Result

NUMBERS = itertools.count()
SHORTLY = timedelta(milliseconds=50)


@pytest.fixture
async def talk(parley):
    """Ann, who wants mail and then Slack, in a session; her channels are known to be up."""
    parley.owner = agent_caller((await parley.agent()).agent.id)
    parley.ann = await parley.user(parley.owner, email="ann@example.com")
    await parley.prefer(parley.ann, "gmail", "slack")
    parley.talk = await parley.session(parley.owner, parley.ann)
    return parley


async def changed(parley, name):
    """Says that a channel's connection changed, as its adapter would."""
    await parley.ingest(
        inbox_pb2.InboundItem(
            channel=name,
            inbound_id=f"change-{next(NUMBERS)}",
            connection=inbox_pb2.ConnectionChange(connection_id="con_1"),
        )
    )


async def test_what_a_channel_is_given(talk, gmail):
    first = await talk.send(talk.owner, talk.talk, "Hello ☃")
    await talk.settled("sent", message_id=first.id)
    await talk.send(talk.owner, talk.talk, "Again")
    await gmail.until(lambda: len(gmail.messages) == 2)
    one, two = gmail.messages
    assert (one.text, one.author_name, one.message_id) == ("Hello ☃", "Deploy agent", first.id)
    assert one.recipient.user_id == talk.ann.id
    assert dict(one.recipient.addresses) == {"email": "ann@example.com"}
    assert (one.conversation.title, one.conversation.thread_ref) == ("Release", "")
    assert two.conversation.thread_ref == f"thread-{talk.talk.id}"
    assert len(one.reply_token) >= 32
    assert one.reply_token != two.reply_token


async def test_what_gathers_goes_out_in_one_call(talk, gmail):
    people = [await talk.user(talk.owner, email=f"p{n}@example.com") for n in range(30)]
    for person in people:
        await talk.prefer(person, "gmail")
    everybody = await talk.session(talk.owner, *people)
    await talk.send(talk.owner, everybody)
    await gmail.until(lambda: len(gmail.messages) == 30)
    assert sum(gmail.calls) == 30
    assert len(gmail.calls) <= 3


async def test_a_card_is_shown_answered_and_changed(talk, gmail):
    asked = await talk.ask(
        talk.owner, talk.talk, action_json='{"deploy": "1.0"}', expires_in_seconds=600
    )
    await gmail.until(lambda: gmail.cards)
    card = gmail.cards[0].card
    assert (card.request_id, card.digest) == (asked.id, asked.digest)
    assert card.answer_url.startswith("http://127.0.0.1:8000/f/")
    assert json.loads(card.action_json) == {"deploy": "1.0"}
    assert card.expires_at == asked.expires_at
    assert not card.HasField("resolution")
    await talk.settled("sent", session_id=talk.talk.id)
    await talk.answer(user_caller(talk.ann.id), asked, comment="go")
    await gmail.until(lambda: gmail.updates)
    update = gmail.updates[0]
    assert update.card_delivery_id == gmail.cards[0].delivery_id
    assert update.provider_ref == f"ref-{update.card_delivery_id}"
    resolution = update.card.resolution
    assert (resolution.value_label, resolution.responder_name) == ("approved", "Ann")
    assert (resolution.channel, resolution.comment) == ("api", "go")
    assert update.card.answer_url == ""


@pytest.mark.parametrize("verdict", ["not_sent", "inconclusive", "found"])
async def test_an_update_whose_fate_is_unknown_is_asked_after_and_repeated(talk, gmail, verdict):
    """The look-up frees what a call that died had claimed; only what surely went out stays so."""
    asked = await talk.ask(talk.owner, talk.talk)
    await gmail.until(lambda: gmail.cards)
    await talk.settled("sent", session_id=talk.talk.id)
    gmail.script.append("ambiguous")
    gmail.look_ups.append(verdict)
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr("parley_orchestrator.domain.verdict.LOOK_UP_DELAYS", (SHORTLY,) * 3)
        await talk.answer(user_caller(talk.ann.id), asked)
        await gmail.until(lambda: gmail.asked)
        if verdict != "found":
            await gmail.until(lambda: len(gmail.updates) == 2)
    assert {one.delivery_id for one in (*gmail.asked, *gmail.updates)} == {
        gmail.updates[0].delivery_id
    }
    assert len(gmail.updates) == (1 if verdict == "found" else 2)


async def test_a_channel_that_fails_hands_over(talk, gmail, slack):
    gmail.script.append("permanent")
    message = await talk.send(talk.owner, talk.talk)
    found = await talk.settled("sent", "dead", message_id=message.id)
    await slack.until(lambda: slack.messages)
    found = await talk.settled("sent", "dead", message_id=message.id)
    assert sorted((d.channel, d.state) for d in found) == [("gmail", "dead"), ("slack", "sent")]
    dead = next(d for d in found if d.channel == "gmail")
    assert dead.attempts[0].code == "fake_permanent"
    assert dead.attempts[0].next_step == "fall back to slack"


async def test_an_address_that_a_channel_learned_is_kept(talk, gmail):
    sent = gmail._sent
    gmail._sent = lambda request: _learned(sent(request))
    await talk.send(talk.owner, talk.talk)
    await talk.settled("sent", session_id=talk.talk.id)
    gmail._sent = sent
    await talk.send(talk.owner, talk.talk)
    await gmail.until(lambda: len(gmail.messages) == 2)
    assert dict(gmail.messages[1].recipient.addresses) == {
        "email": "ann@example.com",
        "slack_user_id": "U7",
        "slack_team_id": "T7",
    }


def _learned(sent):
    sent.learned_addresses.update({"slack_user_id": "U7", "slack_team_id": "T7"})
    return sent


async def test_a_channel_that_leaves_out_an_outcome_is_asked_later(talk, gmail):
    """A defect of a channel in another language: nothing is lost, nothing is sent twice."""
    gmail.forgets = True
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr("parley_orchestrator.domain.verdict.LOOK_UP_DELAYS", (SHORTLY,) * 3)
        message = await talk.send(talk.owner, talk.talk)
        found = await talk.settled("sent", message_id=message.id)
    assert [a.outcome for a in found[0].attempts] == ["ambiguous", "found"]
    assert gmail.accepted.total() == 1


async def test_one_message_that_a_channel_refuses_spares_the_others(talk, gmail):
    """INVALID_ARGUMENT for a whole call means that nothing was done: each is tried alone."""
    gmail.refused_text = "bad"
    await talk.prefer(talk.ann, "gmail")
    texts = ["good", "bad", "good too"]
    sent = [await talk.send(talk.owner, talk.talk, text) for text in texts]
    states = []
    for message in sent:
        found = await talk.settled("sent", "dead", message_id=message.id)
        states.append(found[0].state)
    assert states == ["sent", "dead", "sent"]


async def test_the_directory_tells_how_channels_do(talk, gmail):
    await talk.send(talk.owner, talk.talk)
    await talk.settled("sent", session_id=talk.talk.id)

    async def listed(caller):
        found = await talk.stubs.ChannelDirectoryService.ListChannels(
            channels_pb2.ListChannelsRequest(caller=caller)
        )
        return {one.channel: one for one in found.channels}

    seen = await listed(ADMIN)
    assert list(seen) == ["websocket", "gmail", "slack"]
    mail = seen["gmail"]
    assert (mail.status, mail.display_name, mail.attempts) == ("ok", "Gmail", 1)
    assert (mail.success_rate, mail.queue_depth, mail.parked) == (1.0, 0, 0)
    assert 0 < mail.latency_p50_ms <= mail.latency_p99_ms < 5_000
    assert [c.status for c in mail.connections] == ["connected"]
    assert list((await listed(talk.owner))["gmail"].connections) == []


async def test_what_waits_for_a_connection_flows_when_it_comes(talk, gmail, slack):
    gmail.is_connected = slack.is_connected = False
    for name in ("gmail", "slack"):
        await changed(talk, name)
    message = await until_parked(talk)
    gmail.is_connected = True
    await changed(talk, "gmail")
    found = await talk.settled("sent", message_id=message.id)
    assert found[0].channel == "gmail"


async def until_parked(parley):
    async with asyncio.timeout(10):
        while True:
            message = await parley.send(parley.owner, parley.talk)
            found = (await parley.deliveries(message_id=message.id))[0]
            if found.state == "parked":
                return message
            await asyncio.sleep(0.05)


async def test_somebodys_own_connection_wakes_what_waits_for_them(talk, gmail, slack):
    """The channel was usable for another all the time: its status does not change."""
    slack.is_connected = gmail.is_connected = False
    gmail.connected_users = ["usr_somebody_else"]
    for name in ("gmail", "slack"):
        await changed(talk, name)
    message = await until_parked(talk)
    gmail.connected_users = ["usr_somebody_else", talk.ann.id]
    await changed(talk, "gmail")
    await talk.settled("sent", message_id=message.id)


async def test_a_channel_that_is_not_there_is_down_and_waited_for():
    """Nothing listens at its address, or its name means nothing: the next one takes over."""
    slack = FakeChannel("slack")
    async with orchestrator(channels=[slack]) as parley:
        owner = agent_caller((await parley.agent()).agent.id)
        ann = await parley.user(owner)
        talk = await parley.session(owner, ann)
        await parley.prefer(ann, "slack")
        slack.status = "down"
        await changed(parley, "slack")
        parley.owner, parley.talk = owner, talk
        message = await until_parked(parley)
        found = await parley.deliveries(message_id=message.id)
        assert found[0].explanation == "slack: down; waits for slack"
        slack.status = "ok"
        await changed(parley, "slack")
        await parley.settled("sent", message_id=message.id)


@pytest.mark.parametrize(
    ("error", "result"),
    [
        (UnavailableError("failed to connect to all addresses; last error: …"), Result.NOT_SENT),
        (UnavailableError("DNS resolution failed for slack:50052: …"), Result.NOT_SENT),
        (UnavailableError("Socket closed"), Result.AMBIGUOUS),
        (UnavailableError("The database does not answer"), Result.AMBIGUOUS),
        (PermissionDeniedError("no"), Result.AMBIGUOUS),
    ],
)
def test_what_a_failed_call_means(error, result):
    assert grpc_channel.failed(error).result is result


@pytest.mark.parametrize("address", ["127.0.0.1:1", "no-such-host.invalid:50051"])
async def test_a_call_that_never_left_is_surely_not_sent(address):
    """What gRPC says today when nothing listens or a name means nothing."""
    client = ServiceClient(address, ServiceSettings(_env_file=None))
    stub = client.stub(channel_pb2_grpc.ChannelServiceStub)
    try:
        with pytest.raises(UnavailableError) as refused:
            await stub.SendMessages(
                channel_pb2.SendMessagesRequest(), timeout=20, wait_for_ready=False
            )
    finally:
        await client.close()
    assert grpc_channel.failed(refused.value).result is Result.NOT_SENT
