"""A written message: it joins its conversation, and answers a request where it clearly does."""

from __future__ import annotations

from dataclasses import dataclass

from parley_kit.errors import ServiceError
from parley_kit.sealing import token_hash
from parley_orchestrator.domain.conversation import Session
from parley_orchestrator.domain.delivery import Delivery, Kind
from parley_orchestrator.domain.feedback import FeedbackRequest, Status, answer_in_text
from parley_orchestrator.domain.feedback import Kind as FeedbackKind
from parley_orchestrator.domain.inbound import Heard, Item, Text, Verdict
from parley_orchestrator.domain.people import User, is_same_person
from parley_orchestrator.ports import Unit
from parley_orchestrator.use_cases.authorise import USER, Caller
from parley_orchestrator.use_cases.ended import how_it_ended
from parley_orchestrator.use_cases.enqueue import REPLY, Enqueue
from parley_orchestrator.use_cases.hear_answer import conclude
from parley_orchestrator.use_cases.judge_answer import Answer, judge
from parley_orchestrator.use_cases.notify import notify
from parley_orchestrator.use_cases.send_messages import MAX_TEXT, NewMessage, SendMessages

_HOW_TO_ANSWER = {
    FeedbackKind.APPROVAL: "reply with the single word **approve** or **reject**",
    FeedbackKind.CHOICE: "reply with exactly one of the options",
    FeedbackKind.FORM: "fill in the form on the page",
}


@dataclass(frozen=True)
class _Place:
    """Where a text belongs: who wrote it, in which session, about which request."""

    user: User
    session: Session
    request: FeedbackRequest | None


class HearText:
    """Takes in what people write."""

    def __init__(self, send_messages: SendMessages, enqueue: Enqueue) -> None:
        self._send_messages = send_messages
        self._enqueue = enqueue

    def __call__(self, unit: Unit, item: Item, text: Text) -> Heard:
        """Stores the message and what follows from it."""
        place = _found(unit, item, text)
        if isinstance(place, Heard):
            return place
        answered = self._answered(unit, item, text, place)
        if answered is not None and answered.verdict == Verdict.REFUSED:
            return answered
        self._store(unit, item, text, place)
        return answered or self._unanswered(unit, item, place)

    def _answered(self, unit: Unit, item: Item, text: Text, place: _Place) -> Heard | None:
        request = place.request
        if request is None:
            return None
        value = answer_in_text(request, text.text, text.decision)
        if value is None:
            return None
        comment = text.text.strip() if request.kind is not FeedbackKind.TEXT else ""
        comment = "" if comment.casefold() == str(value).casefold() else comment[:4_000]
        answer = Answer(request.id, place.user, value, comment, item.channel, item.sender.assurance)
        return conclude(unit, self._enqueue, judge(unit, answer), place.user, item.channel)

    def _unanswered(self, unit: Unit, item: Item, place: _Place) -> Heard:
        request = place.request
        if request is None or request.kind is FeedbackKind.TEXT:
            return Heard(Verdict.ACCEPTED)
        if request.status is not Status.PENDING:
            return Heard(Verdict.ACCEPTED, how_it_ended(request))
        detail = (
            "Your reply reached the conversation, but it does not answer the request clearly. "
            f"To answer, {_HOW_TO_ANSWER[request.kind]}."
        )
        notify(
            unit,
            self._enqueue,
            session=place.session,
            user=place.user,
            channel=item.channel,
            request_id=request.id,
            text=detail,
        )
        return Heard(Verdict.UNCLEAR, detail)

    def _store(self, unit: Unit, item: Item, text: Text, place: _Place) -> None:
        body = text.text.replace("\x00", "")[:MAX_TEXT]
        if text.omitted:
            body = f"{body}\n\n*(not shown here: {text.omitted})*".strip()
        if not body.strip():
            return
        new = NewMessage(Caller(USER, place.user.id), place.session.id, body, origin=item.channel)
        result = self._send_messages.store(unit, [new])[0]
        if isinstance(result, ServiceError):
            raise result


def _found(unit: Unit, item: Item, text: Text) -> _Place | Heard:
    delivery = _delivery(unit, text)
    if delivery is None or not delivery.user_id:
        return _by_sender(unit, item)
    user = unit.people.users([delivery.user_id])[delivery.user_id]
    if not is_same_person(user, item.sender):
        return Heard(Verdict.REFUSED, "the sender is not the person who was asked")
    if not item.sender.assurance:
        return Heard(Verdict.REFUSED, "it is not certain who sent it")
    session = unit.conversations.sessions([delivery.session_id])[delivery.session_id]
    return _Place(user, session, _request(unit, delivery))


def _delivery(unit: Unit, text: Text) -> Delivery | None:
    delivery_id = text.delivery_id
    if text.reply_token:
        link = unit.deliveries.token(token_hash(text.reply_token.lower()), REPLY)
        delivery_id = link.delivery_id if link else ""
    return unit.deliveries.get([delivery_id]).get(delivery_id) if delivery_id else None


def _request(unit: Unit, delivery: Delivery) -> FeedbackRequest | None:
    if delivery.kind not in (Kind.CARD, Kind.NOTICE, Kind.REMINDER, Kind.UPDATE):
        return None
    return unit.feedback.get([delivery.subject_id]).get(delivery.subject_id)


def _by_sender(unit: Unit, item: Item) -> _Place | Heard:
    if not item.sender.assurance:
        return Heard(Verdict.UNROUTED, "it is not certain who sent it")
    users = {
        user.id: user
        for user in unit.people.users_like(item.sender)
        if is_same_person(user, item.sender)
    }
    found = unit.deliveries.last_channel_session(users, item.channel) if users else None
    if found is None:
        return Heard(Verdict.UNROUTED, "it belongs to no conversation")
    session_id, user_id = found
    session = unit.conversations.sessions([session_id])[session_id]
    return _Place(users[user_id], session, None)
