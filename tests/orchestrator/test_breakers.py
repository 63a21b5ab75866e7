"""Breakers at work: the dead are left alone, others flow, and nobody is asked twice."""

import pytest
from tests.orchestrator.workshop import workshop

from parley_orchestrator.domain.delivery import (
    ALREADY_CLAIMED,
    CHANNEL_DOWN,
    LINE_LOST,
    Outcome,
    Result,
    State,
)

ANN, BOB = "con_ann", "con_bob"


@pytest.fixture
async def shop():
    async with workshop() as shop:
        yield shop


async def two_mailboxes(shop, channels):
    """Ann and Bob, each with a mailbox of their own."""
    ann, bob = await shop.begin(channels=channels, people=2)
    own = {ann.id: ANN, bob.id: BOB}
    shop.channels.change(
        "gmail",
        has_shared_connection=False,
        connected_users=frozenset(own),
        own_connections=own,
    )
    shop.gmail.connections = own
    return ann, bob


async def breakers(shop):
    found = await shop.store.read(lambda unit: unit.gates.breakers())
    return {at: str(one.state) for at, one in found.items()}


async def fail(shop, user, times):
    """So many failed tries of one delivery, each at its time."""
    for _ in range(times):
        await shop.flow()
        shop.clock.pass_by(seconds=5)


async def states(shop, message, user):
    return [(d.channel, str(d.state)) for d in await shop.of(message) if d.user_id == user.id]


async def test_a_dead_mailbox_is_left_alone_and_another_flows(shop):
    ann, bob = await two_mailboxes(shop, ("gmail",))
    shop.gmail.always[ann.id] = Result.NOT_SENT
    first = await shop.say("one")
    await fail(shop, ann, 5)
    assert await breakers(shop) == {("gmail", ANN): "open"}
    tried = len(shop.gmail.tried)
    second = await shop.say("two")
    await shop.flow()
    assert len(shop.gmail.tried) == tried + 1, "Bob's only"
    assert await states(shop, second, bob) == [("gmail", "sent")]
    assert await states(shop, first, ann) == [("gmail", "queued")]


async def test_one_probe_goes_out_and_its_success_lets_all_flow(shop):
    ann, _bob = await two_mailboxes(shop, ("gmail",))
    shop.gmail.always[ann.id] = Result.NOT_SENT
    said = [await shop.say(str(n)) for n in range(3)]
    await fail(shop, ann, 5)
    tried = len(shop.gmail.tried)
    shop.clock.pass_by(seconds=60)
    await shop.flow()
    assert len(shop.gmail.tried) == tried + 1, "one probe, which failed"
    assert await breakers(shop) == {("gmail", ANN): "open"}
    del shop.gmail.always[ann.id]
    shop.clock.pass_by(seconds=120)
    await shop.turn("gmail")
    assert await breakers(shop) == {}
    await shop.flow()
    assert [await states(shop, one, ann) for one in said] == [[("gmail", "sent")]] * 3


async def test_what_waits_behind_it_goes_to_the_next_channel_and_nobody_is_asked_twice(shop):
    """The late recovery finds nothing to send: each was delivered once, elsewhere."""
    ann, _bob = await two_mailboxes(shop, ("gmail", "slack"))
    shop.gmail.always[ann.id] = Result.NOT_SENT
    said = [await shop.say(str(n)) for n in range(8)]
    await fail(shop, ann, 6)
    assert ("gmail", ANN) in await breakers(shop)
    await shop.hand_on()
    await shop.flow()
    for one in said:
        assert await states(shop, one, ann) == [("gmail", "dead"), ("slack", "sent")]
    del shop.gmail.always[ann.id]
    went_out = shop.gmail.accepted.total()
    shop.clock.pass_by(seconds=900)
    await shop.flow()
    assert shop.gmail.accepted.total() == went_out
    assert set(shop.slack.accepted.values()) == {1}


async def test_what_is_said_while_it_is_open_is_routed_around_it(shop):
    ann, _bob = await two_mailboxes(shop, ("gmail", "slack"))
    shop.gmail.always[ann.id] = Result.NOT_SENT
    for n in range(2):
        await shop.say(str(n))
    await fail(shop, ann, 6)
    message = await shop.say("three")
    [delivery] = [d for d in await shop.of(message) if d.user_id == ann.id]
    assert delivery.channel == "slack"
    assert "gmail: breaker open until" in delivery.explanation
    assert "fake_not_sent" in delivery.explanation


async def test_without_another_channel_it_queues_behind_the_breaker(shop):
    ann, _bob = await two_mailboxes(shop, ("gmail",))
    shop.gmail.always[ann.id] = Result.NOT_SENT
    await shop.say("one")
    await fail(shop, ann, 5)
    message = await shop.say("two")
    [delivery] = [d for d in await shop.of(message) if d.user_id == ann.id]
    assert (delivery.channel, delivery.state) == ("gmail", State.QUEUED)
    assert "waits at the breaker of gmail" in delivery.explanation


async def test_nothing_is_handed_on_to_a_channel_that_is_shut_too(shop):
    ann, _bob = await two_mailboxes(shop, ("gmail", "slack"))
    shop.channels.change("slack", is_up=False)
    shop.gmail.always[ann.id] = Result.NOT_SENT
    said = [await shop.say(str(n)) for n in range(4)]
    await fail(shop, ann, 2)
    waiting = [await states(shop, one, ann) for one in said]
    assert waiting == [[("gmail", "queued")]] * 4
    assert await shop.hand_on() == 0
    assert [await states(shop, one, ann) for one in said] == waiting
    shop.channels.change("slack", is_up=True)
    await shop.hand_on.again()
    await shop.flow()
    last = await states(shop, said[-1], ann)
    assert last[-1] == ("slack", "sent")


async def test_a_channel_that_is_down_for_all_opens_one_breaker(shop):
    """Failures without a connection, of different people: the whole channel is left alone."""
    await shop.begin(channels=("gmail",), people=4)
    shop.gmail.script.extend([Result.NOT_SENT] * 6)
    await shop.say("one")
    await shop.flow()
    shop.clock.pass_by(seconds=5)
    await shop.flow()
    assert await breakers(shop) == {("gmail", ""): "open"}
    tried = len(shop.gmail.tried)
    await shop.say("two")
    await shop.flow()
    assert len(shop.gmail.tried) == tried
    shop.gmail.script.clear()
    shop.clock.pass_by(seconds=60)
    await shop.flow()
    assert await breakers(shop) == {}
    assert all(d.state is State.SENT for d in await shop.deliveries())


async def test_a_refused_person_speaks_for_the_provider(shop):
    ann, _bob = await two_mailboxes(shop, ("gmail",))
    shop.gmail.always[ann.id] = Result.PERMANENT
    for n in range(8):
        await shop.say(str(n))
    await shop.flow()
    assert await breakers(shop) == {}


async def test_a_receiver_of_webhooks_that_is_dead_has_a_breaker_of_its_own(shop):
    await shop.begin(channels=("gmail",), webhook_url="https://example.com/hook")
    shop.ports["webhook"].always[""] = Result.NOT_SENT
    shop.ports["webhook"].connections[""] = shop.agent.id
    shop.chance = 0.1
    await shop.say("one")
    await fail(shop, None, 8)
    assert await breakers(shop) == {("webhook", shop.agent.id): "open"}


DOWN = Outcome(Result.NOT_SENT, CHANNEL_DOWN, "The channel's service is not running.")


async def test_a_service_that_does_not_run_uses_no_try_up_and_opens_no_breaker(shop):
    await shop.begin(channels=("gmail",), people=3)
    shop.gmail.script.extend([DOWN] * 90)
    message = await shop.say("hello")
    for _ in range(30):
        await shop.flow()
        shop.clock.pass_by(seconds=5)
    assert await breakers(shop) == {}
    assert {d.state for d in await shop.of(message)} == {State.QUEUED}
    shop.gmail.script.clear()
    await shop.flow()
    assert {d.state for d in await shop.of(message)} == {State.SENT}


async def test_nothing_is_taken_for_a_service_that_is_silent_until_it_answers(shop):
    await shop.begin(channels=("gmail",))
    await shop.say("hello")
    shop.channels.change("gmail", silent_since=shop.clock())
    assert await shop.turn("gmail") == 0
    shop.channels.change("gmail", silent_since=None)
    assert await shop.turn("gmail") == 1


async def test_a_silent_service_is_left_after_some_seconds(shop):
    await shop.begin(channels=("gmail", "slack"))
    message = await shop.say("hello")
    shop.channels.change("gmail", is_up=False, silent_since=shop.clock())
    shop.clock.pass_by(seconds=5)
    assert await shop.hand_on() == 0, "a restart is no outage"
    shop.clock.pass_by(seconds=5)
    assert await shop.hand_on() == 1
    assert await shop.hand_on() == 0, "once an outage"
    await shop.flow()
    assert await states(shop, message, shop.ann) == [("gmail", "dead"), ("slack", "sent")]
    shop.channels.change("gmail", is_up=True, silent_since=None)
    await shop.flow()
    assert shop.gmail.tried == [], "a late recovery makes no second ask"


OURS = (
    DOWN,
    Outcome(Result.AMBIGUOUS, LINE_LOST, "Stream removed"),
    Outcome(Result.AMBIGUOUS, ALREADY_CLAIMED, "An earlier call has not ended for sure."),
)


async def test_what_our_own_processes_did_opens_no_breaker_nor_helps_a_failure_to(shop):
    """A service that was killed some times, and then one answer of its provider that failed."""
    await shop.begin(channels=("gmail",), people=3)
    shop.gmail.script.extend(OURS * 6)
    await shop.say("hello")
    for _ in range(4):
        await shop.flow()
        shop.clock.pass_by(seconds=6)
    assert await breakers(shop) == {}
    shop.gmail.script.clear()
    shop.gmail.script.append(Result.NOT_SENT)
    await shop.say("and now")
    await shop.flow()
    assert await breakers(shop) == {}
