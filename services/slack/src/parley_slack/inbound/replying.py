"""Says things back to people: asks which conversation a text is for, and tells why one is lost."""

from __future__ import annotations

import asyncio
from datetime import timedelta

from parley_kit.adapter.provider import DeliveryFailedError
from parley_kit.adapter.replies import CONCLUDED, Replies, Reply
from parley_kit.errors import ServiceError
from parley_kit.logs import get_logger
from parley_slack.rendering.question import concluded_post, note_post, question_post
from parley_slack.sending.direct import DirectMessages
from parley_slack.sending.references import parse_handle
from parley_slack.workspaces.failures import PERMANENT, REJECTED

log = get_logger(__name__)
_IDLE_SECONDS = 5.0
_AGAIN = timedelta(seconds=5)
_LONGEST = timedelta(minutes=5)


class Replying:
    """A task that says what is due; what could not be said is said later."""

    def __init__(self, replies: Replies, messages: DirectMessages) -> None:
        self._replies = replies
        self._messages = messages

    async def run(self) -> None:
        """Works until cancelled."""
        while True:
            try:
                if not await self._turn():
                    await self._wait()
            except ServiceError as error:
                log.warning("replies wait", reason=error.message)
                await asyncio.sleep(_AGAIN.total_seconds())

    async def _wait(self) -> None:
        try:
            await asyncio.wait_for(self._replies.changed.wait(), _IDLE_SECONDS)
        except TimeoutError:
            return
        self._replies.changed.clear()

    async def _turn(self) -> bool:
        due = await self._replies.take()
        await asyncio.gather(*(self._say(reply) for reply in due))
        return bool(due)

    async def _say(self, reply: Reply) -> None:
        try:
            await self._said(reply)
        except DeliveryFailedError as failure:
            log.warning("a person could not be told", code=failure.code, state=reply.state)
            if failure.failure_class in {PERMANENT, REJECTED}:
                await self._replies.done([reply.inbound_id])
                return
            await self._replies.later(reply.inbound_id, failure.retry_after or _pause(reply))
        except ServiceError as error:
            log.warning("a reply waits", reason=error.message)
            await self._replies.later(reply.inbound_id, _pause(reply))
        except Exception:
            log.exception("a reply cannot be said")
            await self._replies.later(reply.inbound_id, _LONGEST)

    async def _said(self, reply: Reply) -> None:
        connection_id, user_id = _to_whom(reply)
        if reply.state == CONCLUDED:
            await self._conclude(reply)
            return
        post = question_post(reply) if reply.choices else note_post(reply)
        handle = await self._messages.say_once(
            connection_id, user_id, _name(reply), post, is_again=reply.tries > 0
        )
        if reply.choices:
            await self._replies.asked(reply.inbound_id, str(handle))
        else:
            await self._replies.done([reply.inbound_id])

    async def _conclude(self, reply: Reply) -> None:
        """Makes the question show what became of it."""
        handle = parse_handle(reply.provider_ref)
        if handle is None:
            handle = await self._messages.find(*_to_whom(reply), _name(reply))
        if handle is not None:
            connection_id, _ = _to_whom(reply)
            await self._messages.edit(connection_id, handle, concluded_post(reply))
        await self._replies.done([reply.inbound_id])


def _pause(reply: Reply) -> timedelta:
    doubled: timedelta = _AGAIN * 2 ** min(reply.tries, 10)
    return min(doubled, _LONGEST)


def _to_whom(reply: Reply) -> tuple[str, str]:
    sender = reply.item.sender
    return sender.connection_id, sender.addresses.get("slack_user_id", "")


def _name(reply: Reply) -> str:
    """The mark by which the message is found again."""
    return f"reply/{reply.inbound_id}"
