import base64

import pytest
from googleapiclient.errors import HttpError

AGENT = "agent@example.com"


@pytest.fixture
def run(gmail):
    return gmail()


@pytest.fixture
def write(control):
    async def compose(subject, text="Hello there", sender="ann@example.com", to=AGENT):
        mail = {"from": sender, "to": to, "subject": subject, "text": text}
        status, answer = await control("/gmail/compose", mail)
        assert status == 200
        return answer

    return compose


async def ids(run, **query):
    found = await run(lambda users: users.messages().list(userId="me", **query))
    return [m["id"] for m in found.get("messages", [])]


async def profile(run):
    return await run(lambda users: users.getProfile(userId="me"))


async def history(run, start, **query):
    return await run(lambda users: users.history().list(userId="me", startHistoryId=start, **query))


async def test_each_format_shows_its_part(run, write):
    await write("Grüße", "Zeile eins")
    (message_id,) = await ids(run)

    async def shown(form, **more):
        return await run(
            lambda users: users.messages().get(userId="me", id=message_id, format=form, **more)
        )

    full = await shown("full")
    headers = {h["name"]: h["value"] for h in full["payload"]["headers"]}
    assert headers["Subject"] == "Grüße"
    assert base64.urlsafe_b64decode(full["payload"]["body"]["data"]).strip() == b"Zeile eins"
    assert full["snippet"] == "Zeile eins"
    raw = base64.urlsafe_b64decode((await shown("raw"))["raw"])
    assert raw.startswith(b"Delivered-To: agent@example.com\r\n")
    minimal = await shown("minimal")
    assert "payload" not in minimal
    assert minimal["internalDate"].isdecimal()
    metadata = await shown("metadata", metadataHeaders=["subject"])
    assert [h["name"] for h in metadata["payload"]["headers"]] == ["Subject"]


@pytest.mark.parametrize(
    ("query", "subjects"),
    [
        ("", ["three", "two", "one"]),
        ("in:inbox", ["three", "two", "one"]),
        ("in:sent", []),
        ("subject:two", ["two"]),
        ("from:bob", ["three"]),
        ("-from:bob", ["two", "one"]),
        ('"token fbr_2"', ["two"]),
        ("in:inbox fbr_2", ["two"]),
        ("fbr_2 OR fbr_3", ["three", "two"]),
        ("newer_than:1d", ["three", "two", "one"]),
        ("older_than:1d", []),
        ("after:2020/01/01", ["three", "two", "one"]),
        ("before:1600000000", []),
        ("is:unread subject:one", ["one"]),
        ("is:read", []),
        ("has:attachment", []),
        ("absent", []),
    ],
)
async def test_search_understands_what_programs_use(run, write, query, subjects):
    await write("one", "token fbr_1")
    await write("two", "token fbr_2")
    await write("three", "token fbr_3", sender="bob@example.com")
    found = []
    for message_id in await ids(run, q=query):
        message = await run(lambda users, m=message_id: users.messages().get(userId="me", id=m))
        headers = {h["name"]: h["value"] for h in message["payload"]["headers"]}
        found.append(headers["Subject"])
    assert found == subjects


async def test_search_finds_a_message_id(run, write):
    answer = await write("one")
    await write("two")
    assert len(await ids(run, q=f"rfc822msgid:{answer['message_id']}")) == 1


async def test_lists_are_paged(run, write):
    for number in range(5):
        await write(str(number))
    first = await run(lambda users: users.messages().list(userId="me", maxResults=3))
    token = first["nextPageToken"]
    second = await run(
        lambda users: users.messages().list(userId="me", maxResults=3, pageToken=token)
    )
    assert len(first["messages"]) == 3
    assert len(second["messages"]) == 2
    assert "nextPageToken" not in second


async def test_history_tells_what_came_since(run, write):
    start = (await profile(run))["historyId"]
    assert "history" not in await history(run, start)
    await write("one")
    await write("two")
    first = await history(run, start, historyTypes=["messageAdded"], maxResults=1)
    token = first["nextPageToken"]
    second = await history(run, start, historyTypes=["messageAdded"], pageToken=token, maxResults=1)
    added = [r["messagesAdded"][0]["message"] for p in (first, second) for r in p["history"]]
    assert [m["id"] for m in added] == list(reversed(await ids(run)))
    assert all("INBOX" in m["labelIds"] for m in added)
    assert int(second["historyId"]) > int(start)
    assert "history" not in await history(run, second["historyId"])


async def test_history_filters_by_label_and_kind(run, write):
    start = (await profile(run))["historyId"]
    await write("one")
    (message_id,) = await ids(run)
    change = {"removeLabelIds": ["UNREAD"], "addLabelIds": ["STARRED"]}
    changed = await run(
        lambda users: users.messages().modify(userId="me", id=message_id, body=change)
    )
    assert set(changed["labelIds"]) == {"INBOX", "STARRED"}
    assert "history" not in await history(run, start, labelId="SENT")
    removed = await history(run, start, historyTypes=["labelRemoved"])
    assert removed["history"][0]["labelsRemoved"][0]["labelIds"] == ["UNREAD"]


@pytest.mark.parametrize("start", ["1", "99999999999999999"])
async def test_a_history_id_that_is_not_known_is_404(run, start):
    with pytest.raises(HttpError) as caught:
        await history(run, start)
    assert caught.value.status_code == 404


async def test_a_cursor_goes_stale(run, write, control):
    start = (await profile(run))["historyId"]
    await write("one")
    await control("/gmail/expire-history", {"email": AGENT})
    with pytest.raises(HttpError) as caught:
        await history(run, start)
    assert caught.value.status_code == 404
    assert "history" not in await history(run, (await profile(run))["historyId"])


@pytest.mark.parametrize(
    ("path", "status", "reason"),
    [
        ("me/messages/0000000000000000", 404, "notFound"),
        ("me/threads/0000000000000000", 404, "notFound"),
        ("me/history", 400, "invalidArgument"),
        ("me/history?startHistoryId=abc", 400, "badRequest"),
        ("me/history?startHistoryId=1&historyTypes=madeUp", 400, "badRequest"),
        ("me/messages?maxResults=many", 400, "badRequest"),
        ("me/messages?bogus=1", 400, "badRequest"),
        ("me/messages?q=a&q=b", 400, "badRequest"),
        ("me/messages?pageToken=x", 400, "invalidArgument"),
        ("ann@example.com/messages", 403, "forbidden"),
        ("agent@example.com/profile", 200, ""),
        ("me/nothing", 404, "notFound"),
        ("me/settings/vacation", 404, "notFound"),
    ],
)
async def test_bad_reads_are_refused_as_google_does(
    sandbox, session, access_token, path, status, reason
):
    url = f"{sandbox.settings.public_url}/gmail/v1/users/{path}"
    headers = {"authorization": f"Bearer {access_token()}"}
    async with session.get(url, headers=headers) as response:
        answer = await response.json()
        assert response.status == status
    if reason:
        assert answer["error"]["code"] == status
        assert answer["error"]["errors"][0]["reason"] == reason


@pytest.mark.parametrize(
    ("scopes", "call", "is_allowed"),
    [
        (("gmail.send",), "profile", False),
        (("gmail.readonly",), "profile", True),
        (("gmail.compose",), "profile", True),
        (("gmail.send",), "messages", False),
        (("gmail.compose",), "messages", False),
        (("gmail.metadata",), "messages", True),
        (("gmail.metadata",), "messages?q=x", False),
        (("openid",), "labels", False),
        (("gmail.labels",), "labels", True),
    ],
)
async def test_scopes_follow_the_discovery_document(
    sandbox, session, access_token, scopes, call, is_allowed
):
    url = f"{sandbox.settings.public_url}/gmail/v1/users/me/{call}"
    headers = {"authorization": f"Bearer {access_token(scopes=scopes)}"}
    async with session.get(url, headers=headers) as response:
        assert response.status == (200 if is_allowed else 403)


@pytest.mark.parametrize("header", [None, "Bearer ", "Bearer made-up", "Basic eDp5", "Bearer ä"])
async def test_without_a_token_it_is_401(sandbox, session, header):
    url = sandbox.settings.public_url + "/gmail/v1/users/me/profile"
    headers = {"authorization": header} if header else {}
    async with session.get(url, headers=headers) as response:
        assert response.status == 401
        answer = await response.json()
    assert answer["error"]["errors"][0]["reason"] == "authError"
    assert answer["error"]["status"] == "UNAUTHENTICATED"


class TestIndexDelay:
    @pytest.fixture
    def overrides(self):
        return {"sandbox_gmail_index_delay_seconds": 30.0}

    async def test_a_new_message_is_not_found_at_once(self, run, write, control):
        await write("one")
        assert await ids(run, q="subject:one") == []
        assert len(await ids(run)) == 1
        await control("/clock", {"advance_seconds": 31})
        assert len(await ids(run, q="subject:one")) == 1
