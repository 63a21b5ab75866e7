"""Puts what `make chaos` measured into docs/explanation/faults.md; `--check` only compares.

The check reads the committed results, so that a run under way does not disturb it.
"""

from __future__ import annotations

import json
import re
import subprocess
import sys
from pathlib import Path
from typing import Any

ROOT = Path(__file__).resolve().parents[1]
PAGE = ROOT / "docs/explanation/faults.md"
BEGIN, END = "| run | held | figures |\n|---|---|---|\n", "\n\nThe files are in"
BUG = re.compile(r"^\| `[a-z0-9_]+` \|", re.MULTILINE)
NOT_YET = "not measured yet"
ENGINES = {"sqlite": "SQLite", "postgres": "PostgreSQL"}


def result(name: str, *, committed: bool) -> dict[str, Any]:
    """One file of bench/results; nothing where that run never ended."""
    path = f"bench/results/chaos-{name}.json"
    if committed:
        command = ["git", "show", f"HEAD:{path}"]
        shown = subprocess.run(command, cwd=ROOT, capture_output=True, text=True, check=False)
        text = shown.stdout or "{}"
    else:
        text = (ROOT / path).read_text() if (ROOT / path).exists() else "{}"
    found: dict[str, Any] = json.loads(text)
    return found


def durability(run: dict[str, Any]) -> tuple[str, str]:
    """What was held, and the figures."""
    held = f"lost {run['lost']}, doubled {run['doubled']}, `unknown` {run['unknown']}"
    return held, (
        f"{run['acknowledged']:,} acknowledged; {run['kills']} SIGKILLs,"
        f" {run['database breakdowns']} breakdowns of the database,"
        f" {run['answers_lost_by_providers']} answers lost by providers,"
        f" {run['in_doubt']} messages in doubt meanwhile; {run['seconds']} s"
    )


def decisions(run: dict[str, Any]) -> tuple[str, str]:
    """What was held, and the figures."""
    held = f"decided {run['decided']:,}, double {run['double']}, reversed {run['reversed']}"
    first = ", ".join(f"{name} {count:,}" for name, count in sorted(run["winners"].items()))
    return held, (
        f"{run['questions']:,} questions, {run['answers']:,} answers;"
        f" first: {first}; {run['seconds']:.0f} s"
    )


def machine(run: dict[str, Any]) -> tuple[str, str]:
    """What was held, and the figures."""
    return "every rule", f"{run['runs']:,} runs, {run['steps']:,} steps; {run['seconds']} s"


def recovery(run: dict[str, Any]) -> tuple[str, str]:
    """What was held, and the figures."""
    held = f"went on after {run['slowest_seconds']} s at most"
    return (
        held,
        f"{run['measured']} times work was under way; {run['allowed_seconds']:.0f} s are allowed",
    )


SHOWN = (
    ("durability", "Kills while agents talk, {}", ENGINES, durability),
    ("decisions", "Eight answers at once, {}", ENGINES, decisions),
    ("crash-points", "Killed at each named place, {}", ENGINES, recovery),
    (
        "replicas",
        "One of two {} services killed",
        {name: name for name in ("orchestrator", "slack", "gmail")},
        recovery,
    ),
    (
        "machines",
        "State machine of {}",
        {name: name for name in ("deliveries", "decisions")},
        machine,
    ),
)


def rows(*, committed: bool) -> str:
    """The table's rows."""
    lines = []
    for name, title, parts, shown in SHOWN:
        found = result(name, committed=committed)
        for part, word in parts.items():
            held, figures = shown(found[part]) if part in found else ("", NOT_YET)
            lines.append(f"| {title.format(word)} | {held} | {figures} |")
    caught = len(result("planted", committed=committed).keys() - {"generated_by", "cores"})
    planted = len(BUG.findall((ROOT / "tests/chaos/README.md").read_text()))
    lines.append(f"| Planted bugs | {caught} of {planted} caught | |")
    return "\n".join(lines)


def main(arguments: list[str]) -> int:
    """Writes or checks; answers the exit status."""
    is_check = arguments == ["--check"]
    fresh = rows(committed=is_check)
    before, rest = PAGE.read_text().split(BEGIN)
    shown, after = rest.split(END, 1)
    if not is_check:
        PAGE.write_text(before + BEGIN + fresh + END + after)
    elif shown != fresh:
        told = "docs/explanation/faults.md has old figures; run scripts/fault_figures.py"
        print(told, file=sys.stderr)
        return 1
    return 0


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
