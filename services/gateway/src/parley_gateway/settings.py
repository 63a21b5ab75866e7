"""What the gateway reads from the environment."""

from __future__ import annotations

from typing import Annotated
from urllib.parse import urlsplit

from pydantic import Field, SecretStr, field_validator
from pydantic_settings import NoDecode

from parley_kit.sealing import Secret
from parley_kit.settings import ServiceSettings, channel_addresses


class GatewaySettings(ServiceSettings):
    """The gateway's settings; names as in docs/reference."""

    port: int = Field(8000, ge=0, le=65535, validation_alias="PARLEY_GATEWAY_PORT")
    admin_key: SecretStr = Field(SecretStr(""), validation_alias="PARLEY_ADMIN_KEY")
    orchestrator: str = Field("127.0.0.1:50050", validation_alias="PARLEY_ORCHESTRATOR")
    channels: str = Field(
        "gmail=127.0.0.1:50051,slack=127.0.0.1:50052", validation_alias="PARLEY_CHANNELS"
    )
    allowed_origins: Annotated[tuple[str, ...], NoDecode] = Field(
        (), validation_alias="PARLEY_ALLOWED_ORIGINS"
    )
    trust_proxy: bool = Field(default=False, validation_alias="PARLEY_TRUST_PROXY")
    demo: bool = Field(default=False, validation_alias="PARLEY_DEMO")
    demo_agent_key: SecretStr = Field(SecretStr(""), validation_alias="PARLEY_DEMO_AGENT_KEY")
    sandbox_url: str = Field("http://127.0.0.1:8080", validation_alias="SANDBOX_PUBLIC_URL")

    @field_validator("allowed_origins", mode="before")
    @classmethod
    def _split_origins(cls, value: object) -> object:
        if not isinstance(value, str):
            return value
        return tuple(part.strip() for part in value.split(",") if part.strip())

    @field_validator("allowed_origins")
    @classmethod
    def _are_origins(cls, value: tuple[str, ...]) -> tuple[str, ...]:
        for origin in value:
            if origin_of(origin) != origin:
                raise ValueError(f"{origin!r} is not an origin such as `https://chat.example.com`")
        return value

    @field_validator("channels")
    @classmethod
    def _are_channels(cls, value: str) -> str:
        channel_addresses(value)
        return value

    @property
    def channel_addresses(self) -> dict[str, str]:
        """Host and port of each channel's service, by its name."""
        return channel_addresses(self.channels)

    @property
    def admin_secret(self) -> Secret:
        """The operator's key; empty when the admin role is off."""
        return Secret(self.admin_key.get_secret_value())

    @property
    def origins(self) -> frozenset[str]:
        """The origins whose pages may act with a cookie."""
        return frozenset({origin_of(self.public_url), *self.allowed_origins})

    @property
    def is_secure(self) -> bool:
        """Whether people reach the gateway by https, so that cookies are for https only."""
        return self.public_url.startswith("https://")


def origin_of(url: str) -> str:
    """Scheme, host and port of a URL as a browser writes them (RFC 6454)."""
    parts = urlsplit(url)
    return f"{parts.scheme}://{parts.netloc}".lower()
