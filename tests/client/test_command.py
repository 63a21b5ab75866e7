"""The command: its words, its output, its exit status."""

import json
import subprocess
import sys

import pytest

from parley_client.cli import main


@pytest.fixture
def run(environment, capsys):
    """Runs `parley …`; answers (status, output, errors)."""

    def command(*arguments):
        try:
            status = main(arguments)
        except SystemExit as end:
            status = end.code
        captured = capsys.readouterr()
        return status, captured.out, captured.err

    return command


@pytest.mark.parametrize(("value", "status"), [("approved", 0), ("rejected", 1)])
def test_ask_answers_the_decision(run, environment, session, value, status):
    environment.auto_answer = lambda _question: value
    done, out, _ = run("ask", "Deploy?", "--session", session.id)
    printed = json.loads(out)
    assert (done, printed["status"], printed["response"]["value"]) == (status, "answered", value)
    assert printed["created_at"] == "2026-11-23T10:00:00Z"


@pytest.mark.parametrize(("ending", "status"), [("expired", 2), ("cancelled", 2)])
def test_ask_tells_an_end_without_a_decision(run, environment, session, ending, status):
    def end_it(question):
        environment._loop.call_soon(environment.decide, question["id"], None, ending)

    environment.auto_answer = end_it
    assert run("ask", "Deploy?", "--session", session.id, "--wait", "5")[0] == status


def test_ask_gives_up_waiting(run, session):
    status, out, _ = run("ask", "Deploy?", "--session", session.id, "--wait", "0.1")
    assert (status, json.loads(out)["status"]) == (4, "pending")


@pytest.mark.parametrize("value", ["rejected", "blue"])
def test_another_kind_than_approval_ends_with_0(run, environment, session, value):
    environment.auto_answer = lambda _question: value
    arguments = ("--kind", "choice", "--option", "rejected", "--option", "blue")
    status, out, _ = run("ask", "Which?", "--session", session.id, *arguments)
    assert (status, json.loads(out)["response"]["value"]) == (0, value)


def test_ask_passes_everything_on(run, environment, tmp_path):
    environment.auto_answer = lambda _question: {"n": 1}
    (tmp_path / "schema.json").write_text('{"type": "object"}')
    user = ("--user", "usr_1", "--user", "usr_2", "--title", "Release")
    more = ("--schema", f"@{tmp_path}/schema.json", "--action", '{"a": [1, null]}')
    rest = ("--expires", "90", "--all", "--min-assurance", "session")
    assert run("ask", "Fill in", "--kind", "form", *user, *more, *rest)[0] == 0
    (session,) = environment.sessions.values()
    assert ([each["user_id"] for each in session["participants"]], session["title"]) == (
        ["usr_1", "usr_2"],
        "Release",
    )
    (asked,) = environment.calls("POST", f"/api/sessions/{session['id']}/feedback-requests")
    assert asked["body"] == {
        "prompt": "Fill in",
        "kind": "form",
        "schema": {"type": "object"},
        "action": {"a": [1, None]},
        "expires_in_seconds": 90,
        "delivery": "all",
        "min_assurance": "session",
    }


@pytest.mark.parametrize(
    ("arguments", "said"),
    [
        ((), "command"),
        (("dance",), "dance"),
        (("ask", "--session", "ses_1"), "prompt"),
        (("ask", "Deploy?"), "--session --user"),
        (("ask", "Deploy?", "--session", "a", "--user", "b"), "not allowed"),
        (("ask", "Deploy?", "--session", "a", "--wait", "soon"), "soon"),
        (("ask", "Deploy?", "--session", "a", "--action", "{oops"), "not JSON"),
        (("ask", "Deploy?", "--session", "a", "--schema", "@/no/such/file"), "cannot be read"),
        (("ask", "Deploy?", "--user", "a", "--idempotency-key", "k"), "needs --session"),
        (("watch",), "session"),
    ],
)
def test_wrong_arguments_end_with_3_and_do_nothing(run, environment, arguments, said):
    status, out, err = run(*arguments)
    assert (status, out) == (3, "")
    assert said in err
    assert environment.seen == []


def test_a_refusal_ends_with_3_and_says_why(run):
    status, out, err = run("send", "Hello", "--session", "ses_unknown")
    assert (status, out) == (3, "")
    assert err == "parley: No session with the id 'ses_unknown'. (unknown_id)\n"


def test_without_a_key_it_says_what_to_set(run, monkeypatch):
    monkeypatch.delenv("PARLEY_AGENT_KEY")
    status, _, err = run("sessions")
    assert status == 3
    assert "Set PARLEY_AGENT_KEY" in err


def test_send_says_it_once_under_a_key(run, environment, session):
    arguments = ("send", "Grüße", "--session", session.id, "--idempotency-key", "k", "--urgent")
    results = [run(*arguments) for _ in range(2)]
    assert results[0] == results[1]
    assert json.loads(results[0][1])["text"] == "Grüße"
    assert "Grüße" in results[0][1]
    assert len(environment.messages) == 1
    assert environment.calls("POST", f"/api/sessions/{session.id}/messages")[0]["body"]["urgent"]


def test_sessions_are_one_a_line(run, parley, session):
    others = [parley.create_session(["usr_1"]).id for _ in range(3)]
    status, out, _ = run("sessions", "--limit", "2")
    assert status == 0
    assert [json.loads(line)["id"] for line in out.splitlines()] == [session.id, others[0]]


def test_watch_prints_what_happened_until_it_is_quiet(run, parley, session):
    for number in range(3):
        parley.send(session, f"{number}")
    status, out, _ = run("watch", session.id, "--after", "1", "--for", "0.1")
    assert status == 0
    assert [json.loads(line)["seq"] for line in out.splitlines()] == [2, 3]


@pytest.mark.parametrize("words", [(), ("ask",), ("send",), ("sessions",), ("watch",)])
def test_help_fits_a_terminal_and_ends_with_0(run, words, monkeypatch):
    monkeypatch.setenv("COLUMNS", "80")
    status, out, err = run(*words, "--help")
    assert (status, err) == (0, "")
    assert out.startswith("usage: parley")
    assert max(map(len, out.splitlines())) <= 80


def test_ctrl_c_ends_as_shells_expect(run, session, monkeypatch):
    def interrupted(*_arguments):
        raise KeyboardInterrupt

    monkeypatch.setattr("parley_client.transports.Transport.run", interrupted)
    assert run("watch", session.id)[0] == 130


def test_a_reader_that_has_seen_enough_is_no_error(environment, parley, session):
    for number in range(50):
        parley.send(session, "x" * 5000 + f"{number}")
    here = f"{sys.executable} -m parley_client.cli"
    line = f"set -o pipefail; {here} watch {session.id} --for 1 | head -n 1"
    done = subprocess.run(["bash", "-c", line], capture_output=True, timeout=30, check=False)
    assert (done.returncode, done.stderr) == (0, b"")
    assert json.loads(done.stdout)["seq"] == 1
