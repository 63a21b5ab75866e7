"""Messages a second from REST to Slack on SQLite, against one bare slack_sdk loop."""

from bench.load import BATCH, batch_load, single_load
from bench.provider import fake_slack
from bench.results import write
from bench.rounds import ROUNDS, SECONDS, Rounds, through_suite
from bench.suites import running_suite


def measure(rounds=ROUNDS, seconds=SECONDS):
    with (
        fake_slack() as provider,
        running_suite(provider) as plain,
        running_suite(provider, replicas={"slack": 2}) as doubled,
    ):
        for bench in (plain, doubled):
            single_load(bench, 2, 64)
        turns = Rounds(provider)
        for _ in range(rounds):
            turns.measure("single", lambda: _single(plain, provider, seconds))
            turns.measure("batch", lambda: _batch(plain, provider, seconds))
            turns.measure("batch_two_adapters", lambda: _batch(doubled, provider, seconds))
    result = {"bare_slack_sdk": turns.yardstick()}
    for name in turns.series:
        result[name] = turns.figures(name)
    write("throughput", result)


def _single(bench, provider, seconds):
    return through_suite(bench, provider, lambda: single_load(bench, seconds))


def _batch(bench, provider, seconds):
    return through_suite(bench, provider, lambda: batch_load(bench, seconds), BATCH)


if __name__ == "__main__":
    measure()
