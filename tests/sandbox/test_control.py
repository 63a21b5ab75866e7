import pytest

from parley_sandbox.journal import Journal, Record, mask
from parley_sandbox.people import base_address
from parley_sandbox.settings import Settings


async def test_the_journal_has_what_was_accepted_in_order(bot, ann, control, sandbox):
    await bot.chat_postMessage(channel=ann.dm, text="one")
    await bot.api_call("chat.postMessage", json={"channel": ann.dm, "text": "two"})
    with pytest.raises(Exception, match="channel_not_found"):
        await bot.chat_postMessage(channel="D0NOWHERE", text="three")
    _, entries = await control("/journal?channel=slack&call=chat.postMessage")
    assert [e["body"]["text"] for e in entries] == ["one", "two"]
    assert entries[0]["n"] < entries[1]["n"]
    assert entries[0]["result"]["ts"]
    _, everything = await control("/journal?refused=1&call=chat.postMessage")
    assert [e["outcome"] for e in everything] == ["ok", "ok", "channel_not_found"]
    _, after = await control(f"/journal?after={entries[0]['n']}&call=chat.postMessage")
    assert [e["body"]["text"] for e in after] == ["two"]


async def test_no_token_is_in_the_journal(bot, ann, session, sandbox):
    form = {"token": bot.token, "channel": ann.dm, "text": "x"}
    async with session.post(sandbox.settings.public_url + "/api/chat.postMessage", data=form) as r:
        assert (await r.json())["ok"]
    async with session.get(sandbox.settings.public_url + "/journal") as response:
        assert bot.token not in await response.text()


def test_secrets_are_masked_at_any_depth():
    given = {"a": [{"refresh_token": "r", "text": "xoxb-1"}], "code": "c", "plain": "p"}
    hidden = {"a": [{"refresh_token": "***", "text": "***"}], "code": "***", "plain": "p"}
    assert mask(given) == hidden


def test_the_journal_is_bounded_and_numbers_go_on():
    journal = Journal(limit=2)
    for call in "abc":
        journal.add(0.0, "slack", "POST", "/", Record(call, "ok"))
    assert [(e.n, e.record.call) for e in journal.entries()] == [(2, "b"), (3, "c")]


def test_the_newest_entries_leave_out_polls_that_went_well():
    journal = Journal(limit=9)
    for call, outcome in [("a", "ok"), ("history.list", "ok"), ("history.list", "notFound")]:
        journal.add(0.0, "gmail", "GET", "/", Record(call, outcome))
    assert [e.n for e in journal.newest(9)] == [3, 1]
    assert [e.n for e in journal.entries()] == [1, 2]


@pytest.mark.parametrize("query", ["?after=x", "?limit=-1"])
async def test_a_bad_journal_query_is_refused(control, query):
    assert (await control("/journal" + query))[0] == 400


async def test_a_reset_empties_and_keeps_the_connection(bot, ann, control, gmail):
    run = gmail()
    before = await run(lambda users: users.getProfile(userId="me"))
    await bot.chat_postMessage(channel=ann.dm, text="x")
    mail = {"from": "ann@example.com", "to": "agent@example.com", "subject": "s", "text": "t"}
    await control("/gmail/compose", mail)
    await control("/faults", {"channel": "slack", "kind": "latency", "seconds": 0})
    assert (await control("/reset", {}))[0] == 200
    assert (await control("/journal"))[1] == []
    assert (await control("/faults"))[1] == []
    assert (await bot.conversations_history(channel=ann.dm))["messages"] == []
    after = await run(lambda users: users.getProfile(userId="me"))
    assert after["messagesTotal"] == 0
    assert int(after["historyId"]) > int(before["historyId"])


async def test_a_reset_can_end_the_authorizations(bot, control):
    await control("/reset", {"authorizations": True})
    with pytest.raises(Exception, match="token_revoked"):
        await bot.auth_test()


async def test_people_are_added_with_stable_ids(control, bot):
    status, cleo = await control("/people", {"name": "Cleo", "email": "Cleo@Example.com"})
    assert status == 201
    assert cleo["email"] == "cleo@example.com"
    _, again = await control("/people", {"name": "Cleo B.", "email": "cleo@example.com"})
    assert again["slack_user_id"] == cleo["slack_user_id"]
    found = await bot.users_lookupByEmail(email="cleo@example.com")
    assert found["user"]["real_name"] == "Cleo B."
    _, people = await control("/people")
    assert [p["email"] for p in people].count("cleo@example.com") == 1


@pytest.mark.parametrize(
    "body", [{}, {"name": "x"}, {"name": "x", "email": "no"}, {"name": " ", "email": "a@b.c"}]
)
async def test_a_person_needs_name_and_address(control, body):
    assert (await control("/people", body))[0] == 400


@pytest.mark.parametrize("path", ["/faults", "/people", "/slack/click", "/gmail/reply", "/clock"])
@pytest.mark.parametrize("data", [b"{", b"[]", b"\xff"])
async def test_a_body_that_is_no_object_is_refused(sandbox, session, path, data):
    headers = {"content-type": "application/json"}
    url = sandbox.settings.public_url + path
    async with session.post(url, data=data, headers=headers) as response:
        assert response.status == 400
        assert (await response.json())["error"]


@pytest.mark.parametrize(
    ("address", "base"),
    [
        ("Ann@Example.com", "ann@example.com"),
        ("agent+a+b@example.com", "agent@example.com"),
        ("ann@example.com", "ann@example.com"),
    ],
)
def test_a_plus_part_is_not_part_of_the_mailbox(address, base):
    assert base_address(address) == base


def test_addresses_follow_from_the_settings():
    settings = Settings(parley_public_url="http://p.test/", sandbox_port=1234)
    assert settings.public_url == "http://127.0.0.1:1234"
    assert settings.deliver_url == "http://p.test"
    assert settings.slack_callback == "http://p.test/api/channels/slack/callback"
    assert settings.push_audience == "http://p.test/api/channels/gmail/webhook"
    assert "secret" not in repr(settings.slack_client_secret)
