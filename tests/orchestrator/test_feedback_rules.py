"""Remarks, edits before an approval, reminders, and whom an agent acts for."""

import json

import pytest
from tests.orchestrator.workshop import workshop

from parley_kit.errors import InvalidArgumentError, PermissionDeniedError
from parley_orchestrator.domain.delivery import Kind, State
from parley_orchestrator.domain.feedback import Status, Step
from parley_orchestrator.domain.people import Preferences

ACTION = json.dumps({"tool": "refund", "amount": 400})
EDITED = json.dumps({"tool": "refund", "amount": 40})


@pytest.fixture
async def shop():
    async with workshop() as shop:
        await shop.begin(channels=("slack",))
        yield shop


@pytest.mark.parametrize(
    ("value", "comment", "stored"),
    [
        ('"Looks good"', "", ("Looks good", "")),
        ('""', "", ("", "")),
        ("null", "Fine", ("Fine", "")),
    ],
)
async def test_a_remark_may_be_empty(shop, value, comment, stored):
    asked = await shop.ask(kind="comment")
    answered = await shop.answer(asked, value, comment=comment)
    assert answered.status is Status.ANSWERED
    assert (answered.response.value, answered.response.comment) == stored


async def test_a_remark_is_a_text(shop):
    asked = await shop.ask(kind="comment")
    with pytest.raises(InvalidArgumentError, match="answer with a text"):
        await shop.answer(asked, "7")


async def test_a_mail_is_a_remark(shop):
    await shop.put_preferences_of("gmail")
    asked = await shop.ask(kind="comment")
    await shop.flow()
    heard = await shop.reply((await shop.cards(asked))[0], "Two typos on page 3.")
    assert heard.verdict.name == "ACCEPTED"
    assert (await shop.request(asked)).response.value == "Two typos on page 3."


async def test_what_is_edited_is_what_is_approved(shop):
    asked = await shop.ask(action_json=ACTION, allow_edit=True)
    answered = await shop.answer(asked, edited_action_json=EDITED, digest=asked.digest)
    response = answered.response
    assert (response.value, response.is_edited) == ("approved", True)
    assert response.edited_action == json.loads(EDITED)
    assert response.digest not in ("", asked.digest)
    other = await shop.ask(action_json=EDITED)
    assert response.digest == other.digest, "the digest is that of the changed action"


async def test_an_edit_that_changes_nothing_is_none(shop):
    asked = await shop.ask(action_json=ACTION, allow_edit=True)
    response = (await shop.answer(asked, edited_action_json=ACTION)).response
    assert (response.is_edited, response.edited_action) == (False, None)
    assert response.digest == asked.digest


@pytest.mark.parametrize(
    ("more", "value", "edited", "reason"),
    [
        ({}, '"approved"', EDITED, "cannot be changed"),
        ({"allow_edit": True}, '"rejected"', EDITED, "goes with the value"),
        ({"allow_edit": True}, '"approved"', "null", "not null"),
    ],
)
async def test_an_edit_that_is_not_allowed_is_kept_and_decides_nothing(
    shop, more, value, edited, reason
):
    asked = await shop.ask(action_json=ACTION, **more)
    with pytest.raises(InvalidArgumentError, match=reason):
        await shop.answer(asked, value, edited_action_json=edited)
    assert (await shop.request(asked)).status is Status.PENDING
    assert [ok for ok, _value, _refusal in await shop.answers()] == [False]


async def test_an_edit_comes_by_a_click_too(shop):
    asked = await shop.ask(action_json=ACTION, allow_edit=True)
    await shop.flow()
    heard = await shop.click((await shop.cards(asked))[0], edited_action=json.loads(EDITED))
    assert heard.verdict.name == "ACCEPTED"
    assert (await shop.request(asked)).response.edited_action == json.loads(EDITED)


@pytest.mark.parametrize(
    ("more", "field"),
    [
        ({"allow_edit": True}, "allow_edit"),
        ({"allow_edit": True, "kind": "text", "action_json": ACTION}, "allow_edit"),
        ({"reminders": (60, 60)}, "reminders"),
        ({"reminders": (0,)}, "reminders"),
        ({"reminders": tuple(range(1, 12))}, "reminders"),
        ({"on_behalf_of": "usr_other"}, "on_behalf_of"),
    ],
)
async def test_what_cannot_be_asked_is_refused_by_name(shop, more, field):
    with pytest.raises(InvalidArgumentError) as refused:
        await shop.ask(**more)
    assert refused.value.metadata["field"] == field


async def test_an_edit_goes_with_one_approval_only(shop):
    await shop.begin(people=2)
    with pytest.raises(InvalidArgumentError, match="one required approval"):
        await shop.ask(action_json=ACTION, allow_edit=True, required_approvals=2)


async def test_who_the_agent_acts_for_may_not_answer(shop):
    ann, bob = await shop.begin(channels=("slack",), people=2)
    asked = await shop.ask(on_behalf_of=ann.id)
    assert asked.respondents == (bob.id,)
    with pytest.raises(PermissionDeniedError):
        await shop.answer(asked, user=ann)
    assert (await shop.answer(asked, user=bob)).status is Status.ANSWERED


async def test_an_agent_cannot_act_for_the_only_one_who_could_answer(shop):
    with pytest.raises(InvalidArgumentError, match="nobody else"):
        await shop.ask(on_behalf_of=shop.ann.id)
    await shop.begin(people=2)
    with pytest.raises(InvalidArgumentError, match="may not answer"):
        await shop.ask(on_behalf_of=shop.ann.id, respondents=(shop.ann.id,))


async def test_who_does_not_answer_is_reminded_where_the_card_is(shop):
    asked = await shop.ask(reminders=(60, 120))
    await shop.flow()
    for expected in (1, 2):
        shop.clock.pass_by(seconds=60)
        await shop.escalate()
        await shop.flow()
        reminders = await shop.of(asked, Kind.REMINDER)
        assert [(d.channel, d.state) for d in reminders] == [("slack", State.SENT)] * expected
    assert "Deploy?" in shop.slack.jobs[-1].delivery.text
    assert (await shop.kinds()).count("feedback.reminded") == 2
    shop.clock.pass_by(seconds=600)
    assert await shop.escalate() == 0


async def test_steps_that_were_missed_together_remind_once(shop):
    asked = await shop.ask(reminders=(60, 120, 180))
    await shop.flow()
    shop.clock.pass_by(seconds=1_000)
    await shop.escalate()
    assert len(await shop.of(asked, Kind.REMINDER)) == 1


async def test_only_those_who_can_still_answer_are_reminded(shop):
    ann, bob = await shop.begin(channels=("slack",), people=2)
    await shop.put_preferences(shop.agent, bob.id, Preferences(("slack",)))
    asked = await shop.ask(required_approvals=2, reminders=(60,))
    await shop.flow()
    await shop.answer(asked, user=ann)
    shop.clock.pass_by(seconds=60)
    await shop.escalate()
    assert [d.user_id for d in await shop.of(asked, Kind.REMINDER)] == [bob.id]


async def test_a_reminder_that_waits_is_cancelled_with_the_request(shop):
    asked = await shop.ask(reminders=(60,))
    await shop.flow()
    shop.clock.pass_by(seconds=60)
    await shop.escalate()
    await shop.answer(asked)
    await shop.flow()
    assert [d.state for d in await shop.of(asked, Kind.REMINDER)] == [State.CANCELLED]
    assert not [job for job in shop.slack.jobs if job.delivery.kind is Kind.REMINDER]


async def test_channels_and_reminders_share_one_timeline(shop):
    asked = await shop.ask(
        escalation=(Step(120, "gmail"),), reminders=(60, 180), expires_in_seconds=600
    )
    await shop.flow()
    seen = []
    for _ in range(4):
        shop.clock.pass_by(seconds=60)
        await shop.escalate()
        await shop.flow()
        seen.append([(d.kind.value, d.channel) for d in await shop.of(asked)])
    assert seen[0] == [("card", "slack"), ("reminder", "slack")]
    assert seen[1][2:] == [("card", "gmail")]
    assert seen[2][3:] == [("reminder", "gmail")], "where the newest card is"
    assert seen[3] == seen[2]


async def test_every_answer_can_be_read(shop):
    asked = await shop.ask()
    await shop.answer(asked)
    with pytest.raises(Exception, match="Already answered"):
        await shop.answer(asked, '"rejected"')
    kept = await shop.store.read(lambda unit: unit.feedback.answers(asked.id, 10))
    assert [(one.response.value, one.is_accepted) for one in kept] == [
        ("approved", True),
        ("rejected", False),
    ]
    assert kept[1].refusal == "ERROR_REASON_ALREADY_DECIDED"
