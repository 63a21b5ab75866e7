"""Reads mails that were broken at random, and says how long the slowest took and what it needed.

python -m bench.reading.mutate [--count 10000] [--seed 1]
"""

import argparse
import json
import random
import resource
import time
from pathlib import Path

from tests.gmail.corpus.build import develop, holdout
from tests.gmail.corpus.mutations import mutated

from parley_gmail.reading.reader import REPLY, read

RESULT = Path(__file__).parents[1] / "results" / "mutated_mails.json"


def measure(count, seed):
    chance = random.Random(seed)
    seeds = [case.raw for case in (*develop(), *holdout())]
    before = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss
    slowest, total, kinds = 0.0, 0.0, {}
    for number in range(count):
        raw = mutated(seeds, chance)
        start = time.process_time()
        try:
            reading = read(raw)
        except Exception:
            Path(f"/tmp/mutated-{seed}-{number}.eml").write_bytes(raw)
            raise
        took = time.process_time() - start
        if took > slowest:
            slowest = took
            Path("/tmp/slowest.eml").write_bytes(raw)
        total += took
        kinds[reading.kind] = kinds.get(reading.kind, 0) + 1
        assert not reading.decision or reading.kind == REPLY
    peak = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss
    return {
        "mails": count, "seed": seed, "raised": 0, "slowest_ms": round(slowest * 1000, 1),
        "mean_ms": round(total / count * 1000, 2), "peak_memory_growth_mb": round((peak - before) / 1024, 1),
        "kinds": kinds,
    }  # fmt: skip


def main():
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--count", type=int, default=10_000)
    parser.add_argument("--seed", type=int, default=1)
    parser.add_argument("--out", type=Path)
    given = parser.parse_args()
    document = json.dumps(measure(given.count, given.seed), indent=2)
    print(document)
    if given.out:
        given.out.write_text(document + "\n")


if __name__ == "__main__":
    main()
