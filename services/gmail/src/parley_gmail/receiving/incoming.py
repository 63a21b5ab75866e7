"""A mail in a mailbox to an item for the orchestrator."""

from __future__ import annotations

import asyncio
import base64
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from typing import Any

from parley.common.v1 import feedback_pb2
from parley.orchestrator.v1 import inbox_pb2
from parley_gmail.mailboxes import email_of
from parley_gmail.reading.bounces import HARD, Bounce
from parley_gmail.reading.reader import AUTO_REPLY, REPLY, Reading, read
from parley_gmail.receiving.quoted import gave_up, quoted_deliveries
from parley_gmail.sending import thread_reference
from parley_kit.adapter.connections import Account
from parley_kit.adapter.ledger import Ledger, LedgerEntry
from parley_kit.clock import to_timestamp
from parley_kit.logs import get_logger

log = get_logger(__name__)
MAX_TEXT_CHARACTERS = 50_000
_EPOCH = datetime(1970, 1, 1, tzinfo=UTC)


@dataclass(frozen=True)
class Arrived:
    """A message as ``messages.get format=raw`` gives it."""

    message_id: str
    thread_id: str
    labels: frozenset[str]
    received_at: datetime
    raw: bytes


def arrived(message: Mapping[str, Any]) -> Arrived:
    """Decodes the API's answer."""
    encoded = str(message["raw"])
    return Arrived(
        message_id=message["id"],
        thread_id=message.get("threadId", ""),
        labels=frozenset(message.get("labelIds", ())),
        received_at=_EPOCH + timedelta(milliseconds=int(message.get("internalDate", 0))),
        raw=base64.urlsafe_b64decode(encoded + "=" * (-len(encoded) % 4)),
    )


def inbound_id(account: Account, message_id: str) -> str:
    """The item's id: one a message, however often a mailbox is connected."""
    return f"{email_of(account)}/{message_id}"


class Incoming:
    """Reads mails and finds what they answer."""

    def __init__(self, ledger: Ledger) -> None:
        self._ledger = ledger

    async def item(self, account: Account, mail: Arrived) -> inbox_pb2.InboundItem | None:
        """The item; None for what nobody wrote to us."""
        mailbox = email_of(account)
        reading = await asyncio.to_thread(
            read, mail.raw, mailbox
        )  # a long HTML mail takes a second
        if is_own(reading, account) or reading.kind == AUTO_REPLY:
            log.info(
                "a mail was dropped",
                kind=reading.kind,
                inbound=inbound_id(account, mail.message_id),
            )
            return None
        if reading.bounce is not None:
            return await self._report(account, mail, reading.bounce)
        delivery_id = await self._answered(reading, mail, mailbox)
        if account.user_id and not (delivery_id or reading.token):
            return None  # a person's own mailbox: what is not about us is not ours to read
        item = _item(account, mail)
        item.sender.CopyFrom(sender_of(account, mail, reading))
        item.text.CopyFrom(
            inbox_pb2.InboundText(
                text=reading.text[:MAX_TEXT_CHARACTERS],
                delivery_id=delivery_id,
                reply_token=reading.token,
                decision=reading.decision,
                omitted=reading.omitted,
                decides_nothing=reading.kind != REPLY,
                is_from_list=reading.is_listed,
            )
        )
        return item

    async def _answered(self, reading: Reading, mail: Arrived, mailbox: str) -> str:
        """The delivery that a mail answers; whether its writer may is judged where users are known.

        It is the mail named last, any named, else the thread's last, else one that is quoted.
        """
        named = (reading.in_reply_to, *reversed(reading.references))
        thread = thread_reference(mailbox, mail.thread_id)
        for reference in dict.fromkeys(filter(None, (*named, thread))):
            if found := await self._ledger.find_by_references([reference]):
                return found[0].claim.delivery_id
        if reading.token:
            return ""  # it says more than a quotation does
        for delivery_id in await asyncio.to_thread(quoted_deliveries, mail.raw):
            if await self._ledger.find(delivery_id):
                return delivery_id
        return ""

    async def _report(
        self, account: Account, mail: Arrived, bounce: Bounce
    ) -> inbox_pb2.InboundItem | None:
        entry = await self._bounced(bounce, thread_reference(email_of(account), mail.thread_id))
        if entry is None or not is_sent_from(entry, account):
            log.info("a bounce of an unknown mail", inbound=inbound_id(account, mail.message_id))
            return None
        item = _item(account, mail)
        item.sender.connection_id = account.connection_id
        item.report.CopyFrom(
            inbox_pb2.DeliveryReport(
                delivery_id=entry.claim.delivery_id,
                state=HARD if gave_up(mail.raw) else bounce.state,
                code=bounce.code,
                detail=f"The mail to {bounce.recipient or 'the person'} came back. {bounce.detail}",
            )
        )
        return item

    async def _bounced(self, bounce: Bounce, thread: str) -> LedgerEntry | None:
        by_header = await self._ledger.find(bounce.delivery_id) if bounce.delivery_id else None
        if by_header is not None:
            return by_header
        for reference in (*bounce.message_ids, thread):
            if found := await self._ledger.find_by_references([reference]):
                return found[0]
        return None


def is_own(reading: Reading, account: Account) -> bool:
    """Whether we sent it; never answered, so that two Parleys cannot talk to each other for ever."""
    if reading.delivery_id:
        return True
    return not account.user_id and reading.sender == email_of(account)


def is_sent_from(entry: LedgerEntry, account: Account) -> bool:
    """Whether the mailbox sent it; one that belongs to a person tells nothing of others' mails."""
    details = entry.claim.details
    sender = entry.sent.connection_id if entry.sent else details.get("connection_id")
    return bool(sender == account.connection_id)


def sender_of(account: Account, mail: Arrived, reading: Reading) -> inbox_pb2.Sender:
    """Who wrote: sure only where DMARC passed in the shared mailbox, or its owner sent it.

    Into a mailbox of their own, people can put any mail with any header (``messages.insert``), so
    it vouches for nobody but its owner.
    """
    if account.user_id:
        is_sure = "SENT" in mail.labels and reading.sender == email_of(account)
    else:
        is_sure = bool(reading.sender) and reading.dmarc == "pass"
    return inbox_pb2.Sender(
        addresses={"email": reading.sender} if reading.sender else {},
        connection_id=account.connection_id,
        assurance=feedback_pb2.ASSURANCE_REPLY if is_sure else feedback_pb2.ASSURANCE_UNSPECIFIED,
    )


def _item(account: Account, mail: Arrived) -> inbox_pb2.InboundItem:
    return inbox_pb2.InboundItem(
        channel="gmail",
        inbound_id=inbound_id(account, mail.message_id),
        received_at=to_timestamp(mail.received_at),
    )
