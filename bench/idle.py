"""Memory of the four services at rest, on SQLite, after a restart."""

import time

from bench.processes import resident_mb
from bench.provider import fake_slack
from bench.results import write
from bench.suites import running_suite


def measure():
    with fake_slack() as provider, running_suite(provider, people=20) as bench:
        _restart(bench.suite)  # the very first start also migrates the databases
        time.sleep(5)
        processes = bench.suite.processes
        idle = {name: round(resident_mb(process.pid)) for name, process in processes.items()}
    write("idle", {"resident_mb": {**idle, "all": sum(idle.values())}})


def _restart(suite):
    suite.stop()
    suite.start()
    suite.wait_until_ready()


if __name__ == "__main__":
    measure()
