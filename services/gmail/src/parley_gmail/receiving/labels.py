"""Which mail is heard, by Gmail's labels."""

from __future__ import annotations

from collections.abc import Collection

_NEVER = {"DRAFT", "SPAM", "TRASH", "CHAT"}


def is_heard(labels: Collection[str], *, is_personal: bool) -> bool:
    """Whether a message may be an answer.

    What the shared mailbox sent itself is not. In a person's own mailbox, our mails to them are
    mails to themselves, and so are their replies: those carry both SENT and INBOX.
    """
    if not _NEVER.isdisjoint(labels):
        return False
    return "SENT" not in labels or (is_personal and "INBOX" in labels)
