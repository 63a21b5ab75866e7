"""Moves conversations between channels; the new one begins with what was said and what waits."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace

from parley_kit.errors import unknown_id
from parley_orchestrator.domain.channel_wish import channel_wish
from parley_orchestrator.domain.conversation import (
    CHANNEL_SWITCHED,
    Author,
    Message,
    NewEvent,
    Session,
)
from parley_orchestrator.domain.delivery import OUT, Kind, State
from parley_orchestrator.domain.feedback import FeedbackRequest, Status
from parley_orchestrator.domain.feedback import Kind as FeedbackKind
from parley_orchestrator.domain.people import User
from parley_orchestrator.domain.recap import MOST_MESSAGES, Recap
from parley_orchestrator.domain.routing import WEBSOCKET, choose, order_for, unreachable_reason
from parley_orchestrator.ports import Page, Store, Unit, Viewer
from parley_orchestrator.use_cases.authorise import (
    AGENT,
    USER,
    Caller,
    author_of,
    require,
    visible_session,
)
from parley_orchestrator.use_cases.enqueue import Enqueue, Parcel
from parley_orchestrator.use_cases.publish import publish
from parley_orchestrator.use_cases.validate import unknown_channel

_MOST_QUESTIONS = 20
_WRITTEN = (FeedbackKind.TEXT, FeedbackKind.COMMENT)
_ON_ITS_WAY = (*OUT, State.QUEUED, State.SENDING, State.PARKED)


class SwitchChannel:
    """Moves a conversation to a channel, from the next delivery on."""

    def __init__(self, store: Store, enqueue: Enqueue) -> None:
        self._store = store
        self._enqueue = enqueue

    async def __call__(self, caller: Caller, session_id: str, channel: str) -> Session:
        """The session; an empty channel returns to each person's order."""
        require(caller, AGENT, USER)
        if channel and channel not in self._enqueue.facts():
            raise unknown_channel(channel, self._enqueue.facts())

        def command(unit: Unit) -> Session:
            session = visible_session(unit, caller, session_id)
            switch(unit, self._enqueue, session, channel, by=author_of(caller, session))
            found = unit.conversations.detailed(session_id)
            if found is None:
                raise unknown_id("session", session_id)
            return found

        return await self._store.transact(command, {session_id})


def switch(
    unit: Unit, enqueue: Enqueue, session: Session, channel: str, *, by: Author, asked_in: str = ""
) -> None:
    """Changes a session's channel and says so; nothing happens when it is there already.

    `by` wants it; `asked_in` is the message that asked for it, which is no news to anybody.
    """
    if session.channel == channel:
        return
    unit.conversations.set_channel(session.id, channel)
    data = {
        "channel": channel or None,
        "from": session.channel or None,
        "by": {"kind": by.kind, "id": by.id, "name": by.name},
    }
    publish(unit, [NewEvent(session.id, CHANNEL_SWITCHED, data)])
    moved = unit.conversations.sessions([session.id])[session.id]
    present = unit.live.present(session.user_ids)
    for user in unit.people.users(session.user_ids).values():
        arrival = _Arrival(unit, enqueue, moved, user, is_present=user.id in present)
        enqueue(unit, arrival.parcels(by, asked_in))


class _Arrival:
    """A conversation that comes to the channel by which one person is reached from now on."""

    def __init__(
        self, unit: Unit, enqueue: Enqueue, session: Session, user: User, *, is_present: bool
    ) -> None:
        self._unit, self._session, self._user = unit, session, user
        facts = enqueue.facts()
        order = order_for(user, session.channel, "", facts)
        route = choose(user, order, facts, is_present=is_present)
        # The web chat shows the history itself; where nothing can go now, nothing is told late.
        is_told = route is not None and not route.is_parked and route.channel != WEBSOCKET
        self._channel = route.channel if route is not None and is_told else ""

    def parcels(self, by: Author, asked_in: str) -> list[Parcel]:
        if not self._channel:
            return []
        questions = self._questions()
        cards = [self._card(request) for request in questions]
        text = self._recap(by, asked_in, questions)
        return [self._notice(text, by), *cards] if text else cards

    def _recap(self, by: Author, asked_in: str, questions: Sequence[FeedbackRequest]) -> str:
        session_id, user_id = self._session.id, self._user.id
        seen = self._unit.deliveries.last_position(session_id, user_id, self._channel)
        recent = self._unit.conversations.last_messages(session_id, seen, MOST_MESSAGES + 2)
        news = [m for m in recent if m.id != asked_in and not self._said_here(m)]
        if not news:
            return ""
        return Recap(
            reader_id=user_id,
            mover="" if by.id == user_id else by.name,
            messages=news[-MOST_MESSAGES:],
            is_shortened=len(news) > MOST_MESSAGES,
            questions=[request.prompt for request in questions],
        ).text()

    def _said_here(self, message: Message) -> bool:
        return message.author.id == self._user.id and message.channel == self._channel

    def _questions(self) -> list[FeedbackRequest]:
        """What waits for the person and was not asked on this channel yet."""
        return [
            request
            for request in pending_for(self._unit, self._session, self._user)
            if not any(
                card.kind == Kind.CARD
                and card.user_id == self._user.id
                and card.channel == self._channel
                and card.state in _ON_ITS_WAY
                for card in self._unit.deliveries.of_subject(request.id)
            )
        ]

    def _card(self, request: FeedbackRequest) -> Parcel:
        return Parcel(
            kind=Kind.CARD,
            session=self._session,
            user=self._user,
            subject_id=request.id,
            position=self._session.last_seq,  # behind the recap
            wanted=self._channel,
            why="the conversation moved here",
            urgent=request.urgent,
        )

    def _notice(self, text: str, by: Author) -> Parcel:
        parcel = _about_session(self._session, self._user, self._channel, text, "a recap")
        return replace(parcel, urgent=by.id == self._user.id)  # who moves is awake


def pending_for(unit: Unit, session: Session, user: User) -> list[FeedbackRequest]:
    """The requests of a session that wait for this person, oldest first."""
    pending = unit.feedback.listed(Viewer(), str(Status.PENDING), session.id, Page(_MOST_QUESTIONS))
    return [
        request
        for request in reversed(pending)
        if user.id in request.respondents and user.id not in unit.feedback.approvers(request.id)
    ]


def heed_wish(unit: Unit, enqueue: Enqueue, session: Session, message: Message) -> None:
    """Moves the conversation when a person's message asks for that and for nothing else."""
    facts = enqueue.facts()
    wish = channel_wish(message.text, facts)
    if wish is None or message.author.kind != USER:
        return
    user = unit.people.users([message.author.id])[message.author.id]
    if any(request.kind in _WRITTEN for request in pending_for(unit, session, user)):
        return  # it may be the answer
    if choose(user, [wish], facts, is_present=True) is None:
        reason = unreachable_reason(user, [wish], facts)
        text = f"This conversation stays here, because {wish} cannot reach you ({reason})."
        if message.channel in facts and message.channel != WEBSOCKET:
            enqueue(unit, [_about_session(session, user, message.channel, text, "a wish failed")])
        return
    switch(unit, enqueue, session, wish, by=message.author, asked_in=message.id)


def _about_session(session: Session, user: User, channel: str, text: str, why: str) -> Parcel:
    return Parcel(
        kind=Kind.NOTICE,
        session=session,
        user=user,
        subject_id=session.id,
        position=session.last_seq,
        wanted=channel,
        text=text,
        why=why,
    )
