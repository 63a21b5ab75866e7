"""A mailbox or workspace came, went or broke; whose own it is hears of a break elsewhere."""

from __future__ import annotations

from dataclasses import replace

from parley_kit.ids import new_id
from parley_orchestrator.domain.conversation import (
    MESSAGE_CREATED,
    SYSTEM,
    Author,
    Message,
    NewEvent,
    Session,
)
from parley_orchestrator.domain.delivery import Kind
from parley_orchestrator.domain.inbound import ConnectionChanged, Heard, Item, Verdict
from parley_orchestrator.domain.people import User
from parley_orchestrator.domain.routing import order_for
from parley_orchestrator.domain.views import message_view
from parley_orchestrator.ports import Unit
from parley_orchestrator.use_cases.enqueue import Enqueue, Parcel
from parley_orchestrator.use_cases.publish import publish

_PARLEY = Author(SYSTEM, "", "Parley")
_LOOKED_AT = 50


def hear_connection(
    unit: Unit, enqueue: Enqueue, item: Item, change: ConnectionChanged, public_url: str
) -> Heard:
    """Has the channel's health asked for; says in the owner's newest conversation what broke.

    The channel hands a break in once, so it is said once. A shared connection's break is the
    operator's to see, on the console and in the channel's health.
    """
    unit.hint(f"connection:{item.channel}")
    owner = unit.people.users([change.user_id]).get(change.user_id) if change.user_id else None
    if owner is None or not change.needs_reconnecting:
        return Heard(Verdict.ACCEPTED)
    session = _conversation(unit, owner)
    if session is None:
        return Heard(Verdict.ACCEPTED, "its owner takes part in no conversation")
    text = _text(item.channel, change, owner, public_url)
    _say(unit, enqueue, session, owner, text, item.channel)
    return Heard(Verdict.ACCEPTED, "its owner is told")


def _conversation(unit: Unit, owner: User) -> Session | None:
    """The newest that they have with an agent alone, else the newest."""
    ids = unit.conversations.sessions_of([owner.id], _LOOKED_AT)
    known = unit.conversations.sessions(ids)
    sessions = [known[session_id] for session_id in ids]
    alone = [session for session in sessions if session.user_ids == [owner.id]]
    return next(iter(alone or sessions), None)


def _text(channel: str, change: ConnectionChanged, owner: User, public_url: str) -> str:
    account = " ".join(filter(None, (channel.capitalize(), "account", change.display_name)))
    link = f"{public_url}/api/channels/{channel}/auth?user_id={owner.id}"
    return (
        f"{owner.name}, your {account} is no longer connected to Parley. {change.detail}\n\n"
        f"[Connect it again]({link})"
    )


def _say(
    unit: Unit, enqueue: Enqueue, session: Session, owner: User, text: str, broken: str
) -> None:
    """A message of Parley itself, to this person, by any channel but the broken one."""
    message = Message(
        id=new_id("msg", unit.now),
        session_id=session.id,
        seq=0,
        author=_PARLEY,
        text=text,
        reply_to="",
        metadata={},
        channel=broken,
        created_at=unit.now,
    )
    event = NewEvent(
        session.id, MESSAGE_CREATED, lambda seq: message_view(replace(message, seq=seq))
    )
    seq = publish(unit, [event])[0].seq
    unit.conversations.add_messages([replace(message, seq=seq)])
    order = order_for(owner, session.channel, "", enqueue.facts())
    parcel = Parcel(
        kind=Kind.MESSAGE,
        session=session,
        user=owner,
        subject_id=message.id,
        position=seq,
        order=tuple(name for name in order if name != broken),
        why=f"{broken} has to be connected again",
    )
    enqueue(unit, [parcel])
