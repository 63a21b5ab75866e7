"""What the orchestrator reads from the environment."""

from __future__ import annotations

from pydantic import Field, field_validator

from parley_kit.settings import ServiceSettings, channel_addresses


class OrchestratorSettings(ServiceSettings):
    """Settings of the orchestrator; times in seconds."""

    port: int = Field(default=50050, validation_alias="PARLEY_ORCHESTRATOR_PORT")
    database_url: str = Field(
        default="sqlite:///parley-orchestrator.db", validation_alias="DATABASE_URL"
    )
    migrate_on_start: bool = Field(default=False, validation_alias="PARLEY_MIGRATE_ON_START")
    channels: str = Field(
        default="gmail=127.0.0.1:50051,slack=127.0.0.1:50052", validation_alias="PARLEY_CHANNELS"
    )
    lease_seconds: float = Field(default=15.0, gt=0, validation_alias="PARLEY_LEASE_SECONDS")
    ack_seconds: float = Field(default=15.0, gt=0, validation_alias="PARLEY_ACK_SECONDS")
    presence_seconds: float = Field(default=30.0, gt=0, validation_alias="PARLEY_PRESENCE_SECONDS")
    webhook_allow_private: bool = Field(
        default=False, validation_alias="PARLEY_WEBHOOK_ALLOW_PRIVATE"
    )

    @field_validator("channels")
    @classmethod
    def _readable(cls, value: str) -> str:
        channel_addresses(value)
        return value

    @property
    def channel_addresses(self) -> dict[str, str]:
        """Address by channel name, in order."""
        return channel_addresses(self.channels)
