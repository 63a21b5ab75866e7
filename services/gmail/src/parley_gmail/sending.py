"""Sends a letter: a draft first, its id stored, then the draft is sent, once."""

from __future__ import annotations

import asyncio
import base64
import re
from collections import defaultdict
from dataclasses import replace
from datetime import datetime, timedelta
from typing import Any

from parley.channel.v1 import outcome_pb2
from parley_gmail.google.api import GmailApi
from parley_gmail.google.refusals import GoogleRefusedError, GoogleUnreachableError, failure
from parley_gmail.mailboxes import email_of
from parley_gmail.writing.letters import Letter
from parley_gmail.writing.mime import to_bytes
from parley_gmail.writing.threads import MailThread, encoded
from parley_kit import crash_points
from parley_kit.adapter.connections import Account
from parley_kit.adapter.ledger import Ledger, SentRecord
from parley_kit.adapter.provider import DeliveryFailedError
from parley_kit.clock import Clock
from parley_kit.logs import get_logger

log = get_logger(__name__)
_AT_ONCE = 10  # Gmail answers "Too many concurrent requests for user" somewhere above
_NOT_FOUND = 404
_MESSAGE_ID = re.compile(r"<[!-;=?-~]{1,900}>")


class Postman:
    """Sends letters from a mailbox. The draft makes a lost answer answerable: sending deletes it."""

    def __init__(
        self, api: GmailApi, ledger: Ledger, clock: Clock, delivered_after: timedelta
    ) -> None:
        self._api = api
        self._ledger = ledger
        self._clock = clock
        self._delivered_after = delivered_after
        self._slots: defaultdict[str, asyncio.Semaphore] = defaultdict(
            lambda: asyncio.Semaphore(_AT_ONCE)
        )

    async def send(self, letter: Letter, account: Account) -> SentRecord:
        """Sends it.

        Raises:
            DeliveryFailedError: As `refusals.failure` says.
        """
        async with self._slots[account.connection_id]:
            letter = replace(letter, thread=await self._completed(letter.thread))
            draft = await self._draft(letter, account)
            crash_points.reach("gmail.drafted")
            await self._note(letter, account, draft)
            crash_points.reach("gmail.draft_noted")
            message = await self._send(draft["id"], account.connection_id)
            crash_points.reach("gmail.draft_sent")
            message_id = await self._message_id(message["id"], account.connection_id)
        return self._record(letter, account, message, message_id)

    async def _completed(self, thread: MailThread) -> MailThread:
        """The thread with the Message-ID that could not be read when its last mail went out."""
        if not thread.unread_id:
            return thread
        message_id = await self._message_id(thread.unread_id, thread.connection_id)
        return thread.with_message(message_id) if message_id else thread

    async def _draft(self, letter: Letter, account: Account) -> dict[str, Any]:
        raw = base64.urlsafe_b64encode(to_bytes(letter, email_of(account), self._clock())).decode()
        thread_id = letter.thread.thread_id_in(account.connection_id)
        try:
            return await self._create(raw, thread_id, account.connection_id)
        except GoogleRefusedError as error:
            if not (thread_id and error.status == _NOT_FOUND):
                raise failure(error, account.connection_id, is_send=False) from error
            log.info("the thread is gone; beginning another", delivery_id=letter.delivery_id)
        except GoogleUnreachableError as error:
            raise failure(error, account.connection_id, is_send=False) from error
        return await self._draft(replace(letter, thread=_elsewhere(letter.thread)), account)

    async def _create(self, raw: str, thread_id: str, connection_id: str) -> dict[str, Any]:
        message = {"raw": raw, "threadId": thread_id} if thread_id else {"raw": raw}
        request = self._api.drafts.create(userId="me", body={"message": message})
        draft: dict[str, Any] = await self._api.call(connection_id, request)
        return draft

    async def _note(self, letter: Letter, account: Account, draft: dict[str, Any]) -> None:
        """Stores what a look-up needs; without it nothing is sent."""
        details = {
            "connection_id": account.connection_id,
            "draft_id": draft["id"],
            "thread_id": draft.get("message", {}).get("threadId", ""),
            "subject": letter.subject,
            "message_ids": list(letter.thread.message_ids),
        }
        if not await self._ledger.note(letter.delivery_id, details):
            raise DeliveryFailedError(
                outcome_pb2.FAILURE_CLASS_AMBIGUOUS,
                "superseded",
                "Another attempt took over this delivery; nothing was sent by this one.",
                connection_id=account.connection_id,
            )

    async def _send(self, draft_id: str, connection_id: str) -> dict[str, Any]:
        request = self._api.drafts.send(userId="me", body={"id": draft_id})
        try:
            message: dict[str, Any] = await self._api.call(connection_id, request)
        except (GoogleRefusedError, GoogleUnreachableError) as error:
            raise failure(error, connection_id, is_send=True) from error
        return message

    async def _message_id(self, message_id: str, connection_id: str) -> str:
        """The Message-ID that Gmail put in place of ours; empty where it cannot be read now."""
        request = self._api.messages.get(
            userId="me", id=message_id, format="metadata", metadataHeaders=["Message-ID"]
        )
        try:
            return message_id_of(await self._api.call(connection_id, request))
        except (GoogleRefusedError, GoogleUnreachableError) as error:
            log.info("a Message-ID is not known yet", reason=str(error))
            return ""

    def _record(
        self, letter: Letter, account: Account, message: dict[str, Any], message_id: str
    ) -> SentRecord:
        thread = replace(letter.thread, subject=letter.subject)
        return sent_record(
            account, message, message_id, thread, self._clock(), self._delivered_after
        )


def sent_record(
    account: Account,
    message: dict[str, Any],
    message_id: str,
    thread: MailThread,
    now: datetime,
    delivered_after: timedelta,
) -> SentRecord:
    """What is kept of a mail that went out: how to continue its thread, how replies name it."""
    thread = replace(
        thread, connection_id=account.connection_id, thread_id=message.get("threadId", "")
    )
    if message_id:
        thread = thread.with_message(message_id)
    else:
        thread = replace(thread, unread_id=message["id"])
    references = [thread_reference(email_of(account), thread.thread_id)]
    return SentRecord(
        provider_ref=message["id"],
        thread_ref=encoded(thread),
        connection_id=account.connection_id,
        sent_at=now,
        references=tuple(filter(None, [message_id, *references])),
        presumed_delivered_at=now + delivered_after,
    )


def thread_reference(email: str, thread_id: str) -> str:
    """How the ledger names a thread; thread ids are a mailbox's own."""
    return f"thread:{email}/{thread_id}"


def message_id_of(message: dict[str, Any]) -> str:
    """The Message-ID of a message in the API's metadata format; empty where it has none."""
    found = _MESSAGE_ID.search(header_of(message, "Message-ID"))
    return found[0] if found else ""


def header_of(message: dict[str, Any], name: str) -> str:
    """A header of a message in the API's metadata format; empty when it is not there."""
    headers = message.get("payload", {}).get("headers", [])
    found = (each["value"] for each in headers if each["name"].lower() == name.lower())
    return next(found, "").strip()


def _elsewhere(thread: MailThread) -> MailThread:
    return replace(thread, thread_id="", connection_id="")
