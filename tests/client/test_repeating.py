"""What is repeated and what is not: nothing ever happens twice."""

import socket
import time
from datetime import timedelta

import pytest
from tests.client import documents
from tests.client.faults import Fault

from parley_client import Parley, ParleyError, Patience
from parley_client.retrying import call, pause_seconds
from parley_client.wire import Answer, Lost, Request

KEYED = Request("POST", "/x", key="k", is_repeatable=True)
BARE = Request("POST", "/x")
LOST, NEVER_ASKED = Lost("ReadError", True, 0.1), Lost("ConnectError", False, 0.1)


def answer(status, **headers):
    return Answer(
        status, {name.replace("_", "-"): value for name, value in headers.items()}, b"", 0
    )


@pytest.mark.parametrize(
    ("request_", "reply", "is_repeated"),
    [
        (KEYED, LOST, True),
        (BARE, LOST, False),
        (BARE, NEVER_ASKED, True),
        (KEYED, answer(503), True),
        (KEYED, answer(502), True),
        (KEYED, answer(504), True),
        (BARE, answer(503), False),
        (KEYED, answer(500), False),
        (KEYED, answer(501), False),
        (KEYED, answer(302), False),
        *[(KEYED, answer(status), False) for status in (400, 401, 403, 404, 409, 413, 422)],
        (BARE, answer(429, retry_after="3"), True),
        (BARE, answer(429), False),
        (KEYED, answer(429, retry_after="Wed, 21 Oct 2026 07:28:00 GMT"), False),
        (KEYED, answer(429, retry_after="-1"), False),
        (KEYED, answer(429, retry_after="٣"), False),
    ],
)
def test_only_what_is_safe_is_repeated(request_, reply, is_repeated):
    assert (pause_seconds(request_, reply, 1, Patience(), 0.5) is not None) == is_repeated


def test_pauses_double_up_to_a_limit_and_are_spread():
    patience = Patience(first_seconds=1, longest_seconds=8)
    pauses = [pause_seconds(KEYED, LOST, n, patience, 1.0) for n in range(1, 7)]
    assert pauses == [1, 2, 4, 8, 8, 8]
    assert pause_seconds(KEYED, LOST, 3, patience, 0.0) == 2
    assert pause_seconds(KEYED, LOST, 10**6, patience, 1.0) == 8
    assert pause_seconds(KEYED, answer(503, retry_after="20"), 1, patience, 1.0) == 20


def drive(steps, replies):
    """Runs steps on replies; answers the delays, and the result or the error."""
    delays = [next(steps).delay_seconds]
    try:
        for reply in replies:
            delays += [steps.send(reply).delay_seconds]
    except StopIteration as end:
        return delays, end.value
    except ParleyError as error:
        return delays, error
    raise AssertionError(f"goes on after {len(delays)} tries")


def test_patience_bounds_all_tries_together():
    patience = Patience(total_seconds=10, first_seconds=1, longest_seconds=4)
    delays, error = drive(call(KEYED, lambda: 1.0, patience), [Lost("ReadError", True, 2.0)] * 9)
    assert delays == [0, 1, 2, 4]
    assert (error.code, error.status) == ("unreachable", 0)


def test_a_retry_time_beyond_the_patience_is_told_instead():
    patience = Patience(total_seconds=10)
    delays, error = drive(call(BARE, lambda: 1.0, patience), [answer(429, retry_after="600")])
    assert delays == [0]
    assert (error.status, error.retry_after) == (429, timedelta(minutes=10))


def test_a_message_whose_answer_is_lost_is_said_once(parley, server, session):
    server.faults.extend([Fault(is_done=True), Fault(503, is_done=True), Fault()])
    message = parley.send(session, "Once")
    calls = server.calls("POST", f"/api/sessions/{session.id}/messages")
    assert len(calls) == 3  # the third fault came before it was handled
    assert len({each["headers"]["idempotency-key"] for each in calls}) == 1
    assert list(server.messages) == [message.id]


def test_a_question_whose_answer_is_lost_is_asked_once(parley, server, session):
    server.faults.append(Fault(is_done=True))
    asked = parley.ask(session, "Deploy?", wait=0)
    assert list(server.questions) == [asked.id]


def test_a_batch_whose_answer_is_lost_is_said_once(parley, server, session):
    server.faults.append(Fault(is_done=True))
    parley.send_batch([{"session_id": session.id, "text": f"{n}"} for n in range(5)])
    assert len(server.messages) == 5


def test_keys_differ_between_calls_and_can_be_given(parley, server, session):
    first, second = parley.send(session, "A"), parley.send(session, "A")
    assert first != second
    mine = [parley.send(session, "B", idempotency_key="build-7") for _ in range(2)]
    assert mine[0] == mine[1]
    assert parley.ask(session, "?", wait=0, idempotency_key="q") == parley.ask(
        session, "?", wait=0, idempotency_key="q"
    )


def test_a_person_is_not_created_twice(parley, server):
    server.faults.append(Fault(is_done=True))
    with pytest.raises(ParleyError, match="not known") as raised:
        parley.create_user("Ann")
    assert raised.value.code == "unreachable"
    assert len(server.users) == 1


def test_a_limit_is_waited_for(parley, server):
    body = documents.problem(429, "limit_reached")
    server.faults.append(Fault(429, {"Retry-After": "1"}, body))
    began = time.monotonic()
    assert parley.create_user("Ann").name == "Ann"
    assert time.monotonic() - began >= 1


def test_a_refusal_is_told_as_the_server_tells_it(parley, server):
    body = documents.problem(422, "invalid_field", "name: too long", field="name")
    server.faults.append(Fault(422, {}, body))
    with pytest.raises(ParleyError) as raised:
        parley.create_user("A" * 999)
    error = raised.value
    assert (error.code, error.status, error.detail) == ("invalid_field", 422, "name: too long")
    assert error.problem["field"] == "name"
    assert error.retry_after is None
    assert str(error) == "name: too long (invalid_field)"


@pytest.mark.parametrize(
    ("status", "code"), [(200, "unreadable_answer"), (404, "http_404"), (302, "http_302")]
)
def test_something_that_is_not_parley_is_told(parley, server, status, code):
    server.faults.append(Fault(status, {"content-type": "text/html"}, "<html>"))
    with pytest.raises(ParleyError) as raised:
        parley.user("usr_1")
    assert raised.value.code == code


def test_a_wrong_key_is_refused_and_not_shown(server):
    with (
        Parley(server.url, "agt_wrong.canary") as parley,
        pytest.raises(ParleyError) as raised,
    ):
        parley.create_user("Ann")
    assert (raised.value.code, raised.value.status) == ("bad_credential", 401)
    assert "canary" not in repr(raised.value)


def test_a_server_that_is_not_there_yet_is_waited_for_and_one_that_never_is_told():
    with socket.socket() as taken:
        taken.bind(("127.0.0.1", 0))
        url = f"http://127.0.0.1:{taken.getsockname()[1]}"
    quick = Patience(total_seconds=0.3, first_seconds=0.05)
    began = time.monotonic()
    with Parley(url, "key", patience=quick) as parley, pytest.raises(ParleyError) as raised:
        parley.create_user("Ann")
    assert (raised.value.code, raised.value.status) == ("unreachable", 0)
    assert 0.1 < time.monotonic() - began < 2


@pytest.mark.parametrize("url", ["parley.example", "ftp://parley.example", "http://", "//x"])
def test_an_address_that_is_none_is_told_at_once(url):
    with pytest.raises(ParleyError, match="PARLEY_URL"):
        Parley(url, "key")


@pytest.mark.parametrize("key", ["", "päss", "a\nb"])
def test_a_key_that_is_none_is_told_at_once(key, monkeypatch):
    monkeypatch.delenv("PARLEY_AGENT_KEY", raising=False)
    with pytest.raises(ParleyError, match="PARLEY_AGENT_KEY"):
        Parley("http://127.0.0.1:9", key)
