"""What becomes of messages: sent once, tried again, looked up, handed on, parked, or dead."""

from datetime import timedelta

import pytest
from tests.orchestrator.fake_port import WENT_OUT
from tests.orchestrator.workshop import LEASE_SECONDS

from parley_orchestrator.domain.backoff import LAST_CHANNEL, POISON, WITH_ALTERNATIVE
from parley_orchestrator.domain.delivery import Outcome, Result, State
from parley_orchestrator.domain.verdict import LOOK_UP_DELAYS
from parley_orchestrator.use_cases.job_shelf import JobShelf
from parley_orchestrator.use_cases.send_messages import NewMessage


def states(deliveries):
    return [(d.channel, str(d.state)) for d in deliveries]


async def test_a_message_is_sent_once_by_the_first_channel(shop):
    message = await shop.say("Hello")
    assert states(await shop.of(message)) == [("gmail", "queued")]
    await shop.flow()
    sent = (await shop.of(message))[0]
    assert (sent.state, sent.provider_ref, sent.attempts) == (State.SENT, f"ref-{sent.id}", 1)
    assert sent.explanation == "gmail: chosen"
    assert shop.gmail.accepted == {sent.id: 1}
    job = shop.gmail.jobs[0]
    assert (job.message.text, job.user.email) == ("Hello", "ann@example.com")
    assert job.reply_token == shop.keys.sign("reply", sent.id)
    assert job.link_token == ""
    assert await shop.kinds() == ["session.created", "message.created", "delivery.updated"]


async def test_the_next_message_continues_the_thread(shop):
    await shop.say("one")
    await shop.flow()
    await shop.say("two")
    await shop.flow()
    assert [job.thread_ref for job in shop.gmail.jobs] == ["", f"thread-{shop.session.id}"]
    assert shop.gmail.jobs[1].connection_id == "con_1"


async def test_messages_of_one_conversation_go_out_together_and_in_order(shop):
    for n in range(5):
        await shop.say(str(n))
    await shop.turn("gmail")
    assert [job.message.text for job in shop.gmail.jobs] == list("01234")


async def test_what_was_surely_not_sent_is_tried_again_later(shop):
    shop.gmail.script.extend([Result.NOT_SENT])
    message = await shop.say()
    await shop.flow()
    waiting = (await shop.of(message))[0]
    assert (waiting.state, waiting.failed_tries) == (State.QUEUED, 1)
    assert waiting.next_attempt_at == shop.clock() + timedelta(seconds=0.5)
    assert await shop.turn("gmail") == 0
    shop.clock.pass_by(seconds=1)
    await shop.flow()
    assert await shop.attempts(waiting) == ["not_sent", "sent"]
    assert shop.gmail.accepted == {waiting.id: 1}
    assert (await shop.of(message))[0].explanation == "gmail: accepted at attempt 2"


async def test_after_a_failure_the_rest_of_the_conversation_waits_its_turn(shop):
    shop.gmail.script.extend([Result.NOT_SENT, Result.SKIPPED])
    messages = [await shop.say(str(n)) for n in range(2)]
    await shop.flow()
    found = [(await shop.of(one))[0] for one in messages]
    assert [d.state for d in found] == [State.QUEUED, State.QUEUED]
    assert await shop.attempts(found[1]) == []
    shop.clock.pass_by(seconds=1)
    await shop.flow()
    assert [job.message.text for job in shop.gmail.jobs] == ["0", "1", "0", "1"]
    assert list(shop.gmail.accepted.values()) == [1, 1]


async def test_a_failing_channel_hands_over_to_the_next(shop):
    shop.gmail.script.extend([Result.NOT_SENT] * WITH_ALTERNATIVE.max_tries)
    message = await shop.say()
    for _ in range(10):
        await shop.flow()
        shop.clock.pass_by(seconds=5)
    first, second = await shop.of(message)
    assert states([first, second]) == [("gmail", "dead"), ("slack", "sent")]
    assert second.fallback_of == first.id
    assert second.explanation.startswith("gmail failed (fake_not_sent); slack: chosen")
    assert (shop.gmail.accepted.total(), shop.slack.accepted.total()) == (0, 1)


@pytest.mark.parametrize("result", [Result.PERMANENT, Result.REJECTED, Result.RECONNECT])
async def test_what_can_not_go_here_goes_to_the_next_at_once(shop, result):
    shop.gmail.script.append(result)
    message = await shop.say()
    await shop.flow()
    assert states(await shop.of(message)) == [("gmail", "dead"), ("slack", "sent")]


async def test_a_long_retry_time_hands_over_a_short_one_is_waited_for(shop):
    shop.gmail.script.append(Outcome(Result.NOT_SENT, retry_after=timedelta(seconds=20)))
    shop.gmail.script.append(Outcome(Result.NOT_SENT, retry_after=timedelta(seconds=90)))
    message = await shop.say()
    await shop.flow()
    shop.clock.pass_by(seconds=19)
    assert await shop.turn("gmail") == 0
    shop.clock.pass_by(seconds=1)
    await shop.flow()
    assert states(await shop.of(message)) == [("gmail", "dead"), ("slack", "sent")]


async def test_the_last_channel_is_tried_for_hours_and_then_given_up(shop):
    shop.gmail.script.append(Result.PERMANENT)
    shop.slack.script.extend([Result.NOT_SENT] * 100)
    message = await shop.say()
    for _ in range(LAST_CHANNEL.max_tries):
        await shop.flow()
        shop.clock.pass_by(seconds=LAST_CHANNEL.cap_seconds)
    last = (await shop.of(message))[1]
    assert (last.state, last.attempts) == (State.DEAD, LAST_CHANNEL.max_tries)
    assert "no channel is left" in last.explanation
    shop.clock.pass_by(days=30)
    assert await shop.turn("slack") == 0


async def test_a_send_without_an_answer_is_looked_up_and_found(shop):
    shop.gmail.script.append(WENT_OUT)
    message = await shop.say()
    await shop.flow()
    asked = (await shop.of(message))[0]
    assert (asked.state, shop.gmail.asked) == (State.SENDING, [])
    shop.clock.now += LOOK_UP_DELAYS[0]
    await shop.flow()
    found = (await shop.of(message))[0]
    assert (found.state, found.provider_ref) == (State.SENT, f"ref-{found.id}")
    assert await shop.attempts(found) == ["ambiguous", "found"]
    assert (shop.gmail.tried, shop.gmail.asked) == ([found.id], [found.id])


async def test_a_send_that_surely_did_not_go_out_is_sent_again(shop):
    shop.gmail.script.append(Result.AMBIGUOUS)
    message = await shop.say()
    await shop.flow()
    shop.clock.now += LOOK_UP_DELAYS[0]
    await shop.flow()
    found = (await shop.of(message))[0]
    assert await shop.attempts(found) == ["ambiguous", "not_found", "sent"]
    assert shop.gmail.accepted == {found.id: 1}


async def test_a_send_whose_fate_stays_open_is_unknown_and_never_sent_again(shop):
    shop.gmail.script.append(WENT_OUT)
    shop.gmail.look_ups.extend([Result.INCONCLUSIVE] * 9)
    message = await shop.say()
    for _ in range(9):
        await shop.flow()
        shop.clock.pass_by(minutes=3)
    unknown = (await shop.of(message))[0]
    assert unknown.state is State.UNKNOWN
    assert await shop.attempts(unknown) == ["ambiguous", *["inconclusive"] * 3]
    assert shop.gmail.tried == [unknown.id]
    assert shop.slack.tried == []


async def test_a_channel_that_is_away_is_asked_when_it_is_back(shop):
    shop.gmail.script.append(WENT_OUT)
    shop.gmail.look_ups.extend([Result.UNREACHABLE] * 19)
    message = await shop.say()
    for _ in range(20):
        await shop.flow()
        shop.clock.pass_by(seconds=5)
    assert (await shop.of(message))[0].state is State.SENDING
    shop.clock.pass_by(seconds=5)
    await shop.flow()
    found = (await shop.of(message))[0]
    assert found.state is State.SENT
    assert await shop.attempts(found) == ["ambiguous", "found"]


async def test_a_message_that_breaks_every_send_is_dead_at_last_and_others_flow(shop):
    """Each try ends in the dark and is then surely not there: no loop for ever."""
    ann, bob = await shop.begin(channels=("gmail",), people=2)
    shop.gmail.always[ann.id] = Result.AMBIGUOUS
    poison = await shop.say("poison")
    for _ in range(LAST_CHANNEL.max_tries):
        await shop.flow()
        shop.clock.now += LOOK_UP_DELAYS[0]
    await shop.flow()
    by_user = {d.user_id: d.state for d in await shop.of(poison)}
    assert by_user == {ann.id: State.DEAD, bob.id: State.SENT}
    assert len(shop.gmail.tried) == LAST_CHANNEL.max_tries + 1


async def test_a_worker_that_died_leaves_a_look_up_not_a_resend(shop):
    """It was killed after the provider accepted: the next one asks first."""
    message = await shop.say()
    work = await shop.claim("gmail", 100, 10)
    await shop.gmail.deliver(work.to_send)
    assert await shop.turn("gmail") == 0, "the lease holds"
    shop.clock.pass_by(seconds=LEASE_SECONDS)
    await shop.flow()
    found = (await shop.of(message))[0]
    assert found.state is State.SENT
    assert shop.gmail.accepted == {found.id: 1}
    assert shop.gmail.asked == [found.id]


async def test_a_worker_that_was_paused_changes_nothing_any_more(shop):
    message = await shop.say()
    paused = await shop.claim("gmail", 100, 10)
    shop.clock.pass_by(seconds=LEASE_SECONDS)
    await shop.flow()
    outcome = Outcome(Result.PERMANENT)
    await shop.record(paused.lanes, [(job.delivery, outcome) for job in paused.to_send])
    assert states(await shop.of(message)) == [("gmail", "sent")]


async def test_one_persons_trouble_never_holds_up_anothers(shop):
    ann, bob = await shop.begin(channels=("gmail",), people=2)
    shop.gmail.always[ann.id] = Result.AMBIGUOUS
    await shop.say("one")
    second = await shop.say("two")
    await shop.flow()
    by_user = {d.user_id: d.state for d in await shop.of(second)}
    assert by_user == {ann.id: State.SENDING, bob.id: State.SENT}


async def test_nobody_is_sent_what_they_said_themselves(shop):
    ann, bob = await shop.begin(channels=("gmail",), people=2)
    message = await shop.say("I agree", caller=shop.as_user(ann))
    assert [d.user_id for d in await shop.of(message)] == [bob.id]


async def test_every_message_of_a_batch_has_its_own_result(shop):
    new = [
        NewMessage(shop.agent, shop.session.id, text, idempotency_key=key)
        for text, key in [("a", "k1"), ("", ""), ("a", "k1"), ("b", "k1"), ("c", "")]
    ]
    first, empty, again, other, last = await shop.send_messages(new)
    assert first == again
    assert [type(one).__name__ for one in (empty, other)] == [
        "InvalidArgumentError",
        "AlreadyExistsError",
    ]
    assert last.seq == first.seq + 1
    assert len(await shop.deliveries()) == 2
    repeated = (await shop.send_messages(new[:1]))[0]
    assert repeated == first


async def test_a_wish_for_a_channel_stands_alone(shop):
    shop.slack.script.append(Result.PERMANENT)
    message = await shop.say(channel="slack")
    await shop.flow()
    assert states(await shop.of(message)) == [("slack", "dead")]


async def test_who_has_no_address_is_visible_at_once(shop):
    await shop.begin(email="", channels=("gmail",))
    message = await shop.say()
    lost = (await shop.of(message))[0]
    assert (lost.state, lost.channel) == (State.DEAD, "gmail")
    assert "the person has no email" in lost.explanation


@pytest.mark.parametrize("state", [State.DEAD, State.UNKNOWN])
async def test_what_stopped_is_tried_again_by_hand(shop, state):
    message = await shop.say(channel="gmail")
    one = (await shop.of(message))[0]
    await shop.store.transact(lambda u: u.deliveries.set_state([one.id], state, "", [State.QUEUED]))
    await shop.steer.retry(shop.agent, one.id)
    await shop.flow()
    again = (await shop.of(message))[0]
    assert (again.state, again.failed_tries) == (State.SENT, 0)


async def test_what_cannot_be_prepared_is_dead_after_a_few_tries_and_others_flow(shop, monkeypatch):
    """A defect of Parley's own, in one delivery: it spoils neither its batch nor the loop."""
    ann, bob = await shop.begin(channels=("gmail",), people=2)
    job = JobShelf.job

    def break_at_poison(shelf, lane, delivery):
        if delivery.subject_id == poison.id and delivery.user_id == ann.id:
            raise KeyError("defect")
        return job(shelf, lane, delivery)

    monkeypatch.setattr(JobShelf, "job", break_at_poison)
    poison, after = await shop.say("poison"), await shop.say("after it")
    for _ in range(10):
        await shop.flow()
        shop.clock.pass_by(seconds=30)
    by_user = {d.user_id: d.state for d in await shop.of(poison)}
    assert by_user == {ann.id: State.DEAD, bob.id: State.SENT}
    assert {d.state for d in await shop.of(after)} == {State.SENT}
    [dead] = [d for d in await shop.of(poison) if d.user_id == ann.id]
    assert await shop.attempts(dead) == ["defect"] * POISON.max_tries
