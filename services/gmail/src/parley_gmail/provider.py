"""The channel contract for Gmail; thin: each method hands over to the noun that knows."""

from __future__ import annotations

import asyncio
from collections.abc import Callable, Sequence
from concurrent.futures import ThreadPoolExecutor
from dataclasses import replace
from importlib.metadata import version

from parley.channel.v1 import authorization_pb2, channel_pb2, outcome_pb2, webhook_pb2
from parley_gmail.authorization import Authorizations
from parley_gmail.health import Health
from parley_gmail.look_up import LookUps
from parley_gmail.mailboxes import Mailboxes
from parley_gmail.receiving.push import Pushes
from parley_gmail.sending import Postman
from parley_gmail.translate import to_connection
from parley_gmail.writing.closings import is_news
from parley_gmail.writing.headers import BadHeaderError
from parley_gmail.writing.letters import Letter, LetterWriter
from parley_gmail.writing.threads import decoded
from parley_kit.adapter.connections import Connections
from parley_kit.adapter.ledger import LedgerEntry, SentRecord
from parley_kit.adapter.provider import DeliveryFailedError, LookUp, LookUpQuery
from parley_kit.logs import get_logger

log = get_logger(__name__)
MAX_TEXT_CHARACTERS = 50_000
MAX_BATCH = 200
_VERSION = version("parley-gmail")

Request = (
    channel_pb2.SendMessageRequest
    | channel_pb2.RequestFeedbackRequest
    | channel_pb2.UpdateFeedbackRequest
)


class GmailProvider:
    """Implements `parley_kit.adapter.Provider`."""

    def __init__(
        self,
        *,
        writer: LetterWriter,
        postman: Postman,
        look_ups: LookUps,
        mailboxes: Mailboxes,
        connections: Connections,
        authorizations: Authorizations,
        health: Health,
        pushes: Pushes,
        pacing: Sequence[channel_pb2.PacingLimit],
    ) -> None:
        self._pacing = pacing
        self._writer = writer
        self._postman = postman
        self._look_ups = look_ups
        self._mailboxes = mailboxes
        self._connections = connections
        self._authorizations = authorizations
        self._health = health
        self._pushes = pushes
        self._desk = ThreadPoolExecutor(1, "letters")

    def describe(self) -> channel_pb2.DescribeResponse:
        """What Gmail can do."""
        return channel_pb2.DescribeResponse(
            channel="gmail",
            display_name="Gmail",
            address_keys=["email"],
            furthest_state="delivered",
            can_update_cards=True,
            needs_answer_links=True,
            can_look_up=True,
            feedback_kinds=["approval", "choice", "text", "comment"],
            max_text_characters=MAX_TEXT_CHARACTERS,
            max_batch_size=MAX_BATCH,
            version=_VERSION,
            pacing_limits=self._pacing,
        )

    def details_of_card(self, request: channel_pb2.RequestFeedbackRequest) -> dict[str, str]:
        """To whom the card went, and what it showed."""
        return {"email": request.recipient.addresses["email"], "digest": request.card.digest}

    async def send_message(self, request: channel_pb2.SendMessageRequest) -> SentRecord:
        """Sends a message."""
        check_length(request.text)
        return await self._send(request, lambda: self._writer.message(request))

    async def send_card(self, request: channel_pb2.RequestFeedbackRequest) -> SentRecord:
        """Sends a question."""
        check_length(request.card.prompt + request.card.action_json)
        return await self._send(request, lambda: self._writer.card(request))

    async def update_card(
        self, request: channel_pb2.UpdateFeedbackRequest, card: LedgerEntry | None
    ) -> SentRecord:
        """A mail cannot be changed, so a short one in the same thread says how it ended.

        Where the reader knows that already, there is none.
        """
        stored = card.sent if card else None
        thread_ref = request.conversation.thread_ref or (stored.thread_ref if stored else "")
        if stored and not is_news(request.card, request.recipient.user_id):
            return replace(stored, thread_ref=thread_ref, presumed_delivered_at=None)
        thread = decoded(thread_ref)
        return await self._send(request, lambda: self._writer.resolution(request, thread))

    async def _send(self, request: Request, write: Callable[[], Letter]) -> SentRecord:
        if not request.recipient.addresses["email"]:
            raise DeliveryFailedError(
                outcome_pb2.FAILURE_CLASS_PERMANENT, "no_address", "This person has no e-mail."
            )
        try:
            letter = await self._written(write)
        except BadHeaderError as error:
            raise bad_header(error) from error
        except Exception as error:  # nothing was sent; an operator's template can fail in any way
            log.exception("a mail could not be written")
            raise unwritable(error) from error
        account = await self._mailboxes.sender_for(
            request.recipient.user_id, request.conversation.connection_id
        )
        return await self._postman.send(letter, account)

    async def _written(self, write: Callable[[], Letter]) -> Letter:
        """In one thread beside the loop: a batch of mails would hold up everybody else."""
        return await asyncio.get_running_loop().run_in_executor(self._desk, write)

    async def look_up(self, query: LookUpQuery) -> LookUp:
        """Asks the mailbox."""
        return await self._look_ups.look_up(query.entry)

    async def check_health(self) -> channel_pb2.CheckHealthResponse:
        """The mailboxes' state."""
        return await self._health.check()

    async def start_authorization(
        self, request: channel_pb2.StartAuthorizationRequest
    ) -> channel_pb2.StartAuthorizationResponse:
        """Begins OAuth."""
        return await self._authorizations.start(request)

    async def complete_authorization(
        self, request: channel_pb2.CompleteAuthorizationRequest
    ) -> authorization_pb2.Connection:
        """Ends OAuth."""
        account = await self._authorizations.complete(
            dict(request.parameters), request.browser_binding
        )
        return to_connection(account)

    async def refresh_authorization(self, connection_id: str) -> list[authorization_pb2.Connection]:
        """Refreshes tokens."""
        return [to_connection(each) for each in await self._authorizations.refresh(connection_id)]

    async def list_authorizations(self, user_id: str) -> list[authorization_pb2.Connection]:
        """The mailboxes."""
        return [to_connection(each) for each in await self._connections.all(user_id)]

    async def revoke_authorization(self, connection_id: str) -> authorization_pb2.Connection:
        """Disconnects a mailbox."""
        return to_connection(await self._authorizations.revoke(connection_id))

    async def handle_webhook(
        self, request: webhook_pb2.HandleWebhookRequest
    ) -> webhook_pb2.HandleWebhookResponse:
        """A Pub/Sub push."""
        return await self._pushes.handle(request)


def check_length(text: str) -> None:
    """Refuses what would be clipped by mail clients anyway.

    Raises:
        DeliveryFailedError: It is too long.
    """
    if len(text) > MAX_TEXT_CHARACTERS:
        raise DeliveryFailedError(
            outcome_pb2.FAILURE_CLASS_REJECTED,
            "too_long",
            f"The text has {len(text)} characters; a mail takes {MAX_TEXT_CHARACTERS}.",
        )


def unwritable(error: Exception) -> DeliveryFailedError:
    """A template that fails on what it has to show."""
    why = f"Not sent: the mail's template failed with {type(error).__name__}; see the log."
    return DeliveryFailedError(outcome_pb2.FAILURE_CLASS_REJECTED, "template", why)


def bad_header(error: BadHeaderError) -> DeliveryFailedError:
    """A value that cannot be in a header: a bad address is the person's, the rest the sender's."""
    if error.field.startswith("recipient.addresses"):
        kind, code = outcome_pb2.FAILURE_CLASS_PERMANENT, "bad_address"
    else:
        kind, code = outcome_pb2.FAILURE_CLASS_REJECTED, "bad_header"
    return DeliveryFailedError(kind, code, f"Not sent: {error}")
