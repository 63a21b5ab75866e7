"""Somebody chose, inside a channel, where to be reached."""

from __future__ import annotations

from dataclasses import replace

from parley_orchestrator.domain.conversation import Author
from parley_orchestrator.domain.inbound import Choice, Heard, Item, Verdict
from parley_orchestrator.ports import Unit
from parley_orchestrator.use_cases.authorise import USER
from parley_orchestrator.use_cases.enqueue import Enqueue
from parley_orchestrator.use_cases.recognise import recognise
from parley_orchestrator.use_cases.register import tell_preferences, with_default_order
from parley_orchestrator.use_cases.switch_channel import switch


def hear_choice(unit: Unit, enqueue: Enqueue, item: Item, choice: Choice) -> Heard:
    """Puts the channel first for one session, or for the person everywhere."""
    users = recognise(unit, item.sender)
    if choice.channel not in enqueue.facts() or not users or not item.sender.assurance:
        told = "the person or the channel is not known"
        return Heard(Verdict.REFUSED, told, is_sender_unknown=not users)
    if choice.session_id:
        session = unit.conversations.sessions([choice.session_id]).get(choice.session_id)
        member = next((u for u in users.values() if session and u.id in session.user_ids), None)
        if session is None or member is None:
            return Heard(Verdict.REFUSED, "the person does not take part in that session")
        by = Author(USER, member.id, member.name)
        switch(unit, enqueue, session, choice.channel, by=by)
        return Heard(Verdict.ACCEPTED)
    for user in users.values():
        usual = with_default_order(user.preferences, enqueue.facts())
        rest = [name for name in usual.channels if name != choice.channel]
        preferences = replace(usual, channels=(choice.channel, *rest))
        unit.people.set_preferences(user.id, preferences)
        tell_preferences(unit, user.id, preferences)
    return Heard(Verdict.ACCEPTED)
