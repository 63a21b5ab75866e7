"""A person's gesture: which installation, which person, on which message or view of ours."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime

from parley_slack.inbound.origin import Origin
from parley_slack.inbound.payloads import Payload, id_at, text_at
from parley_slack.sending.references import Handle, moment_of

HOME = "home"
"""The place of a gesture on the person's App Home; others are a message's handle."""


@dataclass(frozen=True)
class Gesture:
    """What was done where, by whom.

    Attributes:
        place: ``channel:ts`` of a message, or `HOME`.
        received_at: When it arrived.
    """

    payload: Payload
    origin: Origin
    user_id: str
    place: str
    received_at: datetime

    def identity(self, action: Payload) -> str:
        """What makes one press one press: interactions carry no event id."""
        where = id_at(self.payload, "container", "message_ts") or id_at(
            self.payload, "container", "view_id"
        )
        return "/".join(
            (
                self.origin.connection_id,
                self.user_id,
                where,
                id_at(action, "action_id"),
                id_at(action, "action_ts"),
            )
        )

    def moment(self, action: Payload) -> datetime:
        """When an action was done, as Slack says; else when it arrived."""
        try:
            return moment_of(id_at(action, "action_ts"))
        except ValueError:
            return self.received_at


def gesture_of(payload: Payload, origin: Origin, now: datetime) -> Gesture:
    """The gesture of a ``block_actions`` payload."""
    is_home = text_at(payload, "view", "type") == HOME
    handle = Handle(
        id_at(payload, "container", "channel_id"), id_at(payload, "container", "message_ts")
    )
    user_id = id_at(payload, "user", "id")
    return Gesture(payload, origin, user_id, HOME if is_home else str(handle), now)


def value_of(action: Payload) -> str:
    """What a button or a select carries."""
    return text_at(action, "value") or text_at(action, "selected_option", "value")
