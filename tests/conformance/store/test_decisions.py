"""One statement decides: of all answers, expiries and cancels exactly one wins."""

import asyncio
from datetime import timedelta

import pytest
from tests.conformance.store.world import HOUR, delivery, request, response

from parley_kit.clock import utc_now
from parley_orchestrator.domain.delivery import Kind, State
from parley_orchestrator.domain.feedback import Kind as FeedbackKind
from parley_orchestrator.domain.feedback import Status, Step
from parley_orchestrator.ports import Page, Viewer

DIGEST = "d" * 64


async def asked(store, world, **more):
    made = request(world.session, world.ann, world.bob, **more)
    await store.transact(lambda unit: unit.feedback.add(made))
    return made


async def got(store, made):
    return (await store.read(lambda unit: unit.feedback.get([made.id])))[made.id]


def decide(store, made, by, value="approved", digest=DIGEST):
    return store.transact(lambda unit: unit.feedback.decide(made.id, digest, response(by, value)))


def close(store, made, status):
    return store.transact(lambda unit: unit.feedback.close(made.id, status))


@pytest.mark.parametrize(
    "more",
    [
        {},
        {"action": None, "has_action": False},
        {"action": {}, "min_assurance": 4, "required_approvals": 2},
        {"kind": FeedbackKind.CHOICE, "options": (("a", "First ☃"), ("b", "Second"))},
        {"kind": FeedbackKind.FORM, "schema": {"type": "object", "properties": {"n": {}}}},
        {"escalation": (Step(60, "gmail"), Step(120, "slack")), "delivery": "all"},
        {"expires_at": utc_now() + HOUR},
    ],
)
async def test_a_request_comes_back_as_it_was_stored(store, world, more):
    made = await asked(store, world, **more)
    assert await got(store, made) == made


async def test_an_answer_decides_and_is_kept(store, world):
    made = await asked(store, world)
    assert await decide(store, made, world.ann)
    after = await got(store, made)
    assert (after.status, after.approvals) == (Status.ANSWERED, 1)
    assert (after.response.user_id, after.response.value) == (world.ann.id, "approved")
    assert after.resolved_at is not None
    assert not await decide(store, made, world.bob, "rejected")
    assert (await got(store, made)).response == after.response


async def test_an_answer_to_something_else_than_what_is_stored_decides_nothing(store, world):
    made = await asked(store, world)
    assert not await decide(store, made, world.ann, digest="e" * 64)
    assert (await got(store, made)).status == Status.PENDING


async def test_of_eight_answers_at_once_one_wins(stores, world):
    for _ in range(5):
        made = await asked(stores[0], world)
        values = ["approved", "rejected"] * 4
        won = await asyncio.gather(
            *(decide(stores[n % 2], made, world.ann, value) for n, value in enumerate(values))
        )
        assert won.count(True) == 1
        assert (await got(stores[1], made)).response.value == values[won.index(True)]


async def test_answers_expiry_and_cancel_compete_for_one_end(stores, world):
    """The request is over at about the time when all of them come."""
    ends = set()
    for n in range(12):
        made = await asked(stores[0], world, expires_at=utc_now() + timedelta(milliseconds=n))
        await asyncio.sleep(0.004)
        racers = [
            decide(stores[0], made, world.ann),
            close(stores[1], made, Status.EXPIRED),
            close(stores[0], made, Status.CANCELLED),
            decide(stores[1], made, world.bob),
        ]
        won = await asyncio.gather(*(racers[(n + k) % 4] for k in range(4)))
        assert won.count(True) == 1
        after = await got(stores[1], made)
        ends.add(after.status)
        assert (after.response is not None) == (after.status == Status.ANSWERED)
    assert Status.PENDING not in ends


async def test_time_decides_by_the_databases_clock(store, world):
    over = await asked(store, world, expires_at=utc_now() - timedelta(seconds=1))
    assert not await decide(store, over, world.ann)
    early = await asked(store, world, expires_at=utc_now() + HOUR)
    assert not await close(store, early, Status.EXPIRED)
    found = await store.read(lambda unit: unit.feedback.expired(1_000))
    assert over.id in found
    assert early.id not in found
    assert await close(store, over, Status.EXPIRED)
    assert over.id not in await store.read(lambda unit: unit.feedback.expired(1_000))


async def test_approvals_are_counted_by_person(store, world):
    made = await asked(store, world, required_approvals=2)
    for by, value, is_accepted in [
        (world.ann, "approved", True),
        (world.ann, "approved", True),
        (world.bob, "approved", False),
        (world.bob, {"approved": 1}, True),
    ]:
        await store.transact(
            lambda unit, by=by, value=value, ok=is_accepted: unit.feedback.keep_answer(
                made.id, response(by, value), is_accepted=ok, refusal="" if ok else "LATE"
            )
        )
    assert await store.read(lambda u: u.feedback.approvers(made.id)) == {world.ann.id}
    assert (await got(store, made)).approvals == 1


async def test_lock_answers_the_request_as_it_stands(store, world):
    made = await asked(store, world)
    await decide(store, made, world.ann)
    locked = await store.transact(lambda unit: unit.feedback.lock(made.id))
    assert locked.status == Status.ANSWERED
    assert await store.transact(lambda unit: unit.feedback.lock("fbr_unknown")) is None


async def test_two_approvals_at_once_are_seen_by_each_other(stores, world):
    """With the lock, the second to come sees the first one: never two firsts."""
    made = await asked(stores[0], world, required_approvals=2)

    def approve(by):
        def command(unit):
            unit.feedback.lock(made.id)
            others = unit.feedback.approvers(made.id)
            unit.feedback.keep_answer(made.id, response(by), is_accepted=True, refusal="")
            return len(others)

        return command

    seen = await asyncio.gather(
        stores[0].transact(approve(world.ann)), stores[1].transact(approve(world.bob))
    )
    assert sorted(seen) == [0, 1]


async def test_escalations_come_when_due_and_once(store, world):
    steps = (Step(60, "gmail"), Step(7_200, "slack"))
    made = await asked(store, world, escalation=steps, created_at=utc_now() - HOUR)
    later = await asked(store, world, escalation=steps)
    due = {r.id: r for r in await store.transact(lambda u: u.feedback.to_escalate(1_000))}
    assert due[made.id].escalated == 0
    assert later.id not in due
    next_at = utc_now() + HOUR
    await store.transact(lambda unit: unit.feedback.mark_escalated(made.id, 1, next_at))
    again = await store.transact(lambda u: u.feedback.to_escalate(1_000))
    assert made.id not in {r.id for r in again}
    assert (await got(store, made)).escalated == 1


async def test_what_ended_is_not_escalated(store, world):
    made = await asked(store, world, escalation=(Step(1, "gmail"),), created_at=utc_now() - HOUR)
    await close(store, made, Status.CANCELLED)
    due = await store.transact(lambda u: u.feedback.to_escalate(1_000))
    assert made.id not in {r.id for r in due}


async def test_a_request_shows_its_cards_and_their_updates(store, world):
    made = await asked(store, world)
    card = delivery(
        world.session, world.ann, "slack", kind=Kind.CARD, subject_id=made.id, state=State.SENT
    )
    other = delivery(world.session, world.bob, "gmail", kind=Kind.CARD, subject_id=made.id)
    update = delivery(
        world.session,
        world.ann,
        "slack",
        kind=Kind.UPDATE,
        subject_id=made.id,
        card_delivery_id=card.id,
    )
    await store.transact(lambda unit: unit.deliveries.enqueue([card, other, update]))
    cards = {c.delivery_id: c for c in (await got(store, made)).cards}
    assert (cards[card.id].state, cards[card.id].update_state) == ("sent", "queued")
    assert (cards[other.id].state, cards[other.id].update_state) == ("queued", "none")
    assert len(cards) == 2


async def test_recent_cards_are_counted_by_person(store, world):
    for position in range(3):
        for by_channel in ("slack", "gmail"):
            card = delivery(
                world.session,
                world.ann,
                by_channel,
                position,
                kind=Kind.CARD,
                subject_id=f"fbr_{position}",
                created_at=utc_now() - (HOUR if position == 0 else timedelta(0)),
            )
            await store.transact(lambda unit, card=card: unit.deliveries.enqueue([card]))
    since = utc_now() - timedelta(minutes=1)
    people = [world.ann.id, world.bob.id]
    assert await store.read(lambda u: u.feedback.recent_for(people, since)) == {world.ann.id: 2}


async def test_lists_are_filtered_by_status_session_and_viewer(store, world):
    pending, done = await asked(store, world), await asked(store, world)
    await decide(store, done, world.ann)
    other = await world.another_session(store, world.bob)
    elsewhere = request(other, world.bob)
    await store.transact(lambda unit: unit.feedback.add(elsewhere))

    async def listed(viewer, status="", session_id="", page=None):
        found = await store.read(
            lambda u: u.feedback.listed(viewer, status, session_id, page or Page(10))
        )
        return [one.id for one in found]

    agent, ann = Viewer(agent_id=world.agent.id), Viewer(user_id=world.ann.id)
    assert await listed(agent) == sorted([pending.id, done.id, elsewhere.id], reverse=True)
    assert await listed(ann) == sorted([pending.id, done.id], reverse=True)
    assert await listed(agent, status="answered") == [done.id]
    assert await listed(agent, session_id=other.id) == [elsewhere.id]
    assert await listed(Viewer(agent_id="agt_other")) == []
    first = await listed(agent, page=Page(2))
    assert first + await listed(agent, page=Page(2, first[-1])) == await listed(agent)
