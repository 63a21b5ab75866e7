"""What the Gmail service reads from the environment."""

from __future__ import annotations

import os
from datetime import timedelta
from ipaddress import ip_address
from pathlib import Path
from typing import Final
from urllib.parse import urlsplit

from pydantic import Field, SecretStr, field_validator

from parley_kit.adapter.settings import AdapterSettings

GOOGLES_API: Final = "https://gmail.googleapis.com/"
PUSHED_POLL_SECONDS: Final = 60.0
POLL_SECONDS: Final = 10.0


class GmailSettings(AdapterSettings):
    """Settings of the Gmail service; names and defaults as in docs/reference/settings.md."""

    port: int = Field(default=50051, validation_alias="PARLEY_GMAIL_PORT")
    database_url: str = Field(default="sqlite:///parley-gmail.db", validation_alias="DATABASE_URL")

    client_id: str = Field(default="", validation_alias="GMAIL_CLIENT_ID")
    client_secret: SecretStr = Field(default=SecretStr(""), validation_alias="GMAIL_CLIENT_SECRET")
    redirect_uri: str = Field(default="", validation_alias="GMAIL_REDIRECT_URI")

    pubsub_topic: str = Field(default="", validation_alias="GMAIL_PUBSUB_TOPIC")
    pubsub_audience: str = Field(default="", validation_alias="GMAIL_PUBSUB_AUDIENCE")
    pubsub_service_account: str = Field(default="", validation_alias="GMAIL_PUBSUB_SERVICE_ACCOUNT")
    delivered_after_seconds: float = Field(
        default=600, ge=0, validation_alias="GMAIL_DELIVERED_AFTER_SECONDS"
    )
    daily_messages: int = Field(default=2000, ge=4, validation_alias="GMAIL_DAILY_MESSAGES")
    poll_seconds: float | None = Field(default=None, gt=0, validation_alias="GMAIL_POLL_SECONDS")

    api_url: str = Field(default=GOOGLES_API, validation_alias="GMAIL_API_URL")
    authorize_url: str = Field(
        default="https://accounts.google.com/o/oauth2/v2/auth",
        validation_alias="GOOGLE_AUTHORIZE_URL",
    )
    token_url: str = Field(
        default="https://oauth2.googleapis.com/token", validation_alias="GOOGLE_TOKEN_URL"
    )
    revoke_url: str = Field(
        default="https://oauth2.googleapis.com/revoke", validation_alias="GOOGLE_REVOKE_URL"
    )
    userinfo_url: str = Field(
        default="https://openidconnect.googleapis.com/v1/userinfo",
        validation_alias="GOOGLE_USERINFO_URL",
    )
    certs_url: str = Field(
        default="https://www.googleapis.com/oauth2/v1/certs", validation_alias="GOOGLE_CERTS_URL"
    )

    template_dir: Path | None = Field(default=None, validation_alias="GMAIL_TEMPLATE_DIR")

    @field_validator("poll_seconds", "template_dir", mode="before")
    @classmethod
    def _unset_when_empty(cls, value: object) -> object:
        return None if value == "" else value

    @field_validator("api_url")
    @classmethod
    def _with_slash(cls, value: str) -> str:
        return value.rstrip("/") + "/"

    @field_validator("authorize_url", "token_url")
    @classmethod
    def _unreadable_on_the_way(cls, value: str) -> str:
        if is_plain_http(value) and not is_near(urlsplit(value).hostname or ""):
            raise ValueError("sends secrets in clear over http; use https, or an emulator nearby")
        return value

    @property
    def callback_url(self) -> str:
        """Where Google sends the browser back to; must be registered there, letter by letter."""
        return self.redirect_uri or f"{self.public_url}/api/channels/gmail/callback"

    @property
    def missing_credentials(self) -> list[str]:
        """The names that must be set before a mailbox can be connected."""
        given = {
            "GMAIL_CLIENT_ID": bool(self.client_id),
            "GMAIL_CLIENT_SECRET": bool(self.client_secret.get_secret_value()),
        }
        return [name for name, is_given in given.items() if not is_given]

    @property
    def delivered_after(self) -> timedelta:
        """How long no bounce must have come before a mail counts as delivered."""
        return timedelta(seconds=self.delivered_after_seconds)

    @property
    def takes_pushes(self) -> bool:
        """Whether Pub/Sub pushes can be verified; both values are needed for it."""
        return bool(self.pubsub_audience and self.pubsub_service_account)

    @property
    def poll_interval_seconds(self) -> float:
        """How often mailboxes are polled; slowly where pushes tell of news."""
        if self.poll_seconds is not None:
            return self.poll_seconds
        is_pushed = bool(self.pubsub_topic) and self.takes_pushes
        return PUSHED_POLL_SECONDS if is_pushed else POLL_SECONDS


def is_plain_http(url: str) -> bool:
    """Whether a URL is not encrypted."""
    return urlsplit(url).scheme == "http"


def is_near(host: str) -> bool:
    """Whether a host is this machine, a container beside it, or in a private network."""
    if "." not in host and ":" not in host:
        return True  # localhost, or a name that only a container network knows
    try:
        return ip_address(host).is_private
    except ValueError:
        return host.endswith(".localhost")


def set_up_oauthlib(settings: GmailSettings) -> None:
    """Tells oauthlib what it reads from nowhere but the environment.

    Google names scopes otherwise than it was asked (``email`` comes back as a URL) and people may
    untick some, so a changed scope is no error; an emulator is reached without TLS.
    """
    switches = ["OAUTHLIB_RELAX_TOKEN_SCOPE"]
    if is_plain_http(settings.authorize_url) or is_plain_http(settings.token_url):
        switches.append("OAUTHLIB_INSECURE_TRANSPORT")
    os.environ.update(dict.fromkeys(switches, "1"))  # noqa: TID251  # this is the settings module
