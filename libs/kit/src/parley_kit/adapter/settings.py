"""What every channel service reads from the environment."""

from __future__ import annotations

from pydantic import Field

from parley_kit.adapter.pacing import Pacing
from parley_kit.settings import ServiceSettings


class AdapterSettings(ServiceSettings):
    """Shared by channel services; a service adds its provider's names and its default database."""

    orchestrator: str = Field(default="127.0.0.1:50050", validation_alias="PARLEY_ORCHESTRATOR")
    migrate_on_start: bool = Field(default=False, validation_alias="PARLEY_MIGRATE_ON_START")
    pacing: Pacing = Field(default="auto", validation_alias="PARLEY_PACING")
