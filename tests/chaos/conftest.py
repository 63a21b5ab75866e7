"""How long and how hard: bounded in `make test`, long in `make chaos`."""

import tempfile
from pathlib import Path

import pytest
from tests.chaos import results
from tests.chaos.databases import Postgres, Sqlite, durable_server
from tests.chaos.fleet import Fleet
from tests.chaos.later import Later, at_once
from tests.chaos.template import Template
from tests.chaos.world import World, opened
from tests.postgres import NoServerError


def pytest_addoption(parser):
    parser.addoption("--chaos-seed", type=int, default=7, help="what chance begins with")
    parser.addoption("--chaos-points", default="", help="only these crash points, with commas")
    parser.addoption(
        "--chaos-share", type=float, default=1.0, help="how much of the long runs; 0.05 to try"
    )
    parser.addoption(
        "--chaos-seconds", type=int, default=5_400, help="the most that one long run takes"
    )
    parser.addoption("--chaos-patience", type=int, default=200, help="seconds until all is settled")


def pytest_collection_modifyitems(config, items):
    """The bounded run leaves out what is `long`; verdicts are collected when all else is over."""
    if not config.getoption("--chaos-long"):
        long = [item for item in items if item.get_closest_marker("long")]
        config.hook.pytest_deselected(items=long)
        items[:] = [item for item in items if item not in long]
    items.sort(key=lambda item: item.get_closest_marker("last") is not None)


@pytest.fixture(scope="session")
def is_long(request):
    return request.config.getoption("--chaos-long")


@pytest.fixture(scope="session")
def seed(request):
    return request.config.getoption("--chaos-seed")


@pytest.fixture(scope="session")
def share(request):
    """Of the long runs' size; figures are kept of whole ones only."""
    return request.config.getoption("--chaos-share")


@pytest.fixture(scope="session")
def most_seconds(request):
    """When a long run ends, also unfinished; its figures tell how far it came."""
    return request.config.getoption("--chaos-seconds")


@pytest.fixture(scope="session")
def keep(is_long, share):
    """Writes figures of long runs down."""
    if not is_long:
        return lambda _name, _part, _figures: None
    return results.write if share == 1.0 else results.try_out


@pytest.fixture(scope="session", autouse=True)
def patience(request):
    """More than the look-ups' schedule takes, but for bugs that are planted."""
    World.patience_seconds = request.config.getoption("--chaos-patience")


@pytest.fixture(scope="session")
def template():
    template = Template()
    yield template
    template.close()


@pytest.fixture(scope="session")
def durable_postgres():
    """A server of the chaos tests' own: they kill it."""
    server = durable_server()
    try:
        server.start()
    except NoServerError as error:
        server.stop()
        pytest.skip(str(error))
    yield server
    server.stop()


@pytest.fixture(scope="session")
def open_fleet(template, tmp_path_factory):
    """Starts fleets; all end with the session."""
    running, folders = [], tmp_path_factory.mktemp("fleets")

    def start(database, **more):
        folder = Path(tempfile.mkdtemp(prefix=f"{database.name}-", dir=folders))
        fleet = Fleet(template, folder, database, **more)
        running.append(fleet)
        fleet.start()
        return fleet

    yield start
    for fleet in running:
        fleet.close()


@pytest.fixture(scope="session")
def shared_worlds(open_fleet, durable_postgres):
    """A world on each engine, which tests share; each leaves it running and without faults."""
    databases = {"sqlite": Sqlite(), "postgres": Postgres(durable_postgres)}
    worlds = at_once(lambda database: opened(open_fleet(database)), **databases)
    yield worlds
    for world in worlds.values():
        world.close()


@pytest.fixture
def worlds(shared_worlds):
    """By the engine's name."""
    yield shared_worlds
    at_once(World.recover, **shared_worlds)


@pytest.fixture(scope="session")
def replicated_world(open_fleet, durable_postgres):
    """Two of every service on one PostgreSQL."""
    world = opened(open_fleet(Postgres(durable_postgres), replicas=2))
    yield world
    world.close()


@pytest.fixture(scope="session")
def later():
    later = Later()
    yield later
    later.close()
