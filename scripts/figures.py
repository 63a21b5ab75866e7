"""Puts what was measured into README.md and docs/reference/figures.md; `--check` only compares.

The check reads the committed results, so that a measurement under way does not disturb it.
"""

from __future__ import annotations

import json
import subprocess
import sys
from collections.abc import Callable, Iterable
from dataclasses import dataclass
from pathlib import Path
from typing import Any

ROOT = Path(__file__).resolve().parents[1]
BEGIN, END = "<!-- figures: {} -->\n", "\n<!-- end of figures -->"
Results = dict[str, Any]


@dataclass(frozen=True)
class Goal:
    """One figure and what it shall be.

    Attributes:
        place: File and keys in bench/results, e.g. ``throughput.single.ratio``.
        unit: Written behind the figure.
        is_least: The goal is a lower bound, else an upper one.
    """

    what: str
    place: str
    bound: float
    unit: str
    is_least: bool = False
    is_in_readme: bool = False

    def row(self, results: Results) -> str:
        """Its line of the whole table."""
        sign = "≥" if self.is_least else "≤"
        bound = f"{sign} {shown(self.bound)} {self.unit}"
        return f"| {self.what} | {bound} | {self.told(results)} | {self._verdict(results)} |"

    def told(self, results: Results) -> str:
        """The figure with its unit."""
        found = at(results, self.place)
        return NOT_YET if found is None else f"{shown(found)} {self.unit}"

    def _verdict(self, results: Results) -> str:
        found = at(results, self.place)
        if found is None:
            return ""
        is_met = found >= self.bound if self.is_least else found <= self.bound
        return "yes" if is_met else "**no**"


NOT_YET = "not measured yet"
TIMES = "\u00d7"
GOALS = (
    Goal(
        "messages a second, REST to Slack's API, one a request, against one bare slack_sdk loop",
        "throughput.single.ratio",
        0.45,
        TIMES,
        is_least=True,
        is_in_readme=True,
    ),
    Goal(
        "the same, 100 messages a request, two Slack adapters",
        "throughput.batch_two_adapters.ratio",
        0.75,
        TIMES,
        is_least=True,
        is_in_readme=True,
    ),
    *(
        Goal(
            f"one a request, against {name}",
            f"comparison.{key}.parley_is_times",
            bound,
            TIMES,
            is_least=True,
            is_in_readme=key in {"celery", "taskiq"},
        )
        for key, name, bound in (
            ("celery", "Celery on Redis", 4),
            ("celery_durable", "Celery on Redis, late acknowledgement and append-only file", 6),
            ("taskiq", "taskiq on a Redis stream (not durable)", 1.3),
            ("procrastinate", "procrastinate on PostgreSQL", 6),
            ("dbos", "DBOS on PostgreSQL", 15),
        )
    ),
    Goal("PostgreSQL against SQLite", "engines.postgresql_to_sqlite", 0.6, TIMES, is_least=True),
    Goal(
        "two orchestrators against one, on PostgreSQL",
        "engines.two_orchestrators_to_one",
        1,
        TIMES,
        is_least=True,
    ),
    Goal("low load: REST to the provider, p50", "latency.rest_to_provider_ms.p50", 6, "ms"),
    Goal("low load: REST to the provider, p99", "latency.rest_to_provider_ms.p99", 15, "ms"),
    Goal(
        "low load: a click in Slack to the agent's long poll, p50",
        "clicks.click_to_long_poll_ms.p50",
        10,
        "ms",
        is_in_readme=True,
    ),
    Goal(
        "CPU a message with 1,000,000 queued against 1,000, SQLite",
        "backlog.sqlite.cost_at_most_to_least",
        1.15,
        TIMES,
        is_in_readme=True,
    ),
    Goal(
        "the same, PostgreSQL",
        "backlog.postgresql.cost_at_most_to_least",
        1.15,
        TIMES,
    ),
    Goal("memory of the four services, idle", "idle.resident_mb.all", 400, "MB", is_in_readme=True),
    Goal("memory of 1,000 idle sockets in the gateway", "websocket.idle.added_mb", 60, "MB"),
    Goal(
        "events a second told to 1,000 sockets",
        "websocket.fan_out.frames_per_s",
        10_000,
        "/s",
        is_least=True,
    ),
    Goal(
        "an event from REST to sockets, 100 a second, p99",
        "websocket.latency.ms.p99",
        50,
        "ms",
    ),
)


def goals(results: Results) -> str:
    """All goals."""
    rows = [goal.row(results) for goal in GOALS]
    return _table("| what | goal | measured | met |", rows)


def readme(results: Results) -> str:
    """The goals that most people ask for."""
    first = [goal for goal in GOALS if goal.is_in_readme]
    rows = [f"| {goal.what} | {goal.told(results)} |" for goal in first]
    return _table("| what | figure |", rows)


def hops(results: Results) -> str:
    """Where the time goes."""
    named = {
        "one message a request": "throughput.single",
        "100 a request": "throughput.batch",
        "100 a request, two Slack adapters": "throughput.batch_two_adapters",
        "PostgreSQL, one a request": "engines.postgresql",
    }
    rows = [_hop_row(name, at(results, place)) for name, place in named.items()]
    bare = at(results, "throughput.bare_slack_sdk.cpu_us")
    rows.append(f"| a bare slack_sdk loop | | | | {bare} |")
    return _table("| CPU in µs a message | gateway | orchestrator | Slack adapter | all |", rows)


def _hop_row(name: str, figures: Results | None) -> str:
    if figures is None:
        return f"| {name} | | | | {NOT_YET} |"
    used = figures["cpu_us_per_message"]
    cells = [round(used[hop]) for hop in ("gateway", "orchestrator", "slack")]
    return f"| {name} | " + " | ".join(map(str, [*cells, sum(cells)])) + " |"


def backlog(results: Results) -> str:
    """Messages a second with so many waiting."""
    rows = [
        f"| {engine}, {what} | "
        + " | ".join(_rate(results, engine, name) for name in LEVELS)
        + " |"
        for engine in ("sqlite", "postgresql")
        for what, LEVELS in (
            ("new ones beside them", BESIDE),
            ("the waiting ones going out", DRAINING),
        )
    ]
    head = "| messages a second, and against the bare loop | 1,000 wait | 100,000 | 1,000,000 |"
    return _table(head, rows)


BESIDE = tuple(f"beside_{level}" for level in (1_000, 100_000, 1_000_000))
DRAINING = tuple(f"draining_{level}" for level in (1_000, 100_000, 1_000_000))


def _rate(results: Results, engine: str, name: str) -> str:
    figures = at(results, f"backlog.{engine}.{name}")
    if figures is None:
        return NOT_YET
    return f"{figures['per_s']}, {figures['ratio']:.2f} {TIMES}"


def at(results: Results, place: str) -> Any:
    """What is at ``file.key.key``; None where nothing is."""
    found: Any = results
    for key in place.split("."):
        found = found.get(key) if found else None
    return found


def shown(value: float) -> str:
    """Whole numbers from a hundred on, else two places, without needless zeros."""
    if round(value) >= 10**2:
        return f"{value:,.0f}"
    return f"{value:.2f}".rstrip("0").rstrip(".")


def _table(head: str, rows: Iterable[str]) -> str:
    line = "|" + "---|" * (head.count("|") - 1)
    return "\n".join([head, line, *rows])


TABLES: dict[str, Callable[[Results], str]] = {
    "goals": goals,
    "readme": readme,
    "hops": hops,
    "backlog": backlog,
}
PAGES = ("README.md", "docs/reference/figures.md")


def loaded(*, committed: bool) -> Results:
    """All files of bench/results by name."""
    names = [path.name for path in (ROOT / "bench/results").glob("*.json")]
    found: Results = {}
    for name in names:
        path = f"bench/results/{name}"
        text = _committed(path) if committed else (ROOT / path).read_text()
        if text:
            found[name.removesuffix(".json")] = json.loads(text)
    return found


def _committed(path: str) -> str:
    shown = ["git", "show", f"HEAD:{path}"]
    return subprocess.run(shown, cwd=ROOT, text=True, capture_output=True, check=False).stdout


def filled(text: str, results: Results) -> str:
    """A page with its tables as they are now."""
    for name, table in TABLES.items():
        if (begin := BEGIN.format(name)) in text:
            before, rest = text.split(begin)
            after = rest.split(END, 1)[1]
            text = before + begin + "\n" + table(results) + "\n" + END + after
    return text


def main(arguments: list[str]) -> int:
    """Writes or checks; answers the exit status."""
    is_check = arguments == ["--check"]
    results = loaded(committed=is_check)
    status = 0
    for name in PAGES:
        page = ROOT / name
        old = page.read_text()
        new = filled(old, results)
        if not is_check:
            page.write_text(new)
        elif old != new:
            print(f"{name} has old figures; run scripts/figures.py", file=sys.stderr)
            status = 1
    return status


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
