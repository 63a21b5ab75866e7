"""Starts the Gmail service: `python -m parley_gmail`, or `… migrate` to prepare its database."""

from __future__ import annotations

import asyncio
import sys

from parley_gmail.bootstrap import CHANNEL, serve
from parley_gmail.settings import GmailSettings
from parley_kit import crash_points
from parley_kit.adapter.service import migrations
from parley_kit.logs import configure
from parley_kit.process import run
from parley_kit.store import Database
from parley_kit.store.migrating import create_if_missing


async def _serve(stopping: asyncio.Event) -> None:
    settings = GmailSettings()
    configure(CHANNEL, level=settings.log_level, form=settings.log_format)
    crash_points.arm(settings.crash_at)
    await serve(settings, stopping)


async def _migrate(_stopping: asyncio.Event) -> None:
    settings = GmailSettings()
    configure(CHANNEL, level=settings.log_level, form=settings.log_format)
    create_if_missing(settings.database_url)
    database = Database(settings.database_url)
    try:
        await migrations(CHANNEL).apply(database)
    finally:
        await database.close()


def main() -> int:
    """Serves, or migrates; answers the exit status."""
    match sys.argv[1:]:
        case []:
            return run(_serve)
        case ["migrate"]:
            return run(_migrate)
        case _:
            sys.stderr.write("usage: python -m parley_gmail [migrate]\n")
            return 2


if __name__ == "__main__":
    sys.exit(main())
