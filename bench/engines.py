"""Messages a second on PostgreSQL against SQLite, and of two orchestrators against one."""

from contextlib import contextmanager

from tests.postgres import PostgresServer

from bench.load import single_load
from bench.provider import fake_slack
from bench.results import write
from bench.rounds import ROUNDS, SECONDS, Rounds, through_suite
from bench.suites import running_suite

DURABLE = {
    "fsync": "on",
    "synchronous_commit": "on",
    "full_page_writes": "on",
    "shared_buffers": "128MB",
}


def measure(rounds=ROUNDS, seconds=SECONDS):
    with (
        postgres() as server,
        fake_slack() as provider,
        running_suite(provider) as sqlite,
        running_suite(provider, settings=on(server)) as one,
        running_suite(provider, settings=on(server), replicas={"orchestrator": 2}) as two,
    ):
        suites = {"sqlite": sqlite, "postgresql": one, "postgresql_two_orchestrators": two}
        for bench in suites.values():
            single_load(bench, 2, 64)
        turns = Rounds(provider)
        for _ in range(rounds):
            for name, bench in suites.items():
                turns.measure(name, lambda bench=bench: _single(bench, provider, seconds))
    write(
        "engines",
        {
            "bare_slack_sdk": turns.yardstick(),
            **{name: turns.figures(name) for name in suites},
            "postgresql_to_sqlite": turns.ratios_between("postgresql", "sqlite"),
            "two_orchestrators_to_one": turns.ratios_between(
                "postgresql_two_orchestrators", "postgresql"
            ),
        },
    )


@contextmanager
def postgres():
    """A server that keeps what it confirmed, as in production."""
    server = PostgresServer(**DURABLE)
    server.start()
    try:
        yield server
    finally:
        server.stop()


def on(server):
    """Settings of a suite with a database of its own there."""
    return {"DATABASE_URL": server.new_database()}


def _single(bench, provider, seconds):
    return through_suite(bench, provider, lambda: single_load(bench, seconds))


if __name__ == "__main__":
    measure()
