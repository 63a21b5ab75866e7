"""What a person sees of all their requests, and whose view of it changed."""

from dataclasses import replace

import pytest

from parley_kit.errors import FailedPreconditionError, PermissionDeniedError
from parley_kit.ids import first_id
from parley_orchestrator.domain.inbound import Choice, Item
from parley_orchestrator.domain.people import Sender
from parley_orchestrator.use_cases.oversee import (
    MAX_ENDED,
    ForgetOverviewChanges,
    GetOverview,
    ListOverviewChanges,
    Overview,
)

ANN = Sender({"slack_user_id": "U0", "slack_team_id": "T1"}, 3)


@pytest.fixture
def see(shop):
    get = GetOverview(shop.store, shop.channels)

    async def see(viewer=ANN):
        return await get(viewer)

    return see


@pytest.fixture
def changes(shop):
    listed = ListOverviewChanges(shop.store)

    async def since(cursor, limit=500):
        found, after = await listed(cursor, limit)
        return [user.id for _, user in found], after

    return since


async def begun(shop, changes):
    """A cursor behind everything that has happened so far."""
    shop.clock.pass_by(minutes=1)
    _, cursor = await changes("")
    shop.clock.pass_by(seconds=15)
    return cursor


async def test_what_waits_is_oldest_first_and_what_ended_newest_first(shop, see):
    first = await shop.ask(prompt="first")
    shop.clock.pass_by(minutes=1)
    second = await shop.ask(prompt="second")
    seen = await see()
    assert [request.id for request, _ in seen.open] == [first.id, second.id]
    assert (seen.open_count, seen.ended) == (2, ())
    assert {session.title for _, session in seen.open} == {"Release"}
    await shop.answer(first)
    shop.clock.pass_by(minutes=1)
    await shop.answer(second, '"rejected"')
    seen = await see()
    assert seen.open == ()
    assert [(r.id, r.response.value) for r, _ in seen.ended] == [
        (second.id, "rejected"),
        (first.id, "approved"),
    ]


async def test_only_what_one_is_asked_is_seen(shop, see):
    ann, bob = await shop.begin(channels=("slack",), people=2)
    await shop.ask(respondents=(bob.id,))
    assert await see() == replace(Overview(), channels=(await see()).channels)
    theirs = await see(Sender({"slack_user_id": "U1", "slack_team_id": "T1"}, 3))
    assert theirs.open_count == 1
    assert ann.id != bob.id


@pytest.mark.parametrize(
    "viewer",
    [
        Sender({"slack_user_id": "U0", "slack_team_id": "T2"}, 3),
        Sender({"slack_user_id": "U7", "slack_team_id": "T1"}, 3),
        Sender({}, 3),
    ],
)
async def test_a_stranger_sees_nothing(shop, see, viewer):
    await shop.ask()
    assert await see(viewer) == Overview(is_known=False)


@pytest.mark.parametrize("assurance", [0, 1])
async def test_who_is_not_sure_sees_nothing(shop, see, assurance):
    with pytest.raises(PermissionDeniedError):
        await see(replace(ANN, assurance=assurance))


async def test_one_who_approved_already_is_not_asked_again(shop, see):
    ann, bob = await shop.begin(channels=("slack",), people=2)
    asked = await shop.ask(required_approvals=2)
    assert (await see()).open_count == 1
    await shop.answer(asked, user=ann)
    assert (await see()).open_count == 0
    theirs = await see(Sender({"slack_user_id": "U1", "slack_team_id": "T1"}, 3))
    assert theirs.open_count == 1
    assert bob.id


async def test_what_is_overdue_is_not_offered(shop, see):
    """Nothing has swept it up yet; an answer would come too late all the same."""
    await shop.ask(expires_in_seconds=60)
    assert (await see()).open_count == 1
    shop.clock.pass_by(seconds=61)
    assert (await see()).open_count == 0


async def test_everything_of_one_person_is_seen_whichever_agent_asks(shop, see):
    await shop.ask(prompt="by one")
    await shop.begin(channels=("slack",))
    await shop.ask(prompt="by another")
    assert [request.prompt for request, _ in (await see()).open] == ["by one", "by another"]


async def test_a_few_of_what_ended_are_enough(shop, see):
    for number in range(MAX_ENDED + 3):
        asked = await shop.ask(prompt=str(number))
        shop.clock.pass_by(minutes=2)
        await shop.answer(asked)
    assert len((await see()).ended) == MAX_ENDED


async def test_channels_come_in_the_persons_order(shop, see):
    assert (await see()).channels == (("gmail", True), ("slack", True), ("websocket", True))
    await shop.put_preferences_of("slack")
    assert [name for name, _ in (await see()).channels] == ["slack", "websocket", "gmail"]
    shop.channels._facts.pop("gmail")
    assert [name for name, _ in (await see()).channels] == ["slack", "websocket"]


async def test_asking_deciding_and_preferring_are_changes(shop, changes):
    cursor = await begun(shop, changes)
    asked = await shop.ask()
    assert (await changes(cursor))[0] == [shop.ann.id]
    shop.clock.pass_by(seconds=15)
    _, cursor = await changes(cursor)
    assert (await changes(cursor))[0] == []
    await shop.answer(asked)
    await shop.put_preferences_of("slack")
    choice = Item("slack", "c1", ANN, Choice("gmail", ""))
    await shop.ingest_items([choice])
    assert (await changes(cursor))[0] == [shop.ann.id] * 3


async def test_expiry_cancellation_and_a_learned_address_are_changes(shop, changes):
    cancelled, _expiring = await shop.ask(), await shop.ask(expires_in_seconds=60)
    cursor = await begun(shop, changes)
    await shop.cancel_feedback(shop.agent, cancelled.id)
    await shop.expire()
    assert len((await changes(cursor))[0]) == 2
    made = await shop.create_user(shop.agent, replace(shop.ann, slack_user_id="", slack_team_id=""))
    learned = {"slack_user_id": "U9", "slack_team_id": "T1"}
    for _ in range(2):
        await shop.store.transact(lambda u: u.people.learn(made.id, learned))
    assert (await changes(cursor))[0][2:] == [made.id]


async def test_the_cursor_lags_so_that_slow_transactions_are_not_missed(shop, changes):
    cursor = await begun(shop, changes)
    await shop.ask()
    found, again = await changes(cursor)
    assert found == [shop.ann.id]
    assert (await changes(again))[0] == [shop.ann.id]  # once more, while it might not be alone
    shop.clock.pass_by(seconds=11)
    _, later = await changes(again)
    assert (await changes(later))[0] == []


async def test_changes_are_read_page_by_page(shop, changes):
    cursor = await begun(shop, changes)
    for _ in range(5):
        await shop.put_preferences_of("slack")
    first, cursor = await changes(cursor, 3)
    second, _ = await changes(cursor, 3)
    assert (len(first), len(second)) == (3, 2)


async def test_old_changes_are_forgotten_and_an_old_cursor_is_refused(shop, changes):
    cursor = await begun(shop, changes)
    await shop.ask()
    forget = ForgetOverviewChanges(shop.store, shop.clock)
    await forget()
    assert len((await changes(cursor))[0]) == 1
    shop.clock.pass_by(hours=25)
    await forget()
    left = await shop.database.read(
        lambda c: c.exec_driver_sql("SELECT count(*) FROM overview_changes").scalar()
    )
    assert left == 0
    with pytest.raises(FailedPreconditionError, match="begin with an empty one"):
        await changes(cursor)


def test_a_first_id_stands_before_all_of_its_moment(shop):
    from parley_kit.ids import new_id  # noqa: PLC0415

    now = shop.clock()
    assert first_id("chg", now) <= new_id("chg", now) < first_id("chg", now.replace(year=2027))
