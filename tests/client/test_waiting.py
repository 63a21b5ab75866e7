"""Asking and waiting: until decided, or until the time is up."""

import asyncio
import threading
import time
from datetime import timedelta

import pytest
from tests.client.faults import Fault

from parley_client import NotApprovedError, ParleyError, polling


@pytest.fixture
def answers(server):
    """Everybody answers at once with this."""

    def with_value(value):
        server.auto_answer = lambda _question: value

    return with_value


def test_ask_returns_the_decision(parley, session, answers):
    answers("approved")
    decided = parley.ask(session, "Deploy?")
    assert decided.is_approved
    assert not decided.is_pending
    assert (decided.value, decided.response.user_name) == ("approved", "Ann")
    assert decided.response.channel == "slack"


@pytest.mark.parametrize("wait", [0.2, timedelta(milliseconds=200)])
def test_ask_returns_the_pending_question_when_the_time_is_up(parley, session, wait):
    began = time.monotonic()
    asked = parley.ask(session, "Deploy?", wait=wait)
    assert asked.is_pending
    assert 0.2 <= time.monotonic() - began < 2


@pytest.mark.parametrize("wait", [0, -1, timedelta(0)])
def test_not_waiting_asks_once_and_reads_nothing(parley, server, session, wait):
    asked = parley.ask(session, "Deploy?", wait=wait)
    assert asked.is_pending
    assert server.calls("GET", f"/api/feedback-requests/{asked.id}") == []


def test_a_wait_is_many_polls(parley, server, session, monkeypatch):
    monkeypatch.setattr(polling, "LONGEST_SECONDS", 0.1)
    asked = parley.ask(session, "Deploy?", wait=0)
    threading.Timer(0.35, server.decide, (asked.id, "rejected")).start()
    decided = parley.wait(asked)
    assert decided.value == "rejected"
    assert not decided.is_approved
    assert 3 <= len(server.calls("GET", f"/api/feedback-requests/{asked.id}")) <= 6


def test_a_server_that_answers_early_is_not_hammered(parley, server, session, monkeypatch):
    async def at_once(is_enough, request):
        pass

    monkeypatch.setattr(server, "until", at_once)
    asked = parley.ask(session, "Deploy?", wait=1.2)
    assert asked.is_pending
    assert len(server.calls("GET", f"/api/feedback-requests/{asked.id}")) <= 4


def test_a_wait_outlasts_an_outage(parley, server, session):
    asked = parley.ask(session, "Deploy?", wait=0)
    server.faults.extend([Fault(), Fault(503), Fault(502), Fault(), Fault(504)])
    server.decide(asked.id, "approved")
    assert parley.wait(asked, 5).is_approved


@pytest.mark.parametrize("status", ["expired", "cancelled"])
def test_a_question_can_end_without_a_decision(parley, server, session, status):
    asked = parley.ask(session, "Deploy?", wait=0)
    server.decide(asked.id, None, status)
    ended = parley.wait(asked.id, 5)
    assert (ended.status, ended.value, ended.is_approved) == (status, None, False)


def test_approve_or_raise_returns_only_an_approval(parley, server, session, answers):
    answers("approved")
    assert parley.approve_or_raise(session, "Deploy?").is_approved
    answers("rejected")
    with pytest.raises(NotApprovedError, match="Ann answered 'rejected' by slack") as raised:
        parley.approve_or_raise(session, "Deploy?")
    assert raised.value.request.value == "rejected"
    server.auto_answer = None
    with pytest.raises(NotApprovedError, match="pending"):
        parley.approve_or_raise(session, "Deploy?", wait=0.05)


def test_a_choice_named_approved_is_no_approval(parley, session, answers):
    answers("approved")
    chosen = parley.ask(session, "Which?", kind="choice", options=["approved", "other"])
    assert chosen.value == "approved"
    assert not chosen.is_approved
    assert parley.approve_or_raise(session, "Deploy?", kind="text").kind == "approval"


def test_a_cancel_ends_a_wait(parley, server, session):
    asked = parley.ask(session, "Deploy?", wait=0)
    threading.Timer(0.1, parley.cancel, (asked,)).start()
    assert parley.wait(asked, 5).status == "cancelled"


def test_events_wait_for_news_and_watch_goes_on(parley, session):
    assert parley.events(session) == []
    threading.Timer(0.1, parley.send, (session, "Hello")).start()
    (event,) = parley.events(session, wait=5)
    assert (event.kind, event.data["text"]) == ("message.created", "Hello")
    assert parley.events(session, after=event.seq, wait=0.05) == []
    parley.send(session, "Again")
    watched = parley.watch(session)
    assert [next(watched).seq for _ in range(2)] == [1, 2]
    threading.Timer(0.1, parley.send, (session, "More")).start()
    assert next(watched).data["text"] == "More"


def test_an_unknown_session_ends_a_watch_at_once(parley):
    with pytest.raises(ParleyError) as raised:
        next(parley.watch("ses_unknown"))
    assert (raised.value.code, raised.value.status) == ("unknown_id", 404)


async def test_twenty_waits_share_one_loop(parley_async, server, answers):
    answers("approved")
    user = await parley_async.create_user("Ann")
    session = await parley_async.create_session([user])
    began = time.monotonic()
    decided = await asyncio.gather(
        *(parley_async.ask(session, f"Step {n}?", wait=10) for n in range(20))
    )
    assert all(each.is_approved for each in decided)
    assert time.monotonic() - began < 5


async def test_a_cancelled_task_stops_waiting(parley_async, server):
    session = await parley_async.create_session([await parley_async.create_user("Ann")])
    with pytest.raises(TimeoutError):
        async with asyncio.timeout(0.2):
            await parley_async.ask(session, "Deploy?")
    watched = parley_async.watch(session)
    assert (await anext(watched)).kind == "feedback.requested"
    await watched.aclose()
