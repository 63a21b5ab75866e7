"""People."""

from __future__ import annotations

from pydantic import Field

from parley_gateway.models.base import ChannelName, Id, Line, Received, Shown


class NewUser(Received):
    """A person to create."""

    name: Line = Field(min_length=1, max_length=100, examples=["Ann Meyer"])
    email: Line | None = Field(None, max_length=254, examples=["ann@example.com"])
    slack_user_id: Id | None = None
    slack_team_id: Id | None = None
    timezone: Line | None = Field(None, max_length=64, examples=["Europe/Berlin"])


class User(Shown):
    """A person."""

    id: str = Field(examples=["usr_06eh"])
    name: str
    email: str | None
    slack_user_id: str | None
    slack_team_id: str | None
    timezone: str | None
    created_at: str


class QuietHours(Received):
    """A daily time without deliveries, in the person's time zone; may pass midnight."""

    start: str = Field(pattern=r"^([01]\d|2[0-3]):[0-5]\d$", examples=["22:00"])
    end: str = Field(pattern=r"^([01]\d|2[0-3]):[0-5]\d$", examples=["07:00"])


class Preferences(Received):
    """How a person wants to be reached; an empty list means the default order."""

    channels: list[ChannelName] = Field(max_length=32, examples=[["slack", "gmail", "websocket"]])
    quiet_hours: QuietHours | None = None


class TokenWish(Received):
    """How long a token shall hold."""

    lifetime_seconds: int | None = Field(None, ge=60, le=86_400)


class Token(Shown):
    """A user's token."""

    token: str
    expires_at: str


class Revoked(Shown):
    """How many tokens were revoked."""

    revoked: int


class BrowserToken(Received):
    """A user's token, to be kept in a cookie."""

    token: str = Field(min_length=1, max_length=512)


class Person(Shown):
    """Somebody, short."""

    id: str
    name: str


class BrowserSession(Shown):
    """Who is signed in."""

    user: Person


class ConsoleKey(Received):
    """The operator's key."""

    key: str = Field(min_length=1, max_length=512)


class ConsoleSession(Shown):
    """The operator is signed in."""

    role: str = Field(examples=["admin"])
    expires_at: str
