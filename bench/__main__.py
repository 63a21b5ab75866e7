"""``make bench``: every measurement, one after the other, each a ratio within its own run.

``python -m bench latency clicks`` runs the named ones only.
"""

import importlib
import sys

MEASUREMENTS = (
    "throughput",
    "latency",
    "clicks",
    "idle",
    "websocket",
    "engines",
    "backlog",
    "comparison",
)


def main(names):
    unknown = set(names) - set(MEASUREMENTS)
    if unknown:
        raise SystemExit(f"unknown: {', '.join(unknown)}; there are {', '.join(MEASUREMENTS)}")
    for name in names or MEASUREMENTS:
        importlib.import_module(f"bench.{name}").measure()


if __name__ == "__main__":
    main(sys.argv[1:])
