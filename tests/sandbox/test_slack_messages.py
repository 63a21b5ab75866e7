import pytest
from slack_sdk.errors import SlackApiError

BLOCKS = [{"type": "section", "text": {"type": "mrkdwn", "text": "*Deploy?*"}}]
METADATA = {"event_type": "parley", "event_payload": {"delivery": "dlv_1"}}


@pytest.fixture
def raw(sandbox, session, bot):
    """Post bytes to a method with the bot's token; returns `(status, JSON)`."""

    async def call(method, data=None, content_type=None, **query):
        headers = {"authorization": f"Bearer {bot.token}"}
        if content_type:
            headers["content-type"] = content_type
        url = f"{sandbox.settings.public_url}/api/{method}"
        async with session.post(url, data=data, headers=headers, params=query) as response:
            return response.status, await response.json()

    return call


async def test_a_message_comes_back_in_history_with_its_metadata_only_when_asked(bot, ann):
    sent = await bot.chat_postMessage(channel=ann.dm, text="hi", blocks=BLOCKS, metadata=METADATA)
    plain = await bot.conversations_history(channel=ann.dm)
    full = await bot.conversations_history(channel=ann.dm, include_all_metadata=True)
    assert plain["messages"][0]["ts"] == sent["ts"]
    assert "metadata" not in plain["messages"][0]
    assert full["messages"][0]["metadata"] == METADATA
    assert full["messages"][0]["blocks"][0]["block_id"]


async def test_timestamps_are_unique_strings(bot, ann):
    stamps = [(await bot.chat_postMessage(channel=ann.dm, text="x"))["ts"] for _ in range(30)]
    assert len(set(stamps)) == 30
    assert stamps == sorted(stamps)
    assert all(isinstance(ts, str) for ts in stamps)


async def test_opening_twice_is_one_channel(bot, ann):
    again = await bot.conversations_open(users=ann.id)
    assert again["channel"]["id"] == ann.dm
    assert again["already_open"]


async def test_history_pages_and_respects_oldest(bot, ann):
    stamps = [(await bot.chat_postMessage(channel=ann.dm, text=str(i)))["ts"] for i in range(5)]
    first = await bot.conversations_history(channel=ann.dm, limit=2)
    cursor = first["response_metadata"]["next_cursor"]
    second = await bot.conversations_history(channel=ann.dm, limit=2, cursor=cursor)
    assert [m["text"] for m in (*first["messages"], *second["messages"])] == ["4", "3", "2", "1"]
    after = await bot.conversations_history(channel=ann.dm, oldest=stamps[2])
    assert [m["text"] for m in after["messages"]] == ["4", "3"]
    inclusive = await bot.conversations_history(channel=ann.dm, oldest=stamps[2], inclusive=True)
    assert len(inclusive["messages"]) == 3


async def test_replies_stay_in_their_thread(bot, ann):
    parent = await bot.chat_postMessage(channel=ann.dm, text="parent")
    await bot.chat_postMessage(channel=ann.dm, text="reply", thread_ts=parent["ts"])
    history = await bot.conversations_history(channel=ann.dm)
    thread = await bot.conversations_replies(channel=ann.dm, ts=parent["ts"])
    assert [m["text"] for m in history["messages"]] == ["parent"]
    assert history["messages"][0]["reply_count"] == 1
    assert [m["text"] for m in thread["messages"]] == ["parent", "reply"]


async def test_text_without_blocks_deletes_the_blocks(bot, ann):
    sent = await bot.chat_postMessage(channel=ann.dm, text="card", blocks=BLOCKS)
    await bot.chat_update(channel=ann.dm, ts=sent["ts"], text="answered")
    message = (await bot.conversations_history(channel=ann.dm))["messages"][0]
    assert message["text"] == "answered"
    assert "blocks" not in message
    assert message["edited"]


async def test_an_ephemeral_message_is_not_history(bot, ann):
    await bot.chat_postEphemeral(channel=ann.dm, user=ann.id, text="psst")
    assert (await bot.conversations_history(channel=ann.dm))["messages"] == []


async def test_a_long_text_is_cut_at_forty_thousand(bot, ann):
    sent = await bot.chat_postMessage(channel=ann.dm, text="x" * 40_001)
    assert len(sent["message"]["text"]) == 40_000


@pytest.mark.parametrize(
    ("method", "arguments", "error"),
    [
        ("chat.postMessage", {"text": "x"}, "invalid_arguments"),
        ("chat.postMessage", {"channel": "D0NOWHERE00", "text": "x"}, "channel_not_found"),
        ("chat.postMessage", {"channel": "@dm"}, "no_text"),
        ("chat.postMessage", {"channel": "@dm", "text": "x", "thread_ts": "1.2"}, "cannot_reply"),
        ("chat.postMessage", {"channel": "@dm", "blocks": "{"}, "invalid_blocks_format"),
        ("chat.postMessage", {"channel": "@dm", "text": "x", "metadata": "{}"}, "invalid_metadata"),
        (
            "chat.postMessage",
            {"channel": "@dm", "text": "x", "markdown_text": "y"},
            "markdown_text_conflict",
        ),
        ("chat.postMessage", {"channel": "@dm", "markdown_text": "y" * 12_001}, "msg_too_long"),
        ("chat.update", {"channel": "@dm", "ts": "1.2", "text": "x"}, "message_not_found"),
        ("chat.update", {"channel": "@dm", "ts": "@ts", "text": "x" * 4_001}, "msg_too_long"),
        ("chat.update", {"channel": "@user", "ts": "@ts", "text": "x"}, "channel_not_found"),
        ("chat.update", {"channel": "@dm", "ts": "@said", "text": "x"}, "cant_update_message"),
        ("chat.delete", {"channel": "@dm", "ts": "@said"}, "cant_delete_message"),
        ("users.lookupByEmail", {"email": "nobody@example.com"}, "users_not_found"),
        ("users.lookupByEmail", {"email": "agent@example.com"}, "users_not_found"),
        ("users.info", {"user": "U0NOBODY"}, "user_not_found"),
        ("conversations.open", {"users": "U0NOBODY"}, "user_not_found"),
        ("conversations.open", {"users": "@bot"}, "cannot_dm_bot"),
        ("conversations.history", {"channel": "@dm", "limit": "0"}, "invalid_arguments"),
        ("conversations.history", {"channel": "@dm", "cursor": "?"}, "invalid_cursor"),
        ("conversations.history", {"channel": "@dm", "oldest": "soon"}, "invalid_ts"),
        ("made.up", {}, "unknown_method"),
    ],
)
async def test_it_refuses_what_slack_refuses(bot, ann, control, sandbox, method, arguments, error):
    sent = await bot.chat_postMessage(channel=ann.dm, text="mine")
    _, said = await control("/slack/say", {"user": ann.id, "text": "theirs"})
    names = {
        "@dm": ann.dm,
        "@user": ann.id,
        "@ts": sent["ts"],
        "@said": said["ts"],
        "@bot": sandbox.slack.grants.bot_user_id,
    }
    given = {k: names.get(v, v) for k, v in arguments.items()}
    with pytest.raises(SlackApiError, match=error):
        await bot.api_call(method, params=given)


@pytest.mark.parametrize(
    ("body", "content_type", "error"),
    [
        (b"{", "application/json", "invalid_json"),
        (b"[]", "application/json", "json_not_object"),
        (b"\xff\xfe", "application/x-www-form-urlencoded", "invalid_form_data"),
        (b"x", "text/plain", "invalid_form_data"),
        (b'{"channel": true, "text": "x"}', "application/json", "invalid_arguments"),
    ],
)
async def test_a_body_that_slack_cannot_read(raw, body, content_type, error):
    status, answer = await raw("chat.postMessage", body, content_type)
    assert status == 200
    assert answer["error"] == error


async def test_json_and_form_bodies_mean_the_same(raw, ann, bot):
    form = f"channel={ann.dm}&text=a%26b".encode()
    await raw("chat.postMessage", form, "application/x-www-form-urlencoded")
    body = f'{{"channel": "{ann.dm}", "text": "a&b"}}'.encode()
    _, answer = await raw("chat.postMessage", body, "application/json")
    assert answer["warning"] == "missing_charset"
    texts = [m["text"] for m in (await bot.conversations_history(channel=ann.dm))["messages"]]
    assert texts == ["a&b", "a&b"]


@pytest.mark.parametrize(
    ("token", "error"),
    [("xoxb-made-up", "invalid_auth"), ("xapp-made-up", "invalid_auth"), ("ä", "invalid_auth")],
)
async def test_an_unknown_token_is_refused(sandbox, session, token, error):
    url = sandbox.settings.public_url + "/api/auth.test"
    async with session.post(url, data={"token": token}) as response:
        assert (await response.json())["error"] == error


async def test_no_token_is_not_authed(sandbox, session):
    async with session.post(sandbox.settings.public_url + "/api/auth.test") as response:
        assert (await response.json()) == {"ok": False, "error": "not_authed"}
        assert response.headers["x-slack-req-id"]


async def test_a_missing_scope_is_named(slack):
    with pytest.raises(SlackApiError) as caught:
        await slack("im:write").chat_postMessage(channel="D0", text="x")
    assert caught.value.response["error"] == "missing_scope"
    assert caught.value.response["needed"] == "chat:write"
    assert caught.value.response["provided"] == "im:write"


async def test_tokens_and_channels_survive_a_restart(sandbox, bot, ann, session, slack):
    sandbox.slack.conversations.clear()
    sandbox.slack.grants.active.clear()
    sandbox.slack.grants.is_installed = False
    assert (await bot.chat_postMessage(channel=ann.dm, text="still here"))["ok"]
    assert sandbox.slack.grants.is_installed
