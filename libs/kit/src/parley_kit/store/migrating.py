"""The state of the schema: migrate, or wait until somebody else has."""

from __future__ import annotations

import asyncio
from datetime import timedelta
from pathlib import Path

from sqlalchemy import Connection, column, create_engine, inspect, select, table, text
from sqlalchemy.engine import make_url
from sqlalchemy.exc import DBAPIError, ProgrammingError

from parley_kit.clock import monotonic_seconds
from parley_kit.errors import UnavailableError
from parley_kit.logs import get_logger
from parley_kit.store.database import Database, Transaction

log = get_logger(__name__)
_POLL_SECONDS = 0.5


class Migrations:
    """One service's Alembic scripts.

    Args:
        folder: Holds ``env.py``, and in ``versions/`` a file a revision, named by its number.
        version_table: Its own, so that services can share a database.
    """

    def __init__(self, folder: Path, version_table: str) -> None:
        self.folder = folder
        self.version_table = version_table

    @property
    def head(self) -> str:
        """The newest revision."""
        files = (self.folder / "versions").glob("[0-9]*_*.py")
        return max(file.name.partition("_")[0] for file in files)

    async def apply(self, database: Database, timeout_seconds: float = 60) -> None:
        """Brings the database to the newest revision, in one transaction, once it answers.

        Raises:
            UnavailableError: It does not, after the time.
        """
        deadline = monotonic_seconds() + timeout_seconds
        while True:
            try:
                is_current = await database.read(self._has_head)
                return None if is_current else await database.write(self._upgrade)
            except UnavailableError as error:
                if monotonic_seconds() > deadline:
                    raise
                log.info("waiting for the database", reason=error.message)
                await asyncio.sleep(_POLL_SECONDS)

    def _upgrade(self, tx: Transaction) -> None:
        if tx.connection.dialect.name == "postgresql":
            tx.connection.execute(text("SELECT pg_advisory_xact_lock(hashtext('parley migrate'))"))
        # Alembic takes 10 MB; a service whose schema is up to date does without.
        from parley_kit.store.upgrading import upgrade  # noqa: PLC0415

        upgrade(tx.connection, self.folder, self.version_table)

    async def wait_until_applied(self, database: Database, timeout_seconds: float = 60) -> None:
        """Returns once the database is at the newest revision.

        Raises:
            UnavailableError: It is not, after the time.
        """
        deadline = monotonic_seconds() + timeout_seconds
        while not await self._is_current(database):
            if monotonic_seconds() > deadline:
                raise UnavailableError(
                    "The database is not migrated; run the service's `migrate` command first.",
                    retry_after=timedelta(seconds=5),
                )
            await asyncio.sleep(_POLL_SECONDS)

    async def _is_current(self, database: Database) -> bool:
        try:
            return await database.read(self._has_head)
        except (UnavailableError, DBAPIError) as error:
            log.info("waiting for the database", reason=type(error).__name__)
            return False

    def _has_head(self, connection: Connection) -> bool:
        if not inspect(connection).has_table(self.version_table):
            return False
        versions = table(self.version_table, column("version_num"))
        return connection.execute(select(versions.c.version_num)).scalar() == self.head


def create_if_missing(url: str) -> None:
    """Creates a PostgreSQL database that does not exist yet; does nothing for SQLite."""
    parsed = make_url(url)
    if parsed.get_backend_name() != "postgresql":
        return
    server = create_engine(
        parsed.set(drivername="postgresql+psycopg", database="postgres"),
        isolation_level="AUTOCOMMIT",
    )
    try:
        with server.connect() as connection:
            known = text("SELECT 1 FROM pg_database WHERE datname = :name")
            if connection.execute(known, {"name": parsed.database}).scalar() is None:
                name = connection.dialect.identifier_preparer.quote(parsed.database or "")
                connection.execute(text(f"CREATE DATABASE {name}"))
    except ProgrammingError as error:
        if getattr(error.orig, "sqlstate", None) != _DUPLICATE_DATABASE:
            raise
    finally:
        server.dispose()


_DUPLICATE_DATABASE = "42P04"
