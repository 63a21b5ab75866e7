"""Pacing and quiet hours at work: waiting is a time in the queue, and urgent matters pass."""

from datetime import timedelta

import pytest
from tests.orchestrator.workshop import workshop

from parley_orchestrator.domain.delivery import Outcome, Result, State
from parley_orchestrator.domain.pacing import Limit, Scope
from parley_orchestrator.domain.people import Preferences, QuietHours

SECOND = timedelta(seconds=1)
SPOKEN = frozenset({"message", "card", "notice", "reminder"})
TO_ONE = Limit("posts to one person", Scope.RECIPIENT, 1, SECOND, kinds=SPOKEN)
TO_ALL = Limit("posts", Scope.CONNECTION, 60, timedelta(minutes=1), burst=3, kinds=SPOKEN)
LIMITED = Outcome(
    Result.NOT_SENT, "ratelimited", retry_after=timedelta(seconds=30), connection_id="con_1"
)


@pytest.fixture
async def shop():
    async with workshop() as shop:
        yield shop


def pace(shop, *limits):
    shop.channels.change("slack", limits=limits, shared_connection="con_1")


async def sent_by_second(shop, seconds):
    """How many went out in each second."""
    counts = []
    for _ in range(seconds):
        before = len(shop.slack.tried)
        await shop.flow()
        counts.append(len(shop.slack.tried) - before)
        shop.clock.pass_by(seconds=1)
    return counts


async def test_one_person_is_written_to_once_a_second_in_order(shop):
    await shop.begin(channels=("slack",))
    pace(shop, TO_ONE)
    said = [await shop.say(str(n)) for n in range(4)]
    assert await sent_by_second(shop, 5) == [1, 1, 1, 1, 0]
    order = [job.message.text for job in shop.slack.jobs]
    assert order == ["0", "1", "2", "3"]
    assert [len(await shop.attempts((await shop.of(m))[0])) for m in said] == [1] * 4


async def test_people_do_not_slow_each_other_down(shop):
    await shop.begin(channels=("slack",), people=3)
    pace(shop, TO_ONE)
    await everybody_prefers_slack(shop)
    await shop.say("hello")
    assert await sent_by_second(shop, 2) == [3, 0]


async def everybody_prefers_slack(shop):
    session = (await shop.store.read(lambda u: u.conversations.sessions([shop.session.id])))[
        shop.session.id
    ]
    for user_id in session.user_ids:
        await shop.put_preferences(shop.agent, user_id, Preferences(("slack",)))


async def test_a_workspaces_limit_is_shared_after_its_burst(shop):
    await shop.begin(channels=("slack",), people=4)
    await everybody_prefers_slack(shop)
    pace(shop, TO_ALL)
    await shop.say("one")
    await shop.say("two")
    assert await sent_by_second(shop, 6) == [3, 1, 1, 1, 1, 1]


async def test_updates_go_out_while_posts_wait(shop):
    await shop.begin(channels=("slack",))
    pace(shop, TO_ONE)
    asked = await shop.ask()
    await shop.flow()
    await shop.say("meanwhile")
    await shop.answer(asked)
    assert await sent_by_second(shop, 1) == [0], "the order within a conversation holds"
    assert await sent_by_second(shop, 1) == [2], "then both"


async def test_the_providers_retry_time_holds_the_whole_connection(shop):
    """One meets the limit; nobody else of that workspace is even tried before the time."""
    await shop.begin(channels=("slack",), people=3)
    await everybody_prefers_slack(shop)
    shop.channels.change("slack", shared_connection="con_1")
    shop.slack.script.append(LIMITED)
    shop.slack.connections = {}
    await shop.say("one")
    await shop.turn("slack")
    tried = len(shop.slack.tried)
    await shop.say("two")
    for _ in range(29):
        await shop.flow()
        shop.clock.pass_by(seconds=1)
    assert len(shop.slack.tried) == tried
    shop.clock.pass_by(seconds=2)
    await shop.flow()
    assert all(d.state is State.SENT for d in await shop.deliveries())


async def test_a_wait_that_people_would_notice_is_told(shop):
    await shop.begin(channels=("slack",))
    pace(shop, Limit("daily mail", Scope.CONNECTION, 1, timedelta(days=1)))
    await shop.say("one")
    message = await shop.say("two")
    await shop.flow()
    [waiting] = await shop.of(message)
    assert waiting.state is State.QUEUED
    assert waiting.explanation.startswith("paced: daily mail; goes at ")
    assert waiting.next_attempt_at is not None


async def test_who_would_wait_long_for_a_limit_is_reached_elsewhere(shop):
    await shop.begin(channels=("slack", "gmail"))
    pace(shop, Limit("daily mail", Scope.CONNECTION, 1, timedelta(days=1)))
    first, second, third = [await shop.say(str(n)) for n in range(3)]
    await shop.flow()
    assert [(d.channel, d.state) for d in await shop.of(first)] == [("slack", State.SENT)]
    for message in (second, third):
        left, taken = await shop.of(message)
        assert (left.channel, left.state) == ("slack", State.DEAD)
        assert left.explanation == "would wait long: daily mail; another channel takes over"
        assert (taken.channel, taken.state) == ("gmail", State.SENT)
    assert [job.message.text for job in shop.gmail.jobs] == ["1", "2"]


async def test_a_long_wait_for_a_limit_uses_no_try_up(shop):
    await shop.begin(channels=("slack",))
    pace(shop, TO_ONE)
    await shop.say("one")
    message = await shop.say("two")
    for _ in range(50):
        await shop.flow()
        shop.clock.pass_by(milliseconds=10)
    [waiting] = await shop.of(message)
    assert (waiting.attempts, waiting.failed_tries) == (0, 0)


# Quiet hours. The workshop's clock begins at 03:04:05 UTC.


async def with_quiet_hours(shop, start="22:00", end="07:00"):
    await shop.begin(channels=("slack",))
    preferences = Preferences(("slack",), QuietHours(start, end))
    await shop.put_preferences(shop.agent, shop.ann.id, preferences)


async def test_quiet_hours_hold_what_would_disturb(shop):
    await with_quiet_hours(shop)
    message, asked = await shop.say("psst"), await shop.ask()
    await shop.flow()
    assert shop.slack.tried == []
    [held] = await shop.of(message)
    assert held.state is State.QUEUED
    assert "quiet hours until 07:00 (UTC)" in held.explanation
    assert held.next_attempt_at.hour == 7
    shop.clock.pass_by(hours=4)
    await shop.flow()
    assert [job.delivery.subject_id for job in shop.slack.jobs] == [message.id, asked.id]


@pytest.mark.parametrize("hours", [None, QuietHours("23:00", "03:00")], ids=["none", "over"])
async def test_who_ends_the_quiet_hours_gets_what_waited_for_them(shop, hours):
    await with_quiet_hours(shop)
    message = await shop.say("psst")
    await shop.flow()
    await shop.put_preferences(shop.agent, shop.ann.id, Preferences(("slack",), hours))
    await shop.flow()
    assert [job.delivery.subject_id for job in shop.slack.jobs] == [message.id]


async def test_later_quiet_hours_hold_what_waited_for_earlier_ones(shop):
    await with_quiet_hours(shop)
    message = await shop.say("psst")
    await shop.flow()
    later = Preferences(("slack",), QuietHours("22:00", "09:00"))
    await shop.put_preferences(shop.agent, shop.ann.id, later)
    await shop.flow()
    assert shop.slack.tried == []
    [held] = await shop.of(message)
    assert "quiet hours until 09:00 (UTC)" in held.explanation


async def test_urgent_matters_pass_and_bring_along_what_was_said_before(shop):
    """The order within a conversation holds: who is disturbed anyway reads all of it."""
    await with_quiet_hours(shop)
    first = await shop.say("psst")
    urgent = await shop.ask(urgent=True)
    later = await shop.say("and this can wait")
    await shop.flow()
    assert [job.delivery.subject_id for job in shop.slack.jobs] == [first.id, urgent.id]
    [held] = await shop.of(first)
    assert "goes along with an urgent one" in held.explanation
    assert [d.state for d in await shop.of(later)] == [State.QUEUED]


async def test_a_retry_in_quiet_hours_waits_for_their_end(shop):
    await with_quiet_hours(shop, "03:05", "07:00")
    shop.slack.script.append(Outcome(Result.NOT_SENT, "busy", retry_after=timedelta(seconds=58)))
    message = await shop.say("before they began")
    await shop.flow()
    shop.clock.pass_by(minutes=5)
    await shop.flow()
    assert len(shop.slack.tried) == 1
    [held] = await shop.of(message)
    assert held.explanation == "quiet hours until 07:00 (UTC)"
    shop.clock.pass_by(hours=4)
    await shop.flow()
    assert [d.state for d in await shop.of(message)] == [State.SENT]


async def test_who_is_looking_is_not_disturbed(shop):
    await shop.begin(channels=("websocket", "slack"))
    preferences = Preferences(("websocket", "slack"), QuietHours("22:00", "07:00"))
    await shop.put_preferences(shop.agent, shop.ann.id, preferences)
    await shop.arrive.come([shop.ann.id], "g1")
    message = await shop.say("hello")
    assert [(d.channel, d.state) for d in await shop.of(message)] == [("websocket", State.SENT)]


async def test_an_update_is_silent_and_a_notice_answers_the_person(shop):
    await shop.begin(channels=("slack",))
    asked = await shop.ask()
    await shop.flow()
    preferences = Preferences(("slack",), QuietHours("22:00", "07:00"))
    await shop.put_preferences(shop.agent, shop.ann.id, preferences)
    await shop.answer(asked)
    card = (await shop.cards(asked))[0]
    await shop.click(card)
    await shop.flow()
    assert [job.delivery.kind.value for job in shop.slack.jobs] == ["card", "update", "notice"]


async def test_a_backlog_keeps_its_order_and_a_question_goes_before_it(shop):
    """Who waits longest goes first, however often the queue was looked at meanwhile."""
    await shop.begin(channels=("slack",), people=4)
    await everybody_prefers_slack(shop)
    pace(shop, TO_ALL)
    for n in range(3):
        await shop.say(str(n))
        await shop.flow()
        shop.clock.pass_by(milliseconds=10)
    asked = await shop.ask(respondents=(shop.ann.id,))
    order = []
    for _ in range(24):
        before = len(shop.slack.jobs)
        await shop.flow()
        order += [job.delivery for job in shop.slack.jobs[before:]]
        shop.clock.pass_by(milliseconds=500)
    card = [one.subject_id for one in order].index(asked.id)
    assert {one.user_id for one in order[:card]} <= {shop.ann.id}, "what was said to her before"
    others = [one.position for one in order if one.user_id != shop.ann.id]
    assert others == sorted(others)
    assert len(order) == 12 - 3 + 1
