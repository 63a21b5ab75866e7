"""What several folders of tests need."""

import os

import pytest
from tests.postgres import NoServerError, PostgresServer


@pytest.fixture(scope="session")
def postgres():
    """A PostgreSQL server; tests that need it skip with a reason where there is none."""
    server = None
    try:
        server = PostgresServer()
        server.start()
    except NoServerError as error:
        if server is not None:
            server.stop()
        if os.environ.get("PARLEY_TEST_POSTGRES") == "required":  # noqa: TID251
            raise
        pytest.skip(str(error))
    yield server
    server.stop()
