"""A click on a card: judged by the card that was stored, then recorded."""

from __future__ import annotations

from parley_kit.errors import Reason
from parley_orchestrator.domain.delivery import ACTIVE, Delivery, Kind
from parley_orchestrator.domain.feedback import FeedbackRequest, Response
from parley_orchestrator.domain.inbound import Click, Heard, Item, Verdict
from parley_orchestrator.domain.people import User, is_same_person
from parley_orchestrator.ports import Unit
from parley_orchestrator.use_cases.enqueue import Enqueue
from parley_orchestrator.use_cases.judge_answer import Answer, Recorded, judge
from parley_orchestrator.use_cases.notify import notify

_NOT_SETTLED = "the send is not settled yet"
_NO_CARD = "the click names no card that was sent here"
_TOLD = {
    Reason.ERROR_REASON_ALREADY_DECIDED: Verdict.LATE,
    Reason.ERROR_REASON_ASSURANCE_TOO_LOW: Verdict.UNCLEAR,
}


def hear_answer(unit: Unit, enqueue: Enqueue, item: Item, click: Click) -> Heard:
    """Records a click; a card, a person or a request that do not fit together are refused."""
    request = unit.feedback.get([click.request_id]).get(click.request_id)
    if request is None:
        return Heard(Verdict.REFUSED, click.refusal or _NO_CARD)
    if click.refusal:
        _keep(unit, request, item, click, Reason.ERROR_REASON_UNKNOWN_ID)
        return Heard(Verdict.REFUSED, click.refusal)
    user = _from_overview(unit, item, click, request) or _from_card(unit, item, click, request)
    if isinstance(user, Heard):
        return user
    answer = Answer(
        request.id,
        user,
        click.value,
        click.comment,
        item.channel,
        item.sender.assurance,
        click.digest,
        click.is_edited,
        click.edited_action,
    )
    return conclude(unit, enqueue, judge(unit, answer), user, item.channel)


def _from_card(unit: Unit, item: Item, click: Click, request: FeedbackRequest) -> User | Heard:
    """The person whose card was used, if it is they who used it."""
    card = unit.deliveries.get([click.card_delivery_id]).get(click.card_delivery_id)
    if card is None or not _is_card_of(card, request, click, item.channel):
        _keep(unit, request, item, click, Reason.ERROR_REASON_UNKNOWN_ID)
        return Heard(Verdict.REFUSED, _NO_CARD)
    user = unit.people.users([card.user_id])[card.user_id]
    is_theirs = is_same_person(user, item.sender)
    if card.state in ACTIVE and (click.unconfirmed_at or not is_theirs):
        return Heard(Verdict.LATER, _NOT_SETTLED)  # whom it reached and where, is yet to be told
    return user if is_theirs else _stranger(unit, request, item, click)


def _from_overview(
    unit: Unit, item: Item, click: Click, request: FeedbackRequest
) -> User | Heard | None:
    """The respondent who used their overview; None for a click on a card.

    There is no card to tell who was asked, so the sender must be sure and the digest there.
    """
    if not click.is_from_overview:
        return None
    people = unit.people.users_like(item.sender) if item.sender.assurance and click.digest else []
    for user in people:
        if user.id in request.respondents and is_same_person(user, item.sender):
            return user
    return _stranger(unit, request, item, click)


def _is_card_of(card: Delivery, request: FeedbackRequest, click: Click, channel: str) -> bool:
    if click.unconfirmed_at and card.provider_ref not in {"", click.unconfirmed_at}:
        return False
    return card.kind == Kind.CARD and card.subject_id == request.id and card.channel == channel


def _stranger(unit: Unit, request: FeedbackRequest, item: Item, click: Click) -> Heard:
    _keep(unit, request, item, click, Reason.ERROR_REASON_NOT_A_RESPONDENT)
    told = "only the person who was asked may answer here"
    return Heard(Verdict.REFUSED, told, tells_sender=bool(item.sender.assurance))


def _keep(
    unit: Unit, request: FeedbackRequest, item: Item, click: Click, refusal: Reason.ValueType
) -> None:
    """Keeps a refused gesture for audit, under the addresses that it came with."""
    who = ", ".join(f"{key}={value}" for key, value in sorted(item.sender.addresses.items()))
    response = Response(
        value=click.value,
        comment=click.comment,
        user_id="",
        user_name=f"{who} ({click.refusal})" if click.refusal else who,
        channel=item.channel,
        assurance=item.sender.assurance,
        responded_at=unit.now,
    )
    unit.feedback.keep_answer(request.id, response, is_accepted=False, refusal=Reason.Name(refusal))


def conclude(unit: Unit, enqueue: Enqueue, recorded: Recorded, user: User, channel: str) -> Heard:
    """The verdict on an answer; who came too late or is not sure enough is told."""
    if recorded.error is None:
        return Heard(Verdict.ACCEPTED)
    verdict = _TOLD.get(recorded.error.reason, Verdict.REFUSED)
    request = recorded.request
    session = unit.conversations.sessions([request.session_id])[request.session_id]
    notify(
        unit,
        enqueue,
        session=session,
        user=user,
        channel=channel,
        subject_id=request.id,
        text=recorded.error.message,
    )
    return Heard(verdict, recorded.error.message)
