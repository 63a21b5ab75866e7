"""Where the services keep their state, and how that breaks."""

import signal

from tests.postgres import PostgresServer

HOW = (signal.SIGKILL, signal.SIGQUIT, signal.SIGINT)


class Sqlite:
    """A file a service; it has no process of its own to lose but its writer's."""

    name = "sqlite"

    def settings(self):
        return {}

    def break_down(self, fleet, chance):
        """Kills the process that writes the orchestrator's file."""
        fleet.crash("orchestrator", chance.uniform(0, 0.2))


class Postgres:
    """One database for all services, on a server that keeps what it confirmed through a kill.

    Confirmed means written to the operating system, which outlives the server's processes.
    """

    name = "postgres"

    def __init__(self, server):
        self.server = server
        self.url = server.new_database()

    def settings(self):
        return {"DATABASE_URL": self.url, "PARLEY_MIGRATE_ON_START": "true"}

    def break_down(self, _fleet, chance):
        """Kills or restarts the server."""
        self.server.restart(chance.choice(HOW))


def durable_server(folder=None):
    return PostgresServer(
        folder, synchronous_commit="on", full_page_writes="on", max_wal_size="64MB"
    )
