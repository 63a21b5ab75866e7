"""What every service reads from the environment; each service's settings.py adds its own."""

from __future__ import annotations

from pathlib import Path
from typing import Annotated

from pydantic import Field, SecretStr, field_validator
from pydantic_settings import BaseSettings, NoDecode, SettingsConfigDict

from parley_kit.sealing import Secret

SECRETS_DIR = Path("/run/secrets")
MIN_KEY_CHARACTERS = 32


class ServiceSettings(BaseSettings):
    """Settings that all services share. `.env` and files in `/run/secrets` are read too."""

    model_config = SettingsConfigDict(
        frozen=True,
        extra="ignore",
        env_file=".env",
        secrets_dir=SECRETS_DIR if SECRETS_DIR.is_dir() else None,
        populate_by_name=True,
    )

    host: str = Field(default="127.0.0.1", validation_alias="PARLEY_HOST")
    public_url: str = Field(default="http://127.0.0.1:8000", validation_alias="PARLEY_PUBLIC_URL")
    secret_keys: Annotated[list[SecretStr], NoDecode] = Field(
        default_factory=list, validation_alias="PARLEY_SECRET_KEYS"
    )
    service_token: SecretStr = Field(default=SecretStr(""), validation_alias="PARLEY_SERVICE_TOKEN")
    reflection: bool = Field(default=True, validation_alias="PARLEY_REFLECTION")
    tls_cert: Path | None = Field(default=None, validation_alias="PARLEY_TLS_CERT")
    tls_key: Path | None = Field(default=None, validation_alias="PARLEY_TLS_KEY")
    tls_ca: Path | None = Field(default=None, validation_alias="PARLEY_TLS_CA")
    log_level: str = Field(default="info", validation_alias="PARLEY_LOG_LEVEL")
    log_format: str = Field(default="auto", validation_alias="PARLEY_LOG_FORMAT")
    crash_at: str = Field(default="", validation_alias="PARLEY_CRASH_AT")

    @field_validator("secret_keys", mode="before")
    @classmethod
    def _split(cls, value: object) -> object:
        return (
            [part.strip() for part in value.split(",") if part.strip()]
            if isinstance(value, str)
            else value
        )

    @field_validator("secret_keys")
    @classmethod
    def _long_enough(cls, value: list[SecretStr]) -> list[SecretStr]:
        if any(len(key.get_secret_value()) < MIN_KEY_CHARACTERS for key in value):
            raise ValueError(
                f"every key needs at least {MIN_KEY_CHARACTERS} characters; "
                "make one with `openssl rand -base64 32`"
            )
        return value

    @field_validator("public_url")
    @classmethod
    def _without_slash(cls, value: str) -> str:
        return value.rstrip("/")

    @property
    def keys(self) -> list[Secret]:
        """The sealing and signing keys, newest first."""
        return [Secret(key.get_secret_value()) for key in self.secret_keys]


def channel_addresses(text: str) -> dict[str, str]:
    """``gmail=host:port,slack=host:port`` as a mapping in the same order.

    Raises:
        ValueError: An entry has no name or no address, or a name comes twice.
    """
    found: dict[str, str] = {}
    for entry in filter(None, (part.strip() for part in text.split(","))):
        name, _, address = entry.partition("=")
        if not name or ":" not in address or name in found:
            raise ValueError(f"PARLEY_CHANNELS: {entry!r} is not `name=host:port`, once a name")
        found[name] = address
    return found
