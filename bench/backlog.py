"""What a message costs, and how fast a queue drains, with 1,000 to 1,000,000 waiting in it."""

import time
from contextlib import contextmanager
from datetime import timedelta
from itertools import islice

import httpx
from sqlalchemy import and_, case, exists, func, insert, select, update

from bench.engines import on, postgres
from bench.load import BATCH, TEXT, single_load
from bench.provider import fake_slack
from bench.results import write
from bench.rounds import ROUNDS, SECONDS, Rounds, through_suite
from bench.suites import HOPS, running_suite
from parley_kit.clock import utc_now
from parley_kit.ids import new_id
from parley_kit.store.engines import open_writer
from parley_orchestrator.adapters import sql_tables as t

LEVELS = (1_000, 100_000, 1_000_000)
WAITING_PEOPLE, TALKING_PEOPLE = 1_000, 100
DRAIN_SECONDS = 8
AT_ONCE = 20_000
NOT_TODAY = timedelta(days=1)
UNSENT = {
    "state": "queued",
    "explanation": "slack: chosen",
    "next_attempt_at": None,
    "started_at": None,
    "attempts": 0,
    "provider_ref": "",
    "connection_id": "",
}


def measure(levels=LEVELS, rounds=ROUNDS, seconds=SECONDS):
    with fake_slack() as provider, postgres() as server:
        result = {
            "sqlite": _on_engine(provider, {}, levels, rounds, seconds),
            "postgresql": _on_engine(provider, on(server), levels, rounds, seconds),
        }
    write("backlog", result)


def _on_engine(provider, settings, levels, rounds, seconds):
    people = WAITING_PEOPLE + TALKING_PEOPLE
    with running_suite(provider, people=people, settings=settings) as bench:
        waiting, bench.sessions = bench.sessions[:WAITING_PEOPLE], bench.sessions[WAITING_PEOPLE:]
        queue = Queue(bench, provider, waiting)
        turns = Rounds(provider)
        for level in levels:
            with queue.stopped() as connection:
                queue.fill(connection, level)
            single_load(bench, 2, 64)
            for _ in range(rounds):
                turns.measure(f"beside_{level}", lambda: _beside(bench, provider, seconds))
            with queue.stopped() as connection:
                queue.hold(connection, utc_now())
                provider.settle()
            turns.measure(f"draining_{level}", lambda n=level: _draining(bench, provider, n))
        least, most = f"beside_{levels[0]}", f"beside_{levels[-1]}"
        return {
            "bare_slack_sdk": turns.yardstick(),
            **{name: turns.figures(name) for name in turns.series},
            "cost_at_most_to_least": turns.cost_between(most, least),
        }


def _beside(bench, provider, seconds):
    """New messages to other people while the queue waits."""
    return through_suite(bench, provider, lambda: single_load(bench, seconds))


def _draining(bench, provider, level):
    """The queue itself goes out: what arrives from the first on, and CPU per message by hop."""
    meter, before = bench.meter(), provider.counts()["posted"]
    until = time.monotonic() + DRAIN_SECONDS
    while time.monotonic() < until and provider.counts()["posted"] < level:
        time.sleep(0.05)
    used, now = meter.used(), provider.counts()
    rate = now["posted"] / (now["last"] - now["first"])
    if now["posted"] == level:  # it was drained before the processes' start was over
        return rate, {}
    return rate, {"cpu_us": {hop: _per_message(used[hop], now["posted"] - before) for hop in HOPS}}


def _per_message(seconds, messages):
    return round(seconds / messages * 1e6)


class Queue:
    """Waiting messages, written into the database of a suite that is stopped meanwhile."""

    def __init__(self, bench, provider, sessions):
        self._suite = bench.suite
        self._sessions = sessions
        self._engine = open_writer(bench.suite.environment_of("orchestrator")["DATABASE_URL"], 1)
        _say_one_to_each(bench, provider, sessions)

    @contextmanager
    def stopped(self):
        """The suite rests, and starts again behind it."""
        self._suite.stop()
        with self._engine.begin() as connection:
            yield connection
        self._suite.start()
        self._suite.wait_until_ready()

    def fill(self, connection, level):
        """So many wait, none of them due today."""
        active = select(func.count(t.deliveries.c.id)).where(t.IS_ACTIVE)
        missing = level - connection.execute(active).scalar_one()
        share = -(-missing // len(self._sessions))
        for part in _parts(self._sessions, AT_ONCE // share + 1):
            _copy_newest(connection, part, share)
        self.hold(connection, utc_now() + NOT_TODAY)

    def hold(self, connection, until):
        """All that wait are due then."""
        mine = t.lanes.c.session_id.in_(self._sessions)
        waits = exists().where(t.deliveries.c.lane == t.lanes.c.lane, t.IS_ACTIVE)
        connection.execute(update(t.lanes).where(mine, waits).values(due_at=until))


def _say_one_to_each(bench, provider, sessions):
    """Through the whole suite, so that each lane and each row is as it really is."""
    provider.settle()
    with httpx.Client(base_url=bench.suite.url, headers=bench.agent, timeout=60) as http:
        for part in _parts(sessions, BATCH):
            said = [{"session_id": one, "text": TEXT} for one in part]
            http.post("/api/messages/batch", json={"messages": said}).raise_for_status()
    provider.drained(len(sessions))
    time.sleep(1)  # until the outcomes are stored


def _copy_newest(connection, sessions, count):
    """Adds so many messages to each session, as its newest one, but not sent yet."""
    rows = {t.messages: [], t.events: [], t.deliveries: []}
    for session in sessions:
        message, event, delivery, last = _newest(connection, session)
        for seq in range(last + 1, last + count + 1):
            new, now = new_id("msg", utc_now()), utc_now()
            rows[t.messages].append({**message, "id": new, "seq": seq, "created_at": now})
            rows[t.events].append({**event, "seq": seq, "created_at": now})
            rows[t.deliveries].append(
                {**delivery, **UNSENT, "id": new_id("dlv", now), "subject_id": new}
                | {"position": seq, "created_at": now, "updated_at": now}
            )
        lane = update(t.lanes).where(t.lanes.c.lane == delivery["lane"])
        is_idle = t.lanes.c.due_at.is_(None)
        connection.execute(lane.values(head=case((is_idle, last + 1), else_=t.lanes.c.head)))
        moved = update(t.sessions).where(t.sessions.c.id == session)
        connection.execute(moved.values(last_seq=last + count))
    for table, new in rows.items():
        connection.execute(insert(table), new)


def _newest(connection, session):
    """The rows of a session's newest message, and the session's last seq."""
    message = _row(connection, t.messages, t.messages.c.session_id == session, t.messages.c.seq)
    is_its_event = t.events.c.session_id == session, t.events.c.seq == message["seq"]
    event = _row(connection, t.events, and_(*is_its_event), t.events.c.seq)
    is_its_delivery = t.deliveries.c.subject_id == message["id"]
    delivery = _row(connection, t.deliveries, is_its_delivery, t.deliveries.c.id)
    last = select(t.sessions.c.last_seq).where(t.sessions.c.id == session)
    return message, event, delivery, connection.execute(last).scalar_one()


def _parts(values, size):
    values = iter(values)
    while part := list(islice(values, size)):
        yield part


def _row(connection, table, condition, order):
    found = select(table).where(condition).order_by(order.desc()).limit(1)
    return dict(connection.execute(found).mappings().one())


if __name__ == "__main__":
    measure()
