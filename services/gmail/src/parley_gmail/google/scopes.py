"""What Parley asks Google for, and how people are told what they did not allow."""

from __future__ import annotations

from collections.abc import Collection, Iterable

COMPOSE = "https://www.googleapis.com/auth/gmail.compose"
READONLY = "https://www.googleapis.com/auth/gmail.readonly"
# `openid` and `email` tell whose mailbox it is; drafts need compose; replies need readonly.
SCOPES = ("openid", "email", COMPOSE, READONLY)
# As Google's page puts them, with what each is for.
_NEEDED = {
    COMPOSE: "“Manage drafts and send emails” (gmail.compose), to send you questions",
    READONLY: "“View your email messages and settings” (gmail.readonly), to read your answers",
}


def missing_scopes(granted: Collection[str]) -> list[str]:
    """The scopes that sending and hearing need and that were not granted."""
    return [scope for scope in _NEEDED if scope not in granted]


def scopes_sentence(missing: Iterable[str]) -> str:
    """What was not ticked on Google's page, in its words."""
    boxes = " and ".join(_NEEDED[scope] for scope in missing)
    return f"Not allowed on Google's page: {boxes}. Connect again and tick every box."
