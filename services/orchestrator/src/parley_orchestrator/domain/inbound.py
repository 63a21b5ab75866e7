"""What channels hear: texts, clicks, reports, choices; and the verdict on each."""

from __future__ import annotations

from dataclasses import dataclass
from enum import IntEnum
from typing import Any

from parley_orchestrator.domain.people import Sender
from parley_orchestrator.domain.talks import Talk


class Verdict(IntEnum):
    """What became of an item, by the contract's number."""

    ACCEPTED = 1
    DUPLICATE = 2
    LATE = 3
    REFUSED = 4
    UNROUTED = 5
    UNCLEAR = 6
    LATER = 7
    CHOOSE = 8


@dataclass(frozen=True)
class Text:
    """Somebody wrote.

    Attributes:
        decision: What the text clearly states, else empty.
        session_id: The session that the sender chose; empty for none.
        can_ask: The channel asks the sender where it is not clear which conversation is meant.
        decides_nothing: It was passed on rather than written as an answer.
        is_from_list: A mailing list sent it on, so nobody is told what became of it.
    """

    text: str
    delivery_id: str = ""
    reply_token: str = ""
    decision: str = ""
    omitted: str = ""
    session_id: str = ""
    can_ask: bool = False
    decides_nothing: bool = False
    is_from_list: bool = False


@dataclass(frozen=True)
class Click:
    """Somebody used a card's control.

    Attributes:
        refusal: Why the channel does not vouch for the gesture; empty when it does.
        is_from_overview: It was given where the person sees all their requests, without a card.
        unconfirmed_at: Where the card was used, when the channel does not know yet that it is there.
    """

    request_id: str
    value: Any
    comment: str
    card_delivery_id: str
    digest: str
    is_edited: bool = False
    edited_action: Any = None
    refusal: str = ""
    is_from_overview: bool = False
    unconfirmed_at: str = ""


@dataclass(frozen=True)
class Report:
    """The provider reports on a delivery: delivered, read, bounced_hard or bounced_soft."""

    delivery_id: str
    state: str
    code: str
    detail: str


@dataclass(frozen=True)
class ConnectionChanged:
    """A connection came, went or changed.

    Attributes:
        user_id: Whose own account it is; empty for a shared one.
        needs_reconnecting: Only a person can bring it back.
        detail: What happened and what to do.
    """

    connection_id: str
    user_id: str = ""
    needs_reconnecting: bool = False
    display_name: str = ""
    detail: str = ""


@dataclass(frozen=True)
class Choice:
    """Somebody chose where to be reached; an empty session means everywhere."""

    channel: str
    session_id: str


Content = Text | Click | Report | ConnectionChanged | Choice


@dataclass(frozen=True)
class Item:
    """One thing that a channel heard."""

    channel: str
    inbound_id: str
    sender: Sender
    content: Content


@dataclass(frozen=True)
class Heard:
    """What became of an item.

    Attributes:
        detail: For people.
        session_id: The session that a text went to.
        choices: With CHOOSE, the conversations that it may belong to, likeliest first.
        tells_sender: Nobody else tells the sender; the channel shall, where it can.
        is_sender_unknown: Nobody has these addresses; with more of them it may be heard again.
    """

    verdict: Verdict
    detail: str = ""
    session_id: str = ""
    choices: tuple[Talk, ...] = ()
    tells_sender: bool = False
    is_sender_unknown: bool = False
