"""A written message: it joins its conversation, and answers a request where it clearly does."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, replace

from parley_kit.errors import ServiceError
from parley_kit.sealing import token_hash
from parley_orchestrator.domain.conversation import Session
from parley_orchestrator.domain.delivery import ACTIVE, Delivery, Kind
from parley_orchestrator.domain.feedback import (
    APPROVED,
    FeedbackRequest,
    Status,
    answer_in_text,
)
from parley_orchestrator.domain.feedback import Kind as FeedbackKind
from parley_orchestrator.domain.inbound import Heard, Item, Text, Verdict
from parley_orchestrator.domain.people import User, is_same_person
from parley_orchestrator.domain.talks import by_likelihood, clear_talk
from parley_orchestrator.ports import Unit
from parley_orchestrator.use_cases.authorise import USER, Caller
from parley_orchestrator.use_cases.ended import how_it_ended
from parley_orchestrator.use_cases.enqueue import REPLY, Enqueue
from parley_orchestrator.use_cases.hear_answer import conclude
from parley_orchestrator.use_cases.judge_answer import Answer, judge
from parley_orchestrator.use_cases.notify import notify
from parley_orchestrator.use_cases.recognise import recognise
from parley_orchestrator.use_cases.send_messages import MAX_TEXT, NewMessage, SendMessages

_HOW_TO_ANSWER = {
    FeedbackKind.APPROVAL: "reply with the single word **approve** or **reject**",
    FeedbackKind.CHOICE: "reply with exactly one of the options",
    FeedbackKind.FORM: "fill in the form on the page",
    FeedbackKind.TEXT: "reply with your own words",
    FeedbackKind.COMMENT: "reply with your own words",
}
_ONCE_MORE = (
    "Approving this is hard to undo, so a written reply does not count. Approve it with the "
    "question's own button, which asks once more."
)
_OTHER_ADDRESS = "A reply to this came from another address than yours, so it does not count."
_NOT_VOUCHED_FOR = (
    "A reply to this came in your name, but your mail server did not vouch for it (DMARC), so it "
    "does not count."
)
_IF_IT_WAS_YOU = "If it was you, answer on the page. If it was not, there is nothing to do."
_SAY_IT_ELSEWHERE = (
    "If it was you, write from your own address, or in the web chat. If it was not, there is "
    "nothing to do."
)

_TALKS, _CHOICES = 100, 25
"""So many of a person's newest conversations are looked at, and so many offered."""


@dataclass(frozen=True)
class _Place:
    """Where a text belongs: who wrote it, in which session, about which request."""

    user: User
    session: Session
    request: FeedbackRequest | None


@dataclass(frozen=True)
class _Unproven:
    """A text in answer to something that was sent to `user`, who may not have written it."""

    user: User
    delivery: Delivery
    request: FeedbackRequest | None
    is_other_address: bool


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
        if isinstance(place, _Unproven):
            return self._doubt(unit, item, text, place)
        answered = self._answered(unit, item, text, place)
        if answered is not None and answered.verdict == Verdict.REFUSED:
            return answered
        self._store(unit, item, text, place)
        heard = answered or self._unanswered(unit, item, text, place)
        return replace(heard, session_id=place.session.id)

    def _answered(self, unit: Unit, item: Item, text: Text, place: _Place) -> Heard | None:
        request = place.request
        if request is None or text.decides_nothing:
            return None
        value = answer_in_text(request, text.text, text.decision)
        if value is None:
            return None
        if request.dangerous and value == APPROVED and request.status is Status.PENDING:
            return self._asked_once_more(unit, item, place.user, place.session, request)
        comment = text.text.strip() if request.kind is not FeedbackKind.TEXT else ""
        comment = "" if comment.casefold() == str(value).casefold() else comment[:4_000]
        answer = Answer(request.id, place.user, value, comment, item.channel, item.sender.assurance)
        return conclude(unit, self._enqueue, judge(unit, answer), place.user, item.channel)

    def _asked_once_more(
        self, unit: Unit, item: Item, user: User, session: Session, request: FeedbackRequest
    ) -> Heard:
        """A written "yes" is given too easily for what is hard to undo."""
        notify(
            unit,
            self._enqueue,
            session=session,
            user=user,
            channel=item.channel,
            subject_id=request.id,
            text=_ONCE_MORE,
        )
        return Heard(Verdict.UNCLEAR, _ONCE_MORE)

    def _unanswered(self, unit: Unit, item: Item, text: Text, place: _Place) -> Heard:
        request = place.request
        is_empty = (
            request is not None and request.kind is FeedbackKind.TEXT and not text.text.strip()
        )
        if request is None or text.is_from_list or is_empty:
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
            subject_id=request.id,
            text=detail,
        )
        return Heard(Verdict.UNCLEAR, detail)

    def _doubt(self, unit: Unit, item: Item, text: Text, doubt: _Unproven) -> Heard:
        """Nothing is taken; the person who was asked hears of it, at the address they gave us.

        Never the writer: who that is, is just what is not known.
        """
        why = _OTHER_ADDRESS if doubt.is_other_address else _NOT_VOUCHED_FOR
        request = doubt.request
        is_open = request is None or request.status is Status.PENDING
        if is_open and not text.is_from_list:
            session_id = doubt.delivery.session_id
            notify(
                unit,
                self._enqueue,
                session=unit.conversations.sessions([session_id])[session_id],
                user=doubt.user,
                channel=item.channel,
                subject_id=doubt.delivery.subject_id,
                text=f"{why} {_IF_IT_WAS_YOU if request else _SAY_IT_ELSEWHERE}",
            )
        return Heard(Verdict.REFUSED, why)

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


def _found(unit: Unit, item: Item, text: Text) -> _Place | _Unproven | Heard:
    delivery = _delivery(unit, text)
    if delivery is None or not delivery.user_id:
        return _outside(unit, item, text)
    user = unit.people.users([delivery.user_id])[delivery.user_id]
    is_other = not is_same_person(user, item.sender)
    if is_other and delivery.state in ACTIVE:  # it may be to them: the channel has yet to say
        return Heard(Verdict.LATER, "the send is not settled yet")
    if is_other or not item.sender.assurance:
        return _Unproven(user, delivery, _request(unit, delivery), is_other)
    session = unit.conversations.sessions([delivery.session_id])[delivery.session_id]
    return _Place(user, session, _request(unit, delivery))


def _delivery(unit: Unit, text: Text) -> Delivery | None:
    delivery_id = text.delivery_id
    if text.reply_token:
        link = unit.links.get(token_hash(text.reply_token.lower()), REPLY)
        delivery_id = link.delivery_id if link else ""
    return unit.deliveries.get([delivery_id]).get(delivery_id) if delivery_id else None


def _request(unit: Unit, delivery: Delivery) -> FeedbackRequest | None:
    if delivery.kind not in (Kind.CARD, Kind.NOTICE, Kind.REMINDER, Kind.UPDATE):
        return None
    return unit.feedback.get([delivery.subject_id]).get(delivery.subject_id)


def _outside(unit: Unit, item: Item, text: Text) -> _Place | Heard:
    """The place of a text that answers nothing in particular."""
    if not item.sender.assurance:
        return Heard(Verdict.UNROUTED, "it is not certain who sent it")
    users = recognise(unit, item.sender)
    if not users:
        return replace(_NOWHERE, tells_sender=text.can_ask, is_sender_unknown=True)
    if text.session_id:
        return _chosen(unit, users, text.session_id)
    if text.can_ask:
        return _clear(unit, users, item)
    found = unit.deliveries.last_channel_session(users, item.channel)
    return _place(unit, users, *found) if found else _NOWHERE


def _chosen(unit: Unit, users: Mapping[str, User], session_id: str) -> _Place | Heard:
    session = unit.conversations.sessions([session_id]).get(session_id)
    taking_part = [user_id for user_id in session.user_ids if user_id in users] if session else []
    if not taking_part:
        return Heard(Verdict.REFUSED, "the sender does not take part in that conversation")
    return _place(unit, users, session_id, taking_part[0])


def _clear(unit: Unit, users: Mapping[str, User], item: Item) -> _Place | Heard:
    talks = unit.conversations.talks(users, item.channel, _TALKS)
    if not talks:
        return replace(_NOWHERE, tells_sender=True)
    talk = clear_talk(talks, unit.now)
    if talk is not None:
        return _place(unit, users, talk.session_id, talk.user_id)
    choices = tuple(by_likelihood(talks)[:_CHOICES])
    return Heard(Verdict.CHOOSE, "it may belong to several conversations", choices=choices)


def _place(unit: Unit, users: Mapping[str, User], session_id: str, user_id: str) -> _Place:
    session = unit.conversations.sessions([session_id])[session_id]
    return _Place(users[user_id], session, None)


_NOWHERE = Heard(Verdict.UNROUTED, "it belongs to no conversation")
