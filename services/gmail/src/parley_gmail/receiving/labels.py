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


def is_worth_fetching(labels: Collection[str], *, is_personal: bool) -> bool:
    """Whether a message that was just added may be heard; INBOX can still be added to it."""
    return is_heard({*labels, "INBOX"}, is_personal=is_personal)
