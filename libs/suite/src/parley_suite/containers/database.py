"""The database's password: the image starts with a known one, which is replaced at once."""

from __future__ import annotations

from collections.abc import Sequence

import psycopg
from psycopg import sql

FIRST_PASSWORD = "parley"  # noqa: S105  # known to all, and gone after the first start
CONNECT_SECONDS = 5


class ClaimError(Exception):
    """No known password opens the database; the message says what to do."""


def claim(address: str, password: str, earlier: Sequence[str]) -> None:
    """Makes `password` the one that opens the database, by way of one that opens it now.

    Args:
        address: libpq's connection string, without a password.
        password: What it is to be.
        earlier: What it may still be.

    Raises:
        ClaimError: None of them opens it.
    """
    for known in (password, *earlier):
        connection = _open(address, known)
        if connection is None:
            continue
        with connection:
            if known != password:
                _replace(connection, password)
        return
    raise ClaimError(
        "The database was made with another password. Set POSTGRES_PASSWORD in .env to it, "
        "or forget all data with `docker-compose down -v`."
    )


def _open(address: str, password: str) -> psycopg.Connection | None:
    try:
        return psycopg.connect(address, password=password, connect_timeout=CONNECT_SECONDS)
    except psycopg.OperationalError as error:
        if "password authentication failed" in str(error):
            return None
        raise


def _replace(connection: psycopg.Connection, password: str) -> None:
    user = connection.info.user
    # Only the verifier travels, so that the server's log can never show the password.
    verifier = connection.pgconn.encrypt_password(
        password.encode(), user.encode(), b"scram-sha-256"
    ).decode()
    statement = sql.SQL("ALTER ROLE {} PASSWORD {}")
    connection.execute(statement.format(sql.Identifier(user), sql.Literal(verifier)))
