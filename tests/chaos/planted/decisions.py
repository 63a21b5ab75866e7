"""Bugs of decisions."""

import time

from tests.chaos.planted.replacing import replace, users_of


def select_then_update():
    """It is looked whether a request is pending; then it is decided, whatever happened meanwhile.

    Sessions' rows are not locked either: that alone would let one replica decide at a time.
    """
    from parley_kit.store import Database  # noqa: PLC0415
    from parley_orchestrator.adapters.sql_store import feedback  # noqa: PLC0415

    def lock(_old):
        return lambda self, request_id: self.get([request_id]).get(request_id)

    def decide(_old):
        def unconditional(self, request_id, digest, response):
            table, response_id = feedback._REQUESTS, feedback.new_id("rsp", self._now)
            is_it = table.c.id == request_id
            values = {"status": "answered", "response_id": response_id, "resolved_at": self._now}
            time.sleep(0.02)
            self._connection.execute(feedback.update(table).where(is_it).values(**values))
            self._insert_answer(response_id, request_id, response, is_accepted=True, refusal="")
            return True

        return unconditional

    replace(Database, "lock_with", lambda _old: lambda self, lock_rows: None)
    replace(feedback.SqlFeedback, "lock", lock)
    replace(feedback.SqlFeedback, "decide", decide)


def timer_overrides():
    """A request expires at its time, also when it was answered."""
    from parley_orchestrator.adapters.sql_store import feedback  # noqa: PLC0415

    table = feedback._REQUESTS

    def expired(_old):
        def ids(self, limit):
            due = table.c.status.in_(["pending", "answered"]), table.c.expires_at <= self._now
            found = feedback.select(table.c.id).where(*due).limit(limit)
            return list(self._connection.execute(found).scalars())

        return ids

    def close(old):
        def anyway(self, request_id, status):
            if status != "expired":
                return old(self, request_id, status)
            values = {"status": status, "response_id": None, "resolved_at": self._now}
            is_it = table.c.id == request_id
            self._connection.execute(feedback.update(table).where(is_it).values(**values))
            return True

        return anyway

    replace(feedback.SqlFeedback, "expired", expired)
    replace(feedback.SqlFeedback, "close", close)


def skip_digest():
    """An answer counts whatever the person was shown."""
    from parley_orchestrator.use_cases import judge_answer  # noqa: PLC0415

    def judge(old):
        def blindly(unit, answer):
            return old(unit, judge_answer.replace(answer, digest=""))

        return blindly

    for module in users_of(judge_answer.judge, "judge"):
        replace(module, "judge", judge)


def link_again():
    """An answer link works as often as it is used."""
    from parley_orchestrator.adapters.sql_store import links  # noqa: PLC0415

    replace(links.SqlLinks, "use", lambda _old: lambda _self, _hash: True)
