"""Agents, users and tokens."""

from datetime import timedelta

import pytest
from tests.conformance.store.world import HOUR, agent, delivery, user

from parley_kit.clock import utc_now
from parley_orchestrator.domain.people import Preferences, QuietHours, Sender
from parley_orchestrator.ports import LinkToken, Page, Viewer


def link(world, mark, **more):
    values = {
        "token_hash": f"hash-{mark}-{world.channel}",
        "purpose": "link",
        "key_id": "k1",
        "delivery_id": f"dlv-{world.channel}",
        "session_id": world.session.id,
        "user_id": world.ann.id,
        "request_id": "fbr_1",
        "expires_at": utc_now() + HOUR,
    }
    return LinkToken(**{**values, **more})


async def test_an_agent_is_found_by_its_key(store, world):
    made = agent("Second", "https://example.com/hook")
    await store.transact(lambda u: u.people.add_agent(made, f"hash-{made.id}", "sealed"))
    assert await store.read(lambda u: u.people.agent_by_key(f"hash-{made.id}")) == made.id
    assert await store.read(lambda u: u.people.agent_by_key("hash-unknown")) is None
    assert await store.read(lambda u: u.people.webhook_of(made.id)) == (
        "https://example.com/hook",
        ["sealed"],
    )
    ids = [one.id for one in await store.read(lambda u: u.people.agents())]
    assert ids.index(world.agent.id) < ids.index(made.id)


async def test_an_old_webhook_secret_signs_until_its_time(store, world):
    made = agent("Second", "https://example.com/hook")
    await store.transact(lambda u: u.people.add_agent(made, f"hash-{made.id}", "first"))

    async def secrets():
        return (await store.read(lambda u: u.people.webhook_of(made.id)))[1]

    def rotate(sealed, until):
        return store.transact(lambda u: u.people.replace_webhook_secret(made.id, sealed, until))

    assert await rotate("second", utc_now() + HOUR) is True
    assert await secrets() == ["second", "first"]
    await rotate("third", utc_now() - HOUR)
    assert await secrets() == ["third"]
    unknown = await store.transact(
        lambda u: u.people.replace_webhook_secret("agt_unknown", "x", utc_now())
    )
    assert unknown is False


async def test_a_user_comes_back_as_stored_and_changes(store, world):
    quiet = Preferences(("slack", "gmail"), QuietHours("22:00", "07:30"))
    made = user("Zoë ☃", "zoe@example.com", slack_user_id="U1", timezone="UTC", preferences=quiet)
    await store.transact(lambda u: u.people.add_user(made))
    assert await store.read(lambda u: u.people.users([made.id, "usr_unknown"])) == {made.id: made}
    await store.transact(lambda u: u.people.set_preferences(made.id, Preferences(("gmail",))))
    found = (await store.read(lambda u: u.people.users([made.id])))[made.id]
    assert found.preferences == Preferences(("gmail",))


@pytest.mark.parametrize(
    ("addresses", "is_found"),
    [
        ({"email": "{mark}@example.com"}, True),
        ({"email": "{MARK}@EXAMPLE.com"}, True),
        ({"slack_user_id": "U-{mark}"}, True),
        ({"email": "nobody@example.com", "slack_user_id": "U-{mark}"}, True),
        ({"email": "nobody@example.com"}, False),
        ({"slack_user_id": "U-other"}, False),
        ({"email": ""}, False),
        ({}, False),
    ],
)
async def test_users_are_found_by_what_a_sender_shows(store, world, addresses, is_found):
    mark = world.channel
    made = user(email=f"{mark}@example.com", slack_user_id=f"U-{mark}")
    await store.transact(lambda u: u.people.add_user(made))
    given = {
        key: value.replace("{mark}", mark).replace("{MARK}", mark.upper())
        for key, value in addresses.items()
    }
    found = await store.read(lambda u: u.people.users_like(Sender(given)))
    assert [one.id for one in found] == ([made.id] if is_found else [])


async def test_an_address_is_learned_once(store, world):
    learn = {"slack_user_id": "U7", "slack_team_id": "T7"}
    await store.transact(lambda u: u.people.learn(world.ann.id, learn))
    await store.transact(lambda u: u.people.learn(world.ann.id, {"slack_user_id": "U8"}))
    await store.transact(lambda u: u.people.learn(world.bob.id, {"fax": "1"}))
    found = await store.read(lambda u: u.people.users([world.ann.id, world.bob.id]))
    ann = found[world.ann.id]
    assert (ann.slack_user_id, ann.slack_team_id) == ("U7", "T7")
    assert found[world.bob.id].slack_user_id == ""


@pytest.mark.parametrize(
    ("before", "learned", "after"),
    [
        (("", ""), ("U7", "T7"), ("U7", "T7")),
        (("U7", ""), ("U7", "T7"), ("U7", "T7")),
        (("U7", "T1"), ("U7", "T7"), ("U7", "T1")),
        (("U8", ""), ("U7", "T7"), ("U8", "")),
        (("", "T1"), ("U7", "E1"), ("U7", "T1")),
    ],
)
async def test_a_slack_user_is_never_known_without_a_workspace(
    store, world, before, learned, after
):
    made = user(slack_user_id=before[0], slack_team_id=before[1])
    await store.transact(lambda u: u.people.add_user(made))
    addresses = dict(zip(("slack_user_id", "slack_team_id"), learned, strict=True))
    await store.transact(lambda u: u.people.learn(made.id, addresses))
    found = (await store.read(lambda u: u.people.users([made.id])))[made.id]
    assert (found.slack_user_id, found.slack_team_id) == after


async def test_user_tokens_hold_until_they_end_or_are_revoked(store, world):
    mark, later = world.channel, utc_now() + HOUR

    def add(unit):
        unit.people.add_token(f"a{mark}", world.ann.id, "admin", later)
        unit.people.add_token(f"b{mark}", world.ann.id, "admin", later)
        unit.people.add_token(f"old{mark}", world.ann.id, "admin", utc_now() - HOUR)
        unit.people.add_token(f"bob{mark}", world.bob.id, "admin", later)

    await store.transact(add)

    async def whose(token):
        found = await store.transact(lambda u: u.people.user_by_token(token))
        return found and found[0]

    assert await whose(f"a{mark}") == world.ann.id
    assert await whose(f"old{mark}") is None
    assert await whose("unknown") is None
    assert await store.transact(lambda u: u.people.revoke_tokens(world.ann.id)) >= 2
    assert await whose(f"a{mark}") is None
    assert await whose(f"b{mark}") is None
    assert await whose(f"bob{mark}") == world.bob.id
    assert await store.transact(lambda u: u.people.revoke_tokens(world.ann.id)) == 0


async def test_link_tokens_are_used_once_and_end(store, world):
    good = link(world, "good")
    over = link(world, "over", expires_at=utc_now() - timedelta(seconds=1))
    reply = link(world, "reply", purpose="reply", delivery_id="dlv-other")
    await store.transact(lambda u: u.links.add([good, over, reply]))

    async def token(one, purpose="link"):
        return await store.transact(lambda u: u.links.get(one.token_hash, purpose))

    assert await token(good) == good
    assert await token(good, "reply") is None
    assert await token(over) is None
    assert await token(reply, "reply") == reply
    of_delivery = await store.read(lambda u: u.links.of([good.delivery_id]))
    assert {one.token_hash for one in of_delivery} == {good.token_hash, over.token_hash}
    assert await store.transact(lambda u: u.links.use(good.token_hash))
    assert not await store.transact(lambda u: u.links.use(good.token_hash))
    assert (await token(good)).used_at is not None


async def test_sessions_are_listed_for_who_may_see_them_page_by_page(store, world):
    with_bob = await world.another_session(store, world.bob)
    with_ann = await world.another_session(store, world.ann)
    all_ids = [with_ann.id, with_bob.id, world.session.id]

    async def listed(viewer, page):
        found = await store.read(lambda u: u.conversations.list_sessions(viewer, page))
        return [one.id for one in found]

    mine = Viewer(agent_id=world.agent.id)
    assert await listed(mine, Page(10)) == sorted(all_ids, reverse=True)
    assert await listed(Viewer(user_id=world.bob.id), Page(10)) == [with_bob.id, world.session.id]
    assert await listed(Viewer(agent_id="agt_other"), Page(10)) == []
    assert set(all_ids) <= set(await listed(Viewer(), Page(1_000)))
    first = await listed(mine, Page(2))
    assert first + await listed(mine, Page(2, first[-1])) == await listed(mine, Page(10))
    newest = await store.read(lambda u: u.conversations.sessions_of([world.bob.id], 1))
    assert newest == [with_bob.id]


async def test_deliveries_are_listed_for_who_may_see_them(store, world):
    to_ann, to_bob = world.deliver(1), world.deliver(1, to=world.bob)
    hook = world.deliver(1, channel="webhook", user_id="", subject_id="s:1")
    dead = delivery(world.session, world.ann, world.channel, 2, state="dead", subject_id="msg_2")
    await store.transact(lambda u: u.deliveries.enqueue([to_ann, to_bob, hook, dead]))

    async def listed(viewer, page=Page(10), **filters):  # noqa: B008  # frozen
        wanted = {"subject_id": "", "state": "", "session_id": "", **filters}
        found = await store.read(lambda u: u.deliveries.listed(viewer, **wanted, page=page))
        return [one.id for one in found]

    mine, ann = Viewer(agent_id=world.agent.id), Viewer(user_id=world.ann.id)
    everything = sorted([to_ann.id, to_bob.id, hook.id, dead.id], reverse=True)
    assert await listed(mine) == everything
    assert await listed(ann) == sorted([to_ann.id, dead.id], reverse=True)
    assert await listed(Viewer(agent_id="agt_other")) == []
    assert await listed(mine, state="dead") == [dead.id]
    assert await listed(mine, subject_id="msg_2") == [dead.id]
    assert await listed(mine, session_id="ses_other") == []
    first = await listed(mine, Page(3))
    assert first + await listed(mine, Page(3, first[-1])) == everything
