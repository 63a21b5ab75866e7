"""Who a channel's sender is."""

from __future__ import annotations

from parley_orchestrator.domain.people import Sender, User, is_same_person
from parley_orchestrator.ports import Unit


def recognise(unit: Unit, sender: Sender) -> dict[str, User]:
    """The users whose verified addresses these are, newest first; one person may be several.

    Who was known by e-mail alone is known by their account on the channel from then on.
    """
    users = {
        user.id: user for user in unit.people.users_like(sender) if is_same_person(user, sender)
    }
    for user in users.values():
        if not user.slack_user_id and sender.assurance:
            unit.people.learn(user.id, sender.addresses)
    return users
