"""One question, one decision: who may answer, how surely, and in time."""

import pytest

from parley_kit.errors import (
    AlreadyExistsError,
    FailedPreconditionError,
    InvalidArgumentError,
    PermissionDeniedError,
    Reason,
    ResourceExhaustedError,
)
from parley_kit.sealing import Secret
from parley_orchestrator.domain.delivery import Kind
from parley_orchestrator.domain.feedback import Status
from parley_orchestrator.use_cases.authorise import ADMIN, Caller
from parley_orchestrator.use_cases.enqueue import LINK
from parley_orchestrator.use_cases.record_response import NewResponse
from parley_orchestrator.use_cases.request_feedback import CARDS_PER_MINUTE


async def test_the_second_answer_is_told_who_won(shop):
    asked = await shop.ask(delivery="all")
    await shop.flow()
    await shop.answer(asked, comment="go")
    with pytest.raises(FailedPreconditionError) as late:
        await shop.answer(asked, '"rejected"')
    assert late.value.reason == Reason.ERROR_REASON_ALREADY_DECIDED
    assert "Already answered: approved, by Ann via websocket at 2026-01-02" in late.value.message
    assert '"value":"approved"' in late.value.metadata["response"]
    assert await shop.answers() == [
        (True, '"approved"', ""),
        (False, '"rejected"', "ERROR_REASON_ALREADY_DECIDED"),
    ]


async def test_late_clicks_are_answered_three_times_at_most(shop):
    asked = await shop.ask(delivery="all")
    await shop.flow()
    await shop.answer(asked)
    await shop.flow()
    slack_card = next(c for c in await shop.cards(asked) if c.channel == "slack")
    for _ in range(6):
        heard = await shop.click(slack_card, "rejected")
        assert heard.verdict.name == "LATE"
        assert "Already answered: approved, by Ann" in heard.detail
    await shop.flow()
    notices = [job for job in shop.slack.jobs if job.delivery.kind is Kind.NOTICE]
    assert len(notices) == 3
    assert "Already answered" in notices[0].delivery.text
    assert (await shop.request(asked)).response.value == "approved"


async def test_a_long_winning_answer_is_told_in_short(shop):
    asked = await shop.ask(kind="text")
    await shop.answer(asked, f'"{"x" * 8_000}"', comment="c" * 4_000)
    with pytest.raises(FailedPreconditionError) as late:
        await shop.answer(asked, '"y"')
    assert "a longer answer" in late.value.message
    assert len(late.value.metadata["response"]) < 1_000
    assert len((await shop.request(asked)).response.value) == 8_000


@pytest.mark.parametrize(
    ("more", "reason"),
    [
        ({"value": '"maybe"'}, Reason.ERROR_REASON_INVALID_RESPONSE),
        ({"digest": "0" * 64}, Reason.ERROR_REASON_DIGEST_MISMATCH),
    ],
)
async def test_an_answer_that_does_not_count_is_kept_and_changes_nothing(shop, more, reason):
    asked = await shop.ask()
    with pytest.raises((InvalidArgumentError, FailedPreconditionError)) as refused:
        await shop.answer(asked, **more)
    assert refused.value.reason == reason
    assert (await shop.request(asked)).status is Status.PENDING
    assert [(ok, refusal) for ok, _value, refusal in await shop.answers()] == [
        (False, Reason.Name(reason))
    ]
    await shop.answer(asked, digest=asked.digest)


async def test_only_who_was_asked_may_answer(shop):
    ann, bob = await shop.begin(channels=("slack",), people=2)
    asked = await shop.ask(respondents=(ann.id,))
    with pytest.raises(PermissionDeniedError) as refused:
        await shop.answer(asked, user=bob)
    assert refused.value.reason == Reason.ERROR_REASON_NOT_A_RESPONDENT
    assert (await shop.request(asked)).status is Status.PENDING


@pytest.mark.parametrize(
    "more",
    [
        {"addresses": {"slack_user_id": "U9", "slack_team_id": "T1"}},
        {"addresses": {"slack_user_id": "U0", "slack_team_id": "T9"}},
        {"addresses": {}},
        {"channel": "gmail"},
        {"request_id": "fbr_other"},
        {"digest": "0" * 64},
        {"value": "maybe"},
    ],
)
async def test_a_click_that_does_not_fit_is_refused(shop, more):
    await shop.put_preferences_of("slack")
    asked = await shop.ask()
    await shop.flow()
    heard = await shop.click((await shop.cards(asked))[0], **more)
    assert heard.verdict.name == "REFUSED"
    assert (await shop.request(asked)).status is Status.PENDING


async def test_a_click_on_anothers_card_is_refused(shop):
    """Signed, of our workspace, but by a bystander with the card's delivery id."""
    ann, bob = await shop.begin(channels=("slack",), people=2)
    asked = await shop.ask(respondents=(ann.id,))
    await shop.flow()
    card = (await shop.cards(asked))[0]
    heard = await shop.click(card, addresses={"slack_user_id": "U1", "slack_team_id": "T1"})
    assert (heard.verdict.name, bob.slack_user_id) == ("REFUSED", "U1")
    assert [refusal for _ok, _value, refusal in await shop.answers()] == [
        "ERROR_REASON_NOT_A_RESPONDENT"
    ]


async def test_one_click_a_hundred_times_is_one_decision(shop):
    await shop.put_preferences_of("slack")
    asked = await shop.ask()
    await shop.flow()
    card = (await shop.cards(asked))[0]
    heard = [(await shop.click(card, inbound_id="Ev-once")).verdict.name for _ in range(100)]
    assert heard == ["ACCEPTED"] + ["DUPLICATE"] * 99
    assert len(await shop.answers()) == 1


async def test_an_answer_must_be_sure_enough(shop):
    await shop.put_preferences_of("slack")
    asked = await shop.ask(min_assurance=4)
    await shop.flow()
    heard = await shop.click((await shop.cards(asked))[0])
    assert heard.verdict.name == "UNCLEAR"
    assert "confirm it on the page" in heard.detail
    assert (await shop.request(asked)).status is Status.PENDING
    await shop.flow()
    assert shop.slack.jobs[-1].delivery.kind is Kind.NOTICE
    assert (await shop.answer(asked)).status is Status.ANSWERED


async def test_a_link_answers_once_for_the_person_it_was_sent_to(shop):
    asked = await shop.ask()
    await shop.flow()
    token = shop.gmail.jobs[0].link_token
    opened = await shop.admit.open_link(Secret(token))
    assert (opened.user_id, opened.request.id, opened.is_used) == (shop.ann.id, asked.id, False)
    assert opened.author_name == "Deploy agent"
    answered = await answer_by_link(shop, token)
    assert (answered.response.channel, answered.response.assurance) == ("gmail", 1)
    assert (await shop.admit.open_link(Secret(token))).is_used
    with pytest.raises(FailedPreconditionError):
        await answer_by_link(shop, token, '"rejected"')


async def test_a_link_and_the_sign_in_of_its_person_prove_more_than_a_link(shop):
    asked = await shop.ask(min_assurance=4)
    await shop.flow()
    token = shop.gmail.jobs[0].link_token
    with pytest.raises(PermissionDeniedError):
        await answer_by_link(shop, token)
    new = NewResponse(shop.as_user(), asked.id, '"approved"', link_token=token)
    response = (await shop.record_response(new)).response
    assert (response.user_id, response.assurance) == (shop.ann.id, 4)
    assert (await shop.admit.open_link(Secret(token))).is_used


async def test_a_link_in_the_hands_of_somebody_else_who_is_signed_in_decides_nothing(shop):
    _ann, bob = await shop.begin(channels=("gmail",), people=2)
    asked = await shop.ask(respondents=(shop.ann.id,))
    await shop.flow()
    token = shop.gmail.jobs[0].link_token
    for caller in (shop.as_user(bob), shop.agent, Caller(ADMIN)):
        with pytest.raises(PermissionDeniedError):
            await shop.record_response(
                NewResponse(caller, asked.id, '"approved"', link_token=token)
            )
    assert (await shop.request(asked)).status is Status.PENDING
    assert not (await shop.admit.open_link(Secret(token))).is_used


async def answer_by_link(shop, token, value='"approved"', request_id=""):
    return await shop.record_response(NewResponse(None, request_id, value, link_token=token))


async def test_every_link_that_does_not_hold_gets_the_same_answer(shop):
    asked, other = await shop.ask(), await shop.ask()
    await shop.flow()
    token = shop.gmail.jobs[0].link_token
    reply_token = shop.gmail.jobs[0].reply_token
    refusals = set()
    flipped = ("a" if token[0] != "a" else "b") + token[1:]
    for bad, request_id in [
        ("", asked.id),
        (flipped, ""),
        (token[:-1], ""),
        (token.upper(), ""),
        (reply_token, ""),
        (token, other.id),
        (shop.keys.sign(LINK, "dlv_other"), ""),
    ]:
        if not bad:
            continue
        with pytest.raises(PermissionDeniedError) as refused:
            await answer_by_link(shop, bad, request_id=request_id)
        refusals.add((refused.value.message, refused.value.reason))
    shop.clock.pass_by(days=61)
    with pytest.raises(PermissionDeniedError) as refused:
        await answer_by_link(shop, token)
    refusals.add((refused.value.message, refused.value.reason))
    assert len(refusals) == 1
    assert (await shop.request(asked)).status is Status.PENDING


async def test_a_link_with_an_answer_that_does_not_count_may_be_used_again(shop):
    await shop.ask()
    await shop.flow()
    token = shop.gmail.jobs[0].link_token
    with pytest.raises(InvalidArgumentError):
        await answer_by_link(shop, token, '"maybe"')
    assert (await answer_by_link(shop, token)).status is Status.ANSWERED


async def test_several_approvals_are_needed_and_one_rejection_ends_it(shop):
    ann, bob, _cid = await shop.begin(channels=("slack",), people=3)
    asked = await shop.ask(required_approvals=2)
    first = await shop.answer(asked, user=ann)
    assert (first.status, first.approvals) == (Status.PENDING, 1)
    again = await shop.answer(asked, user=ann)
    assert (again.status, again.approvals) == (Status.PENDING, 1)
    second = await shop.answer(asked, user=bob)
    assert (second.status, second.approvals) == (Status.ANSWERED, 2)
    other = await shop.ask(required_approvals=3)
    await shop.answer(other, user=ann)
    ended = await shop.answer(other, '"rejected"', user=bob)
    assert (ended.status, ended.response.value) == (Status.ANSWERED, "rejected")


async def test_nothing_counts_after_the_time_is_over_even_before_anybody_closed_it(shop):
    ann, bob = await shop.begin(channels=("slack",), people=2)
    asked = await shop.ask(required_approvals=2, expires_in_seconds=60)
    await shop.answer(asked, user=ann)
    shop.clock.pass_by(seconds=60)
    for user in (ann, bob):
        with pytest.raises(FailedPreconditionError) as late:
            await shop.answer(asked, user=user)
        assert late.value.metadata["status"] == "expired"
    assert (await shop.request(asked)).status is Status.PENDING
    assert await shop.expire() == 1
    assert (await shop.request(asked)).status is Status.EXPIRED
    assert await shop.expire() == 0


async def test_approval_bombing_is_capped_per_person(shop):
    for _ in range(CARDS_PER_MINUTE):
        await shop.ask()
    for _ in range(100 - CARDS_PER_MINUTE):
        with pytest.raises(ResourceExhaustedError) as refused:
            await shop.ask()
        assert refused.value.retry_after is not None
    cards = [d for d in await shop.deliveries() if d.kind is Kind.CARD]
    assert len(cards) == CARDS_PER_MINUTE
    assert await shop.answers() == []
    shop.clock.pass_by(seconds=61)
    await shop.ask()


async def test_asking_twice_with_one_key_asks_once(shop):
    first = await shop.ask(idempotency_key="deploy-1")
    again = await shop.ask(idempotency_key="deploy-1")
    assert again.id == first.id
    assert len(await shop.cards(first)) == 1
    with pytest.raises(AlreadyExistsError):
        await shop.ask(idempotency_key="deploy-1", prompt="Something else?")
    with pytest.raises(AlreadyExistsError):
        await shop.say("Deploy?", idempotency_key="deploy-1")
