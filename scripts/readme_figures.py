"""Puts what `make bench` measured into README.md's table of figures; `--check` only compares.

The check reads the committed results, so that a measurement under way does not disturb it.
"""

from __future__ import annotations

import json
import subprocess
import sys
from pathlib import Path
from typing import Any

ROOT = Path(__file__).resolve().parents[1]
PAGE = ROOT / "README.md"
BEGIN, END = "| what | figure |\n|---|---|\n", "\n\nThe files are in"
TIMES = "\u00d7"


def result(name: str, *, committed: bool) -> dict[str, Any]:
    """One file of bench/results."""
    path = f"bench/results/{name}.json"
    if committed:
        text = subprocess.check_output(["git", "show", f"HEAD:{path}"], cwd=ROOT, text=True)
    else:
        text = (ROOT / path).read_text()
    found: dict[str, Any] = json.loads(text)
    return found


def rows(throughput: dict[str, Any], latency: dict[str, Any]) -> str:
    """The table's rows."""
    rest, click = latency["rest_to_provider_ms"], latency["click_to_long_poll_ms"]
    yardstick = "against one bare slack_sdk loop"
    table = {
        f"messages a second, REST to Slack's API, one a request, {yardstick}": (
            f"{throughput['single_ratio']:.2f} {TIMES}"
        ),
        "the same, 100 messages a request": f"{throughput['batch_ratio']:.2f} {TIMES}",
        "low load: REST to the provider, p50 / p99": f"{rest['p50']:.0f} / {rest['p99']:.0f} ms",
        "a Slack click to the agent's long poll, p50": f"{click['p50']:.0f} ms",
        "memory of the four services, idle": f"{latency['idle_mb']['all']} MB",
    }
    return "\n".join(f"| {what} | {figure} |" for what, figure in table.items())


def main(arguments: list[str]) -> int:
    """Writes or checks; answers the exit status."""
    is_check = arguments == ["--check"]
    fresh = rows(*(result(name, committed=is_check) for name in ("throughput", "latency")))
    before, rest = PAGE.read_text().split(BEGIN)
    shown, after = rest.split(END, 1)
    if not is_check:
        PAGE.write_text(before + BEGIN + fresh + END + after)
    elif shown != fresh:
        print("README.md has old figures; run scripts/readme_figures.py", file=sys.stderr)
        return 1
    return 0


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
