"""Bugs that are planted on purpose, to see that the tests notice them.

`plant` changes the modules of a running process: of a service that was forked with the variable
PLANTED in its environment, and of a pytest that was started with it (`tests.chaos.planted_plugin`).
Nothing of Parley reads that variable.
"""

import functools
import sys
import time
from contextlib import suppress
from datetime import timedelta

VARIABLE = "PLANTED"


def plant(names):
    """Plants what a list of ``name`` or ``name=value``, with commas, says."""
    for one in filter(None, names.split(",")):
        name, _, value = one.partition("=")
        BUGS[name](value) if name in ODDITIES else BUGS[name]()


def _replace(owner, name, make):
    """Puts something in the place of what is there; the old one is given, and must exist."""
    old = owner.__dict__[name]
    setattr(owner, name, make(old))


# Delivery ------------------------------------------------------------------------------------


def acknowledge_before_commit():
    """Whoever waits for a commit is told that it happened, a moment before it does."""
    from parley_kit.store import writer  # noqa: PLC0415

    def transact(self, group):
        with self._engine.connect() as connection:
            transaction = connection.begin()
            outcomes = []
            self._run_group(connection, group, outcomes)
            self._answer(outcomes)
            time.sleep(0.15)
            transaction.commit()
        return outcomes

    _replace(writer.GroupWriter, "_transact", lambda _old: transact)


def sdk_retries():
    """Slack's SDK repeats a call after a dropped line, as it does by default."""
    from parley_slack.workspaces import clients  # noqa: PLC0415

    def default(old):
        def client(self, token):
            made = old(self, token)
            plain = clients.AsyncWebClient(
                token=made.token, base_url=made.base_url, session=self._session
            )
            plain.proxy = None
            return plain

        return client

    _replace(clients.SlackClients, "client", default)


def httplib2_execute():
    """Google's client sends by itself: httplib2 repeats a POST that nobody answered."""
    from googleapiclient.errors import HttpError  # noqa: PLC0415

    from parley_gmail.google import api  # noqa: PLC0415

    async def execute(self, request, token):
        import asyncio  # noqa: PLC0415

        request.headers["Authorization"] = f"Bearer {token.reveal()}"
        request.http = api.httplib2.Http(timeout=15)
        try:
            return await asyncio.to_thread(request.execute)
        except HttpError as error:
            body = api.error_body(error.resp.status, error.error_details)
            raise api.GoogleRefusedError(error.resp.status, body.reason, body.message) from error
        except OSError as error:
            raise api.GoogleUnreachableError(type(error).__name__, was_asked=True) from error

    _replace(api.GmailApi, "_execute", lambda _old: execute)


def no_fence():
    """Whoever once held a lane may write to it for ever."""
    from parley_orchestrator.adapters.sql_store import lanes  # noqa: PLC0415

    _replace(lanes, "held", lambda _old: lambda _connection, taken: {one.lane for one in taken})


def lease_for_ever():
    """A lease does not run out."""
    from parley_orchestrator.adapters.sql_store import deliveries  # noqa: PLC0415

    def lease(old):
        return lambda self, channel, take, seconds: old(self, channel, take, seconds + 1e6)

    _replace(deliveries.SqlDeliveries, "lease", lease)


def blind_resend():
    """What may have been sent is sent again."""
    from parley_kit.adapter import sending  # noqa: PLC0415
    from parley_orchestrator.domain import delivery  # noqa: PLC0415

    delivery._RULES[delivery.Result.AMBIGUOUS] = delivery._retry

    def not_sent(_old):
        def ids(self):
            return [i for i, one in self.by_id.items() if not isinstance(one, sending.SentRecord)]

        return ids

    _replace(sending._Results, "not_sent", not_sent)


def fall_back_twice():
    """A delivery that failed is handed to the next channel two times."""
    from parley_orchestrator.use_cases import (  # noqa: PLC0415
        acknowledge,
        hand_on,
        hear_report,
        record_outcomes,
        wake_parked,
    )

    def twice(old):
        def fall_back(unit, enqueue, failed):
            return old(unit, enqueue, [*failed, *failed])

        return fall_back

    for module in (record_outcomes, acknowledge, hand_on, hear_report, wake_parked):
        if "fall_back" in vars(module):
            _replace(module, "fall_back", twice)


def late_second_ask():
    """A channel that recovers sends what another one has taken over."""
    from parley_orchestrator.adapters.sql_store import deliveries  # noqa: PLC0415
    from parley_orchestrator.domain.delivery import State  # noqa: PLC0415
    from parley_orchestrator.ports import Page, Viewer  # noqa: PLC0415

    def parked(old):
        def ids(self, channel, user_ids, limit, after=""):
            found = old(self, channel, user_ids, limit, after)
            dead = self.listed(
                Viewer(), subject_id="", state=str(State.DEAD), session_id="", page=Page(500)
            )
            more = [d.id for d in dead if d.channel == channel and d.id > after]
            return sorted({*found, *more})

        return ids

    _replace(deliveries.SqlDeliveries, "parked", parked)


# Decisions -----------------------------------------------------------------------------------


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

    _replace(Database, "lock_with", lambda _old: lambda self, lock_rows: None)
    _replace(feedback.SqlFeedback, "lock", lock)
    _replace(feedback.SqlFeedback, "decide", decide)


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

    _replace(feedback.SqlFeedback, "expired", expired)
    _replace(feedback.SqlFeedback, "close", close)


def skip_digest():
    """An answer counts whatever the person was shown."""
    from parley_orchestrator.use_cases import judge_answer  # noqa: PLC0415

    def judge(old):
        def blindly(unit, answer):
            return old(unit, judge_answer.replace(answer, digest=""))

        return blindly

    for module in _users_of(judge_answer.judge, "judge"):
        _replace(module, "judge", judge)


def link_again():
    """An answer link works as often as it is used."""
    from parley_orchestrator.adapters.sql_store import links  # noqa: PLC0415

    _replace(links.SqlLinks, "use", lambda _old: lambda _self, _hash: True)


# What comes in -------------------------------------------------------------------------------


def no_dedupe():
    """What comes again is heard again, in the adapter's inbox and in the orchestrator's."""
    import uuid  # noqa: PLC0415

    from parley_kit.adapter import inbox  # noqa: PLC0415
    from parley_orchestrator.adapters.sql_store import live  # noqa: PLC0415

    def put_in(old):
        def always(self, tx, items):
            for item in items:
                item.inbound_id += f"/{uuid.uuid4().hex}"
            return old(self, tx, items)

        return always

    def remember(old):
        def anyway(self, channel, inbound_id, verdict, detail):
            old(self, channel, f"{inbound_id}/{uuid.uuid4().hex}", verdict, detail)

        return anyway

    _replace(inbox.Inbox, "put_in", put_in)
    _replace(live.SqlLive, "seen", lambda _old: lambda _self, _keys: {})
    _replace(live.SqlLive, "remember", remember)


def skip_signature():
    """Whatever comes to Slack's endpoints is taken for Slack's."""
    from parley_slack.inbound import signature  # noqa: PLC0415

    _replace(signature.Signatures, "is_signed", lambda _old: lambda _self, _headers, _body: True)


def skip_dmarc():
    """Whoever a mail says that it is from has written it."""
    from parley_gmail.reading import senders  # noqa: PLC0415

    for module in _users_of(senders.dmarc, "dmarc"):
        _replace(module, "dmarc", lambda _old: lambda _mail, _domain: senders.PASS)


def early_cursor():
    """A mailbox's cursor moves before its new mail is stored."""
    from parley_gmail.receiving import mailbox_poll  # noqa: PLC0415

    def store(old):
        async def first_the_cursor(self, account, items, cursor):
            if cursor is not None:
                await old(self, account, [], cursor)
            await old(self, account, items, None)

        return first_the_cursor

    _replace(mailbox_poll.MailboxPoll, "_store", store)


def present_for_ever():
    """Who was connected once counts as connected."""
    from parley_orchestrator.adapters.sql_store import live  # noqa: PLC0415

    table = live.t.presence
    anybody = live.select(table.c.user_id).where(
        table.c.user_id.in_(live.bindparam("ids", expanding=True))
    )
    _replace(live, "_PRESENT", lambda _old: anybody)


# Odd, but no bugs ----------------------------------------------------------------------------


def clock_off(seconds):
    """This process's clock is wrong."""
    from parley_kit import clock  # noqa: PLC0415

    right, offset = clock.utc_now, timedelta(seconds=float(seconds))

    @functools.wraps(right)
    def utc_now():
        return right() + offset

    for module in _users_of(right, "utc_now"):
        module.utc_now = utc_now


def deadly_text(word):
    """The process dies whenever it is to send a text with this word."""
    import os  # noqa: PLC0415
    import signal  # noqa: PLC0415

    from parley_slack import provider  # noqa: PLC0415

    def send_message(old):
        async def or_die(self, request):
            if word in request.text:
                os.kill(os.getpid(), signal.SIGKILL)
            return await old(self, request)

        return or_die

    _replace(provider.SlackProvider, "send_message", send_message)


def unreadable_text(word):
    """A text with this word cannot be prepared for any channel."""
    from parley_orchestrator.use_cases import job_shelf  # noqa: PLC0415

    def job(old):
        def or_break(self, lane, delivery):
            made = old(self, lane, delivery)
            if made.message is not None and word in made.message.text:
                raise KeyError("planted")
            return made

        return or_break

    _replace(job_shelf.JobShelf, "job", job)


def _users_of(thing, name):
    """The modules that have it under its name, also by `from … import`."""
    found = [m for m in list(sys.modules.values()) if getattr(m, "__dict__", {}).get(name) is thing]
    assert found, f"nobody uses {name}"
    return found


ODDITIES = {"clock_off", "deadly_text", "unreadable_text"}
BUGS = {
    function.__name__: function
    for function in (
        acknowledge_before_commit,
        sdk_retries,
        httplib2_execute,
        no_fence,
        lease_for_ever,
        blind_resend,
        fall_back_twice,
        late_second_ask,
        select_then_update,
        timer_overrides,
        skip_digest,
        link_again,
        no_dedupe,
        skip_signature,
        skip_dmarc,
        early_cursor,
        present_for_ever,
        clock_off,
        deadly_text,
        unreadable_text,
    )
}


def load_everything():
    """Imports what services import, so that a bug is planted wherever a name is used."""
    import importlib  # noqa: PLC0415

    for name in ("orchestrator", "gmail", "slack", "gateway"):
        module = f"parley_{name}.__main__"
        with suppress(KeyError):
            importlib.import_module(module)
            del sys.modules[module]
