"""``python -m parley_orchestrator`` serves; ``… migrate`` brings the database up to date."""

from __future__ import annotations

import asyncio
import sys

from parley_kit import crash_points, logs, process
from parley_kit.store import Database
from parley_kit.store.migrating import create_if_missing
from parley_orchestrator.adapters.postgres_listener import CHANNEL
from parley_orchestrator.bootstrap import MIGRATIONS, Orchestrator
from parley_orchestrator.settings import OrchestratorSettings


async def _migrate(settings: OrchestratorSettings) -> None:
    await asyncio.to_thread(create_if_missing, settings.database_url)
    database = Database(settings.database_url)
    await MIGRATIONS.apply(database)
    await database.close()


async def _serve(settings: OrchestratorSettings, stopping: asyncio.Event) -> None:
    database = Database(settings.database_url, notify_channel=CHANNEL)
    if database.is_sqlite or settings.migrate_on_start:
        await MIGRATIONS.apply(database)
    else:
        await MIGRATIONS.wait_until_applied(database)
    await Orchestrator(settings, database).serve_until(stopping)
    await database.close()


async def _run(stopping: asyncio.Event) -> None:
    settings = OrchestratorSettings()
    logs.configure("orchestrator", level=settings.log_level, form=settings.log_format)
    crash_points.arm(settings.crash_at)
    if sys.argv[1:] == ["migrate"]:
        await _migrate(settings)
    else:
        await _serve(settings, stopping)


def main() -> int:
    """Runs the service; answers the exit status."""
    return process.run(_run)


if __name__ == "__main__":
    sys.exit(main())
