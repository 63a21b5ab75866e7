"""Rounds of measurements that take turns, so that the machine's noise hits all of them alike."""

from dataclasses import dataclass, field

from bench.load import BATCH
from bench.results import median, medians
from bench.suites import HOPS
from bench.yardstick import bare_loop

ROUNDS = 3
SECONDS = 5


@dataclass
class Series:
    """One thing that is measured again and again: rates, and their ratios to the yardstick."""

    rates: list = field(default_factory=list)
    ratios: list = field(default_factory=list)
    details: list = field(default_factory=list)


class Rounds:
    """Takes turns between named measurements; each has the yardstick before and behind it."""

    def __init__(self, provider):
        self._provider = provider
        self.bare = [bare_loop(provider)]
        self.series = {}

    def measure(self, name, run):
        """Runs once: `run()` answers (rate, details)."""
        rate, details = run()
        self.bare.append(bare_loop(self._provider))
        around = (self.bare[-2].per_s + self.bare[-1].per_s) / 2
        if "cpu_us" in details:
            bare_us = (self.bare[-2].cpu_us + self.bare[-1].cpu_us) / 2
            details["cpu_against_bare"] = sum(details["cpu_us"].values()) / bare_us
        series = self.series.setdefault(name, Series())
        series.rates.append(rate)
        series.ratios.append(rate / around)
        series.details.append(details)
        print(f"  {name}: {rate:.0f}/s, {rate / around:.3f} x bare, {details}", flush=True)

    def yardstick(self):
        """The bare loop's own figures."""
        return {
            "per_s": median([one.per_s for one in self.bare], 0),
            "cpu_us": median([one.cpu_us for one in self.bare], 0),
        }

    def ratio(self, name):
        return median(self.series[name].ratios)

    def ratios_between(self, name, other):
        """Rate against rate, each first divided by its own yardstick."""
        pairs = zip(self.series[name].ratios, self.series[other].ratios, strict=True)
        return median([one / two for one, two in pairs])

    def cost_between(self, name, other):
        """CPU of all hops a message, each first divided by its own yardstick."""
        costs = [
            median([one["cpu_against_bare"] for one in self.series[which].details])
            for which in (name, other)
        ]
        return round(costs[0] / costs[1], 3)

    def figures(self, name):
        """What is kept of one series."""
        series = self.series[name]
        found = {
            "per_s": median(series.rates, 0),
            "ratio": median(series.ratios),
            "ratios": [round(one, 3) for one in series.ratios],
        }
        if "cpu_us" in series.details[0]:
            found["cpu_us_per_message"] = medians([one["cpu_us"] for one in series.details])
            found["cpu_against_bare"] = median([one["cpu_against_bare"] for one in series.details])
        return found


def through_suite(bench, provider, load, messages_per_request=1):
    """Rate of what arrives at the provider, and CPU per message by hop; all accepted must arrive."""
    provider.settle()
    meter = bench.meter()
    seen = load()
    expected = seen.requests * messages_per_request
    now = provider.drained(expected)
    if now["posted"] < expected:
        raise SystemExit(f"of {expected} accepted only {now['posted']} arrived: {seen}")
    used = {name: round(s / now["posted"] * 1e6) for name, s in meter.used().items()}
    hops = {hop: sum(us for name, us in used.items() if name.startswith(hop)) for hop in HOPS}
    details = {"cpu_us": hops, "rest_p50": seen.p50, "failures": seen.failures}
    return now["posted"] / (now["last"] - now["first"]), details


__all__ = ["BATCH", "ROUNDS", "SECONDS", "Rounds", "through_suite"]
