"""A text that may belong to several conversations: the person is asked, and nothing is lost."""
# ruff: noqa: ASYNC110  # what is waited for offers no event

import asyncio
import sqlite3

import pytest

from parley.orchestrator.v1 import inbox_pb2

ANN, BOB = "ann@example.com", "bob@example.com"


def _choices(count):
    return [
        inbox_pb2.ConversationChoice(
            session_id=f"ses_{n}", title=f"Release <{n}>", agent_name="Deploy agent"
        )
        for n in range(count)
    ]


@pytest.fixture
def asked(suite):
    """Makes the orchestrator ask which of so many conversations a text is for."""

    def begin(count=2):
        def judge(item):
            if not item.HasField("text"):
                return None
            if item.text.session_id:
                return inbox_pb2.IngestResult(
                    inbound_id=item.inbound_id,
                    verdict=inbox_pb2.INGEST_VERDICT_ACCEPTED,
                    session_id=item.text.session_id,
                )
            return inbox_pb2.IngestResult(
                inbound_id=item.inbound_id,
                verdict=inbox_pb2.INGEST_VERDICT_CHOOSE,
                choices=_choices(count),
            )

        suite.orchestrator.judge = judge

    return begin


async def _until(read, seconds=20):
    async with asyncio.timeout(seconds):
        while not (found := await read()):
            await asyncio.sleep(0.02)
    return found


async def _say(suite, text="Is it &lt;done&gt;?", user=ANN, **more):
    status, answer = await suite.control("/slack/say", user=user, text=text, **more)
    assert (status, answer["status"]) == (200, 200), answer
    return answer


async def _question(suite, count=1):
    async def posted():
        found = [
            p
            for p in await suite.journal("chat.postMessage")
            if "Which conversation" in p["body"]["text"]
        ]
        return found if len(found) >= count else None

    return (await _until(posted))[-1]


async def _choose(suite, question, value, **more):
    return await suite.control("/slack/click", ts=question["result"]["ts"], value=value, **more)


async def test_the_person_is_asked_and_the_text_goes_where_they_say(suite, asked):
    asked()
    said = await _say(suite)
    question = await _question(suite)
    shown = str(question["body"]["blocks"])
    assert "Is it &lt;done&gt;?" in shown
    labels = [e["text"]["text"] for e in question["body"]["blocks"][1]["elements"]]
    assert labels == ["Release <0> · Deploy agent", "Release <1> · Deploy agent"]
    assert suite.orchestrator.texts() == []
    status, clicked = await _choose(suite, question, "ses_1")
    assert (status, clicked["status"]) == (200, 200)

    async def accepted():
        return suite.orchestrator.texts()

    (item,) = await _until(accepted)
    assert item.text.session_id == "ses_1"
    assert item.text.text == "Is it <done>?"
    assert item.inbound_id.endswith(f"{said['channel']}/{said['ts']}")

    async def edited():
        return await suite.journal("chat.update")

    (update,) = await _until(edited)
    assert update["body"]["ts"] == question["result"]["ts"]
    assert "Passed on to *Release &lt;1&gt; · Deploy agent*" in str(update["body"]["blocks"])
    assert "button" not in str(update["body"]["blocks"])
    status, _ = await _choose(suite, question, "ses_0")
    assert status in {404, 409}


async def test_many_conversations_are_a_select(suite, asked):
    asked(25)
    await _say(suite)
    question = await _question(suite)
    (select,) = question["body"]["blocks"][1]["elements"]
    assert (select["type"], len(select["options"])) == ("static_select", 25)
    await _choose(suite, question, "ses_17")

    async def accepted():
        return suite.orchestrator.texts()

    (item,) = await _until(accepted)
    assert item.text.session_id == "ses_17"


async def test_a_hundred_clicks_pass_the_text_on_once(suite, asked):
    asked()
    await _say(suite)
    question = await _question(suite)
    await _choose(suite, question, "ses_1")
    payload = suite.interactions()[-1]
    other = payload | {"actions": [dict(payload["actions"][0])]}
    other["actions"][0]["value"] = other["actions"][0]["value"].replace("ses_1", "ses_0")
    answers = await asyncio.gather(
        *(suite.interaction(p) for p in (payload, other) for _ in range(50))
    )
    assert {answer.status for answer in answers} == {200}
    await asyncio.sleep(0.5)
    assert [item.text.session_id for item in suite.orchestrator.texts()] == ["ses_1"]


def _bent(**changes):
    def apply(payload):
        for path, value in changes.items():
            outer, _, inner = path.partition("__")
            payload[outer][inner] = value

    return apply


@pytest.mark.parametrize(
    "change",
    [
        _bent(user__id="U0OTHER"),
        _bent(container__message_ts="1.000001"),
        _bent(container__channel_id="D0OTHER"),
        lambda p: p["actions"][0].update(value="message/x|ses_1"),
        lambda p: p["actions"][0].update(value=p["actions"][0]["value"] + "23"),
        lambda p: p["actions"][0].update(value="nonsense"),
        lambda p: p["actions"][0].update(value=None),
    ],
)
async def test_only_the_sender_chooses_and_only_what_was_offered(suite, asked, change):
    asked()
    await _say(suite)
    question = await _question(suite)
    suite.orchestrator.is_there.clear()
    await _choose(suite, question, "ses_1")
    payload = suite.interactions()[-1]
    suite.orchestrator.is_there.set()

    async def accepted():
        return suite.orchestrator.texts()

    await _until(accepted)
    await _say(suite, "another")
    second = await _question(suite, 2)
    payload["actions"][0]["value"] = second["body"]["blocks"][1]["elements"][1]["value"]
    payload["container"]["message_ts"] = second["result"]["ts"]
    change(payload)
    assert (await suite.interaction(payload)).status == 200
    await asyncio.sleep(0.2)
    assert len(suite.orchestrator.texts()) == 1


async def test_a_thread_that_began_with_their_own_text_goes_on_there(suite, asked):
    asked()
    said = await _say(suite)
    await _choose(suite, await _question(suite), "ses_1")

    async def accepted():
        return suite.orchestrator.texts()

    await _until(accepted)
    await _say(suite, "one more thing", thread_ts=said["ts"])

    async def both():
        return suite.orchestrator.texts() if len(suite.orchestrator.texts()) > 1 else None

    items = await _until(both)
    assert [item.text.session_id for item in items] == ["ses_1", "ses_1"]


@pytest.mark.parametrize("kind", ["down", "error", "drop_after_accept", "rate_limit"])
async def test_a_question_that_slack_did_not_take_is_asked_later_and_once(suite, asked, kind):
    asked()
    await suite.control(
        "/faults", channel="slack", kind=kind, call="chat.postMessage", count=1, seconds=1
    )
    await _say(suite)
    question = await _question(suite)
    await asyncio.sleep(1)  # three times what it waits for before it asks again
    posted = await suite.journal("chat.postMessage")
    assert len([p for p in posted if "Which conversation" in p["body"]["text"]]) == 1
    await _choose(suite, question, "ses_1")

    async def accepted():
        return suite.orchestrator.texts()

    assert await _until(accepted)


async def test_a_question_is_still_answered_after_a_restart(suite, asked, tools, sqlite_file):
    asked()
    await _say(suite)
    question = await _question(suite)
    suite.orchestrator.is_there.clear()
    await _choose(suite, question, "ses_1")
    with sqlite3.connect(sqlite_file) as database:
        states = database.execute("SELECT state FROM slack_replies").fetchall()
    database.close()
    assert states == [("chosen",)]
    suite.orchestrator.is_there.set()
    async with suite.replica():

        async def edited():
            return await suite.journal("chat.update")

        assert await _until(edited, 40)
    assert len(suite.orchestrator.texts()) == 1


async def test_what_was_refused_is_told(suite, asked):
    asked()
    await _say(suite)
    question = await _question(suite)

    def refuse(item):
        return inbox_pb2.IngestResult(
            inbound_id=item.inbound_id,
            verdict=inbox_pb2.INGEST_VERDICT_REFUSED,
            detail="the sender does not take part in that <conversation>",
        )

    suite.orchestrator.judge = refuse
    await _choose(suite, question, "ses_1")

    async def edited():
        return await suite.journal("chat.update")

    (update,) = await _until(edited)
    assert "Not passed on: the sender does not take part in that &lt;" in str(
        update["body"]["blocks"]
    )


async def test_who_has_no_conversation_is_told_so(suite):
    def unrouted(item):
        return inbox_pb2.IngestResult(
            inbound_id=item.inbound_id,
            verdict=inbox_pb2.INGEST_VERDICT_UNROUTED,
            detail="it belongs to no conversation",
            tells_sender=True,
        )

    suite.orchestrator.judge = unrouted
    await _say(suite, user=BOB)

    async def told():
        return await suite.journal("chat.postMessage")

    (post,) = await _until(told)
    assert "not passed on" in post["body"]["text"]
    assert "actions" not in str(post["body"]["blocks"])


async def test_a_bystander_is_told_why_their_click_does_not_count(suite):
    def refuse(item):
        return inbox_pb2.IngestResult(
            inbound_id=item.inbound_id,
            verdict=inbox_pb2.INGEST_VERDICT_REFUSED,
            detail="only the person who was asked may answer here",
            tells_sender=True,
        )

    suite.orchestrator.judge = refuse
    card = suite.card()
    await suite.ask(card)
    await suite.control("/slack/click", request=card.request_id, value="approve", user=BOB)

    async def told():
        found = await suite.journal("chat.postMessage")
        return found if len(found) > 1 else None

    note = (await _until(told))[-1]
    assert "only the person who was asked" in note["body"]["text"]
    bob = suite.sandbox.people.by_email(BOB)
    assert note["body"]["channel"] == suite.sandbox.slack.dm_id(bob)
