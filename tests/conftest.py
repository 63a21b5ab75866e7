"""What several folders of tests need."""

import os
import signal

import pytest
from hypothesis import HealthCheck, settings
from tests.postgres import NoServerError, PostgresServer
from xdist.scheduler import LoadScopeScheduling


def pytest_addoption(parser):
    parser.addoption("--chaos-long", action="store_true", help="the long fault run")
    parser.addoption("--machine-runs", type=int, default=0, help="runs of each state machine")


def pytest_configure(config):
    """State machines: a few short runs that are always the same, or thousands that are not."""
    signal.signal(signal.SIGTERM, signal.default_int_handler)  # fixtures stop what they started
    runs = config.getoption("--machine-runs") or 3_000 * config.getoption("--chaos-long")
    is_long = bool(runs)
    settings.register_profile(
        "machines",
        max_examples=runs or 20,
        stateful_step_count=50 if is_long else 25,
        derandomize=not is_long,
        print_blob=True,
        deadline=None,
        suppress_health_check=list(HealthCheck),
    )


@pytest.hookimpl(optionalhook=True)
def pytest_xdist_make_scheduler(config, log):
    """Which tests a worker of `-n` takes together."""
    return ByPlace(config, log)


class ByPlace(LoadScopeScheduling):
    """By file; but what starts whole suites stays in one worker, where one runs at a time."""

    _with_suites = ("chaos", "acceptance")

    def _split_scope(self, nodeid):
        file = nodeid.split("::")[0]
        return "suites" if file.split("/")[1] in self._with_suites else file


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
