"""The handle of a mail thread, as the orchestrator keeps it for us."""

from __future__ import annotations

from dataclasses import dataclass, replace

import orjson


@dataclass(frozen=True)
class MailThread:
    """A thread so far.

    Attributes:
        connection_id: The mailbox whose `thread_id` it is.
        thread_id: Gmail's; threads the sender's side only.
        subject: Of the first mail; Gmail threads only what has the same.
        message_ids: Real Message-IDs, first and last; they thread the recipient's side.
        unread_id: Gmail's id of a mail whose Message-ID could not be read yet, or empty.
    """

    connection_id: str = ""
    thread_id: str = ""
    subject: str = ""
    message_ids: tuple[str, ...] = ()
    unread_id: str = ""

    def with_message(self, message_id: str) -> MailThread:
        """The thread after one more mail; keeps the first id and the last."""
        ids = dict.fromkeys((*self.message_ids[:1], message_id))
        return replace(self, message_ids=tuple(ids), unread_id="")

    def thread_id_in(self, connection_id: str) -> str:
        """The thread's id in this mailbox, empty in any other."""
        return self.thread_id if connection_id == self.connection_id else ""


def encoded(thread: MailThread) -> str:
    """The opaque text of it."""
    return orjson.dumps(
        {
            "c": thread.connection_id,
            "t": thread.thread_id,
            "s": thread.subject,
            "m": list(thread.message_ids),
            "u": thread.unread_id,
        }
    ).decode()


def decoded(text: str) -> MailThread:
    """The thread behind an opaque text; an unreadable one begins a new thread."""
    try:
        document = orjson.loads(text)
        return MailThread(
            connection_id=str(document["c"]),
            thread_id=str(document["t"]),
            subject=str(document["s"]),
            message_ids=tuple(str(item) for item in document["m"]),
            unread_id=str(document["u"]),
        )
    except (ValueError, KeyError, TypeError):
        return MailThread()
