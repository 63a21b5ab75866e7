"""`python -m parley_slack` serves; `python -m parley_slack migrate` migrates the database."""

from __future__ import annotations

import asyncio
import sys

from parley_kit import crash_points
from parley_kit.adapter.service import migrations
from parley_kit.logs import configure
from parley_kit.process import run
from parley_kit.store import Database
from parley_kit.store.migrating import create_if_missing
from parley_slack.bootstrap import CHANNEL, open_service
from parley_slack.homes.tables import MIGRATIONS
from parley_slack.settings import SlackSettings


async def _serve(stopping: asyncio.Event) -> None:
    settings = SlackSettings()
    configure(CHANNEL, level=settings.log_level, form=settings.log_format)
    crash_points.arm(settings.crash_at)
    async with open_service(settings) as service:
        await service.serve_until(stopping)


async def _migrate(_stopping: asyncio.Event) -> None:
    settings = SlackSettings()
    configure(CHANNEL, level=settings.log_level, form=settings.log_format)
    create_if_missing(settings.database_url)
    database = Database(settings.database_url)
    try:
        for each in (migrations(CHANNEL), MIGRATIONS):
            await each.apply(database)
    finally:
        await database.close()


def main() -> int:
    """Runs the command; answers the exit status."""
    return run(_migrate if sys.argv[1:] == ["migrate"] else _serve)


if __name__ == "__main__":
    sys.exit(main())
