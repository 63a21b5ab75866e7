"""Nobody can be reached now: what waits, for whom, and what wakes it."""

from datetime import timedelta

import pytest
from tests.orchestrator.test_delivering import states
from tests.orchestrator.workshop import ACK_SECONDS

from parley_orchestrator.domain.delivery import Result, State

ALL = ("websocket", "gmail", "slack")


def down(shop, *names, is_down=True):
    for name in names:
        shop.channels.change(name, is_up=not is_down)


async def test_what_finds_its_channels_down_waits_and_flows_when_one_returns(shop):
    down(shop, "gmail", "slack")
    message = await shop.say()
    assert states(await shop.of(message)) == [("gmail", "parked")]
    down(shop, "gmail", is_down=False)
    assert await shop.wake("gmail") == 1
    await shop.flow()
    assert states(await shop.of(message)) == [("gmail", "sent")]


async def test_the_channel_behind_takes_over_when_it_returns_first(shop):
    down(shop, "gmail", "slack")
    message = await shop.say()
    down(shop, "slack", is_down=False)
    assert await shop.wake("slack") == 1
    await shop.flow()
    assert states(await shop.of(message)) == [("gmail", "dead"), ("slack", "sent")]
    down(shop, "gmail", is_down=False)
    assert await shop.wake("gmail") == 0
    await shop.flow()
    assert shop.gmail.tried == [], "once is enough"


async def test_what_waits_for_the_chat_goes_by_mail_when_mail_returns(shop):
    await shop.begin(channels=ALL)
    down(shop, "gmail", "slack")
    message = await shop.say()
    assert states(await shop.of(message)) == [("websocket", "parked")]
    down(shop, "gmail", is_down=False)
    assert await shop.wake("gmail") == 1
    await shop.flow()
    assert states(await shop.of(message)) == [("websocket", "dead"), ("gmail", "sent")]


async def test_who_cannot_be_reached_there_keeps_waiting(shop):
    await shop.begin(email="", channels=ALL)
    down(shop, "gmail", "slack")
    message = await shop.say()
    down(shop, "gmail", is_down=False)
    assert await shop.wake("gmail") == 0
    assert states(await shop.of(message)) == [("websocket", "parked")]


async def test_a_connection_wakes_only_those_whom_it_serves(shop):
    """Mailboxes of their own: Ann's returns, Bob's does not; nothing spins."""
    ann, bob = await shop.begin(channels=("gmail",), people=2)
    shop.channels.change("gmail", has_shared_connection=False)
    message = await shop.say()
    shop.channels.change("gmail", connected_users=frozenset({ann.id}))
    assert await shop.wake("gmail") == 1
    await shop.flow()
    by_user = {d.user_id: d.state for d in await shop.of(message)}
    assert by_user == {ann.id: State.SENT, bob.id: State.PARKED}


async def test_what_is_parked_again_waits_for_the_next_change(shop):
    await shop.begin(channels=("gmail",))
    shop.gmail.script.extend([Result.RECONNECT] * 2)
    message = await shop.say()
    await shop.flow()
    assert (await shop.of(message))[0].state is State.PARKED
    assert await shop.wake("gmail") == 1
    await shop.flow()
    parked = (await shop.of(message))[0]
    assert parked.state is State.PARKED
    assert await shop.attempts(parked) == ["reconnect", "reconnect"]
    await shop.wake("gmail")
    await shop.flow()
    assert (await shop.of(message))[0].state is State.SENT


async def test_many_are_woken_each_once(shop):
    down(shop, "gmail", "slack")
    await shop.begin(channels=("gmail",))
    for n in range(12):
        await shop.say(str(n))
    down(shop, "gmail", is_down=False)
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr("parley_orchestrator.use_cases.wake_parked.AT_ONCE", 5)
        assert await shop.wake("gmail") == 12
    await shop.flow()
    assert [job.message.text for job in shop.gmail.jobs] == [str(n) for n in range(12)]


async def test_a_card_of_a_request_that_ended_meanwhile_stays_where_it_is(shop):
    await shop.begin(channels=ALL)
    down(shop, "gmail", "slack")
    asked = await shop.ask()
    await shop.cancel_feedback(shop.agent, asked.id)
    down(shop, "gmail", is_down=False)
    assert await shop.wake("gmail") == 0
    await shop.flow()
    assert shop.gmail.tried == []
    assert states(await shop.cards(asked)) == [("websocket", "cancelled")]


async def test_chat_is_delivered_when_the_client_says_so(shop):
    await shop.begin(channels=ALL)
    await shop.arrive.come([shop.ann.id], "g1")
    message = await shop.say()
    sent = (await shop.of(message))[0]
    assert (sent.channel, sent.state) == ("websocket", State.SENT)
    assert sent.ack_by == shop.clock() + timedelta(seconds=ACK_SECONDS)
    await shop.acknowledge([(shop.ann.id, shop.session.id, message.seq)])
    assert states(await shop.of(message)) == [("websocket", "delivered")]
    assert await shop.attempts(sent) == ["sent"]
    shop.clock.pass_by(minutes=1)
    assert await shop.give_up() == 0


async def test_chat_that_nobody_acknowledges_goes_to_the_next_channel_once(shop):
    await shop.begin(channels=ALL)
    await shop.arrive.come([shop.ann.id], "g1")
    message = await shop.say()
    shop.clock.pass_by(seconds=ACK_SECONDS)
    assert await shop.give_up() == 1
    assert await shop.give_up() == 0
    await shop.flow()
    assert states(await shop.of(message)) == [("websocket", "dead"), ("gmail", "sent")]
    [attempt] = await attempts_of(shop, (await shop.of(message))[0])
    assert (attempt.outcome, attempt.code) == ("ambiguous", "no_acknowledgement")
    assert attempt.next_step == "fall back to gmail"
    assert (attempt.finished_at - attempt.started_at).total_seconds() == ACK_SECONDS
    await shop.acknowledge([(shop.ann.id, shop.session.id, 99)])
    assert states(await shop.of(message)) == [("websocket", "dead"), ("gmail", "sent")]


async def test_chat_alone_waits_for_the_person_to_return(shop):
    await shop.begin(email="", channels=("websocket",))
    message = await shop.say()
    assert states(await shop.of(message)) == [("websocket", "parked")]
    await shop.arrive.come([shop.ann.id], "g1")
    assert states(await shop.of(message)) == [("websocket", "sent")]
    shop.clock.pass_by(seconds=ACK_SECONDS)
    await shop.give_up()
    assert states(await shop.of(message)) == [("websocket", "parked")]
    await shop.arrive.go(None, "g1")
    await shop.arrive.come([shop.ann.id], "g2")
    await shop.acknowledge([(shop.ann.id, shop.session.id, message.seq)])
    assert states(await shop.of(message)) == [("websocket", "delivered")]
    attempts = await attempts_of(shop, (await shop.of(message))[0])
    assert [(one.number, one.outcome) for one in attempts] == [(1, "ambiguous"), (2, "sent")]


async def attempts_of(shop, delivery):
    return (await shop.store.read(lambda u: u.deliveries.attempts_of([delivery.id])))[delivery.id]


async def test_a_stranger_acknowledges_nothing(shop):
    ann, bob = await shop.begin(channels=ALL, people=2)
    await shop.arrive.come([ann.id], "g1")
    message = await shop.say()
    await shop.acknowledge([("usr_other", shop.session.id, 99), (bob.id, shop.session.id, 99)])
    mine = next(d for d in await shop.of(message) if d.user_id == ann.id)
    assert mine.state is State.SENT


async def test_a_session_that_moved_goes_by_the_new_channel_first(shop):
    await shop.switch_channel(shop.as_user(), shop.session.id, "slack")
    message = await shop.say()
    await shop.switch_channel(shop.agent, shop.session.id, "")
    second = await shop.say()
    await shop.flow()
    assert states(await shop.of(message)) == [("slack", "sent")]
    assert states(await shop.of(second)) == [("gmail", "sent")]
    assert (await shop.kinds()).count("channel.switched") == 2


async def test_a_hard_bounce_goes_to_the_next_channel_once(shop):
    message = await shop.say()
    await shop.flow()
    mail = (await shop.of(message))[0]
    for _ in range(3):
        await shop.report(mail, "bounced_hard")
    await shop.flow()
    assert states(await shop.of(message)) == [("gmail", "dead"), ("slack", "sent")]


@pytest.mark.parametrize(
    ("reports", "state"),
    [
        (["delivered"], State.DELIVERED),
        (["read"], State.READ),
        (["read", "delivered"], State.READ),
        (["bounced_soft"], State.SENT),
        (["delivered", "bounced_soft"], State.SENT),
        (["read", "bounced_soft"], State.READ),
        (["bounced_soft", "bounced_hard"], State.DEAD),
        (["bounced_hard", "delivered", "bounced_soft"], State.DEAD),
        (["nonsense"], State.SENT),
    ],
)
async def test_reports_move_a_delivery_as_far_as_they_prove(shop, reports, state):
    message = await shop.say()
    await shop.flow()
    for one in reports:
        await shop.report((await shop.of(message))[0], one)
    assert (await shop.of(message))[0].state is state


async def test_a_soft_bounce_is_told_and_asks_nobody_a_second_time(shop):
    message = await shop.say()
    await shop.flow()
    await shop.report((await shop.of(message))[0], "bounced_soft", code="4.2.2")
    await shop.flow()
    (delivery,) = await shop.of(message)
    assert delivery.explanation == "bounced soft 4.2.2: said the provider"
    assert (await shop.kinds())[-1] == "delivery.updated"


async def test_a_report_that_overtakes_the_answer_of_its_send_waits_for_it(shop):
    """A bounce can be here before it is known that the mail went out."""
    message = await shop.say()
    (delivery,) = await shop.of(message)
    for _ in range(2):
        heard = await shop.report(delivery, "bounced_hard", inbound_id="bounce")
        assert heard.verdict.name == "LATER"
    await shop.flow()
    heard = await shop.report(delivery, "bounced_hard", inbound_id="bounce")
    assert heard.verdict.name == "ACCEPTED"
    await shop.flow()
    assert states(await shop.of(message)) == [("gmail", "dead"), ("slack", "sent")]


async def test_a_bounce_settles_what_nobody_knew(shop):
    message = await shop.say()
    shop.gmail.script.append(Result.AMBIGUOUS)
    await shop.flow()
    (delivery,) = await shop.of(message)
    await shop.store.transact(
        lambda u: u.deliveries.set_state([delivery.id], State.UNKNOWN, "?", [State.SENDING])
    )
    await shop.report(delivery, "bounced_hard")
    assert states(await shop.of(message))[0] == ("gmail", "dead")
