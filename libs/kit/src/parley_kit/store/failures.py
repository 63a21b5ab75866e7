"""What a database's failure means for the caller."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from datetime import timedelta

from sqlalchemy import exc
from sqlalchemy.exc import DataError, DBAPIError, InterfaceError, OperationalError

from parley_kit.errors import InvalidArgumentError, ServiceError, UnavailableError

# Serialization failure, deadlock, and a key that another transaction took meanwhile: run again,
# the command then sees what was first.
_RETRYABLE_SQLSTATES = {"40001", "40P01", "23505"}


def is_lost_race(error: DBAPIError) -> bool:
    """Whether the database undid the transaction in favour of another; run it again."""
    return getattr(error.orig, "sqlstate", None) in _RETRYABLE_SQLSTATES


def is_outage(error: DBAPIError) -> bool:
    """Whether the database is gone, full or locked, rather than the statement wrong."""
    return error.connection_invalidated or isinstance(error, OperationalError | InterfaceError)


@contextmanager
def translated() -> Iterator[None]:
    """Turns what a caller shall understand into a ServiceError; other errors pass."""
    try:
        yield
    except DBAPIError as error:
        meant = as_service_error(error)
        if meant is None:
            raise
        raise meant from error
    except exc.TimeoutError as error:
        raise unavailable(error) from error


def as_service_error(error: DBAPIError) -> ServiceError | None:
    """What a database's error means for the caller; None for a defect of ours."""
    if is_outage(error):
        return unavailable(error)
    if isinstance(error, DataError):
        return InvalidArgumentError(
            "A value cannot be stored: a text holds the character U+0000, or a number is too large."
        )
    return None


def unavailable(error: Exception) -> UnavailableError:
    """The error for a database that does not take our work now."""
    detail = str(getattr(error, "orig", error)).splitlines()[0] if str(error) else "no answer"
    return UnavailableError(
        f"The database does not answer ({detail}). Nothing was confirmed; try again.",
        metadata={"service": "database"},
        retry_after=timedelta(seconds=1),
    )
