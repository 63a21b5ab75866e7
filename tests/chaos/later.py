"""Verdicts that take their time: a look-up waits up to two minutes, and tests go on meanwhile."""

from concurrent.futures import ThreadPoolExecutor


class Later:
    """Checks that run in the background; each is collected once, and none is forgotten."""

    def __init__(self):
        self._pool = ThreadPoolExecutor(8, "later")
        self._pending = []

    def check(self, name, verdict):
        """Calls a verdict that raises where a promise was broken."""
        self._pending.append((name, self._pool.submit(verdict)))

    def collect(self):
        """Waits for all; raises what the first broken one raised, named."""
        pending, self._pending = self._pending, []
        problems = [(name, future.exception()) for name, future in pending]
        for name, problem in problems:
            if problem is not None:
                raise AssertionError(f"{name}: {problem}") from problem
        return [name for name, _future in pending]

    def close(self):
        try:
            self.collect()
        finally:
            self._pool.shutdown()


def at_once(scenario, **subjects):
    """Runs a scenario with each subject at the same time; raises what the first one raised."""
    with ThreadPoolExecutor(len(subjects)) as pool:
        running = {name: pool.submit(scenario, subject) for name, subject in subjects.items()}
    for name, future in running.items():
        if future.exception() is not None:
            raise AssertionError(f"{name}: {future.exception()}") from future.exception()
    return {name: future.result() for name, future in running.items()}
