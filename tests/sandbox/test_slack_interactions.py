import json

import pytest
from slack_sdk.signature import SignatureVerifier

REQUEST = "fbr_0123"


def plain(text):
    return {"type": "plain_text", "text": text}


def card(request=REQUEST):
    def button(label, verdict):
        value = f"{request}:{verdict}"
        return {"type": "button", "text": plain(label), "value": value, "action_id": verdict}

    region = {
        "type": "static_select",
        "action_id": "region",
        "options": [{"text": plain("Europe"), "value": "eu"}, {"text": plain("US"), "value": "us"}],
    }
    buttons = [button("✅ Approve", "approved"), button("Reject…", "rejected"), region]
    return [
        {"type": "section", "text": {"type": "mrkdwn", "text": "*Deploy?*"}},
        {"type": "actions", "elements": buttons},
    ]


def modal(**changes):
    comment = {
        "type": "input",
        "block_id": "why",
        "label": plain("Why?"),
        "element": {"type": "plain_text_input", "action_id": "comment"},
    }
    view = {
        "type": "modal",
        "callback_id": "reject",
        "private_metadata": REQUEST,
        "title": plain("Reject"),
        "submit": plain("Send"),
        "blocks": [comment],
    }
    return view | changes


@pytest.fixture
async def sent(bot, ann):
    return await bot.chat_postMessage(channel=ann.dm, text="card", blocks=card())


async def test_a_click_arrives_signed_and_complete(sandbox, sent, ann, control, receiver):
    status, answer = await control("/slack/click", {"request": REQUEST, "value": "approved"})
    assert (status, answer["status"]) == (200, 200)
    request = receiver.at("/slack/interactions")[0]
    verifier = SignatureVerifier(sandbox.settings.slack_signing_secret.get_secret_value())
    assert verifier.is_valid_request(request.body, dict(request.headers))
    payload = receiver.interactions()[0]
    assert payload["type"] == "block_actions"
    assert payload["user"]["id"] == ann.id
    assert payload["team"]["id"] == sandbox.slack.grants.team_id
    assert payload["container"]["message_ts"] == sent["ts"]
    assert payload["channel"]["id"] == ann.dm
    assert payload["actions"][0]["value"] == f"{REQUEST}:approved"


@pytest.mark.parametrize(
    ("wanted", "action"),
    [
        ("approved", "approved"),
        ("approve", "approved"),
        ("APPROVE", "approved"),
        (f"{REQUEST}:rejected", "rejected"),
        ("rejected", "rejected"),
        ("reject", "rejected"),
        ("eu", "region"),
        ("europe", "region"),
    ],
)
async def test_an_option_is_found_by_value_action_or_label(sent, control, receiver, wanted, action):
    status, _ = await control("/slack/click", {"request": REQUEST, "value": wanted})
    assert status == 200
    assert receiver.interactions()[0]["actions"][0]["action_id"] == action


async def test_the_newest_message_about_a_request_is_meant(bot, ann, sent, control, receiver):
    newer = await bot.chat_postMessage(channel=ann.dm, text="again", blocks=card())
    await bot.chat_postMessage(channel=ann.dm, text="other", blocks=card("fbr_9"))
    await control("/slack/click", {"request": REQUEST, "value": "approved"})
    assert receiver.interactions()[0]["container"]["message_ts"] == newer["ts"]


async def test_a_message_is_named_by_its_ts(bot, ann, sent, control, receiver):
    await bot.chat_postMessage(channel=ann.dm, text="again", blocks=card())
    await control("/slack/click", {"ts": sent["ts"], "value": "approved"})
    assert receiver.interactions()[0]["container"]["message_ts"] == sent["ts"]


async def test_somebody_else_can_click(sandbox, sent, control, receiver):
    click = {"request": REQUEST, "value": "approved", "user": "bob@example.com"}
    await control("/slack/click", click)
    bob = sandbox.people.by_email("bob@example.com")
    assert receiver.interactions()[0]["user"]["id"] == bob.slack_id


async def test_a_request_in_metadata_is_found_too(bot, ann, control, receiver):
    metadata = {"event_type": "parley", "event_payload": {"request_id": "fbr_meta"}}
    blocks = card("opaque")
    await bot.chat_postMessage(channel=ann.dm, text="x", blocks=blocks, metadata=metadata)
    status, _ = await control("/slack/click", {"request": "fbr_meta", "value": "approve"})
    assert status == 200


@pytest.mark.parametrize(
    ("body", "status"),
    [
        ({"request": "fbr_unknown", "value": "approved"}, 404),
        ({"request": REQUEST, "value": "maybe"}, 409),
        ({"request": REQUEST}, 400),
        ({"value": "approved"}, 400),
        ({"request": 7, "value": "approved"}, 400),
        ({"request": REQUEST, "value": "approved", "user": "nobody@example.com"}, 404),
        ({"request": REQUEST, "value": "approved", "inputs": []}, 400),
    ],
)
async def test_a_click_on_nothing_says_what_there_is(sent, control, receiver, body, status):
    got, answer = await control("/slack/click", body)
    assert got == status
    assert answer["error"]
    if status in {404, 409} and "user" not in body:
        assert "✅ Approve" in {option["label"] for option in answer["available"]}
    assert receiver.interactions() == []


async def test_buttons_that_are_gone_cannot_be_pressed(bot, ann, sent, control):
    await bot.chat_update(channel=ann.dm, ts=sent["ts"], text="Approved by Ann")
    status, _ = await control("/slack/click", {"request": REQUEST, "value": "approved"})
    assert status == 404


async def test_the_receivers_refusal_is_shown(sent, control, receiver):
    receiver.statuses = [401]
    _, answer = await control("/slack/click", {"request": REQUEST, "value": "approved"})
    assert answer["status"] == 401


class TestModal:
    @pytest.fixture(autouse=True)
    def opens_a_modal(self, bot, receiver):
        self.second = None

        async def answer(request):
            if not request.path.endswith("/interactions"):
                return ""
            payload = receiver.interactions()[-1]
            if payload["type"] == "block_actions":
                self.trigger_id = payload["trigger_id"]
                await bot.views_open(trigger_id=self.trigger_id, view=modal())
                return ""
            return self.second or ""

        receiver.answer = answer

    async def click(self, control):
        return (await control("/slack/click", {"request": REQUEST, "value": "rejected"}))[1]

    async def test_it_is_submitted_with_what_was_typed(self, sent, control, receiver):
        view = (await self.click(control))["view"]
        assert view
        status, answer = await control("/slack/submit", {"inputs": {"comment": "Friday"}})
        assert (status, answer["status"], answer["view"]) == (200, 200, None)
        payload = receiver.interactions()[-1]
        assert payload["type"] == "view_submission"
        assert payload["view"]["id"] == view
        assert payload["view"]["private_metadata"] == REQUEST
        assert payload["view"]["state"]["values"]["why"]["comment"]["value"] == "Friday"

    @pytest.mark.parametrize("name", ["comment", "why", "Why?"])
    async def test_an_input_goes_by_action_block_or_label(self, sent, control, receiver, name):
        await self.click(control)
        await control("/slack/submit", {"user": "ann@example.com", "inputs": {name: "x"}})
        values = receiver.interactions()[-1]["view"]["state"]["values"]
        assert values["why"]["comment"]["value"] == "x"

    async def test_an_empty_required_field_is_not_sent(self, sent, control, receiver):
        await self.click(control)
        status, answer = await control("/slack/submit", {"inputs": {}})
        assert status == 422
        assert "Why?" in answer["error"]
        assert len(receiver.interactions()) == 1

    async def test_errors_keep_it_open(self, sent, control):
        view = (await self.click(control))["view"]
        self.second = json.dumps({"response_action": "errors", "errors": {"why": "Too short"}})
        _, answer = await control("/slack/submit", {"inputs": {"comment": "x"}})
        assert answer["errors"] == {"why": "Too short"}
        assert answer["view"] == view

    async def test_an_update_shows_something_else(self, sent, control, sandbox):
        view = (await self.click(control))["view"]
        done = {"response_action": "update", "view": modal(title=plain("Done"))}
        self.second = json.dumps(done)
        await control("/slack/submit", {"inputs": {"comment": "x"}})
        assert sandbox.slack.views[view].content["title"]["text"] == "Done"

    async def test_a_trigger_works_once(self, sent, control, bot):
        await self.click(control)
        with pytest.raises(Exception, match="exchanged_trigger_id"):
            await bot.views_open(trigger_id=self.trigger_id, view=modal())

    async def test_a_closed_modal_cannot_be_submitted(self, sent, control):
        view = (await self.click(control))["view"]
        await control("/slack/close", {"view": view})
        status, _ = await control("/slack/submit", {"view": view, "inputs": {"comment": "x"}})
        assert status == 404


async def test_a_trigger_lives_three_seconds(sent, control, receiver, bot):
    await control("/slack/click", {"request": REQUEST, "value": "rejected"})
    await control("/clock", {"advance_seconds": 4})
    trigger_id = receiver.interactions()[0]["trigger_id"]
    with pytest.raises(Exception, match="expired_trigger_id"):
        await bot.views_open(trigger_id=trigger_id, view=modal())
    with pytest.raises(Exception, match="invalid_trigger_id"):
        await bot.views_open(trigger_id="1.2.made-up", view=modal())


async def test_a_home_is_published_and_opened(bot, ann, control, receiver):
    blocks = card()[1:]
    view = {"type": "home", "blocks": blocks}
    await bot.views_publish(user_id=ann.id, view=view)
    await control("/slack/home", {"user": ann.id})
    event = receiver.events()[0]["event"]
    assert (event["type"], event["user"]) == ("app_home_opened", ann.id)
    await control("/slack/click", {"request": REQUEST, "value": "approved"})
    assert receiver.interactions()[0]["container"]["type"] == "view"


class TestResponseUrl:
    @pytest.fixture
    async def url(self, sent, control, receiver):
        await control("/slack/click", {"request": REQUEST, "value": "approved"})
        return receiver.interactions()[0]["response_url"]

    async def test_it_replaces_the_message(self, url, bot, ann, session):
        async with session.post(url, json={"replace_original": True, "text": "Done"}) as response:
            assert response.status == 200
        message = (await bot.conversations_history(channel=ann.dm))["messages"][0]
        assert message["text"] == "Done"
        assert "blocks" not in message

    async def test_it_works_five_times(self, url, session):
        statuses = []
        for _ in range(6):
            async with session.post(url, json={"text": "x"}) as response:
                statuses.append(response.status)
        assert statuses == [200] * 5 + [404]

    async def test_it_works_for_half_an_hour(self, url, session, control):
        await control("/clock", {"advance_seconds": 1_801})
        async with session.post(url, json={"text": "x"}) as response:
            assert response.status == 404

    @pytest.mark.parametrize("body", ["{", "[]", '{"text": ""}', '{"blocks": [{}]}'])
    async def test_it_refuses_what_it_cannot_show(self, url, session, body):
        async with session.post(url, data=body) as response:
            assert response.status == 400
