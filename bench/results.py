"""Files of bench/results, and the medians in them."""

import json
import statistics
from pathlib import Path

FOLDER = Path(__file__).parent / "results"


def write(name, result):
    """Writes and prints one result."""
    text = json.dumps({"generated_by": "make bench", **result}, indent=2)
    (FOLDER / f"{name}.json").write_text(text + "\n")
    print(f"{name}: {text}", flush=True)


def median(values, digits=3):
    """The middle one, rounded."""
    found = statistics.median(values)
    return round(found, digits) if digits else round(found)


def medians(rows, digits=0):
    """The median of each key over dictionaries."""
    return {key: median([row[key] for row in rows], digits) for key in rows[0]}


def spread(values, digits=2):
    """How milliseconds are spread."""
    cuts = statistics.quantiles(values, n=100)
    return {
        "n": len(values),
        "p50": round(cuts[49], digits),
        "p90": round(cuts[89], digits),
        "p99": round(cuts[98], digits),
    }
