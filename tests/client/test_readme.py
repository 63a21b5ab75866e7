"""Every example of the README runs and does what it says."""

import base64
import os
import re
import subprocess
import sys
from pathlib import Path

import orjson
import pytest
from standardwebhooks import Webhook
from tests.client import documents
from tests.client.fake_parley import KEY

from parley_client import Parley

README = Path(__file__).parents[2] / "clients/python/README.md"
SECRET = "whsec_" + base64.b64encode(b"s" * 32).decode()


def blocks(language):
    return re.findall(rf"```{language}\n(.*?)```", README.read_text(), re.DOTALL)


def run(number):
    namespace = {"__name__": "readme"}
    exec(compile(blocks("python")[number], f"README.md example {number + 1}", "exec"), namespace)
    return namespace


def test_there_are_six_examples():
    assert (len(blocks("python")), len(blocks("bash"))) == (5, 1)


@pytest.mark.parametrize(
    ("value", "said"),
    [("approved", "deploying, says Ann by slack\n"), ("rejected", "not deploying: answered\n")],
)
def test_ask_before_you_act(environment, capsys, value, said):
    environment.auto_answer = lambda _question: value
    run(0)
    assert capsys.readouterr().out == said
    (question,) = environment.questions.values()
    assert question["action"] == {"service": "shop", "version": "4.2"}
    assert question["expires_in_seconds"] == 3600


@pytest.mark.parametrize(
    ("value", "said"),
    [
        ("approved", "dropping orders\n"),
        ("rejected", "Not approved: Ann answered 'rejected' by slack.\n"),
    ],
)
def test_guard_a_dangerous_step(environment, capsys, value, said):
    environment.auto_answer = lambda _question: value
    run(1)
    assert capsys.readouterr().out == said
    (question,) = environment.questions.values()
    assert (question["min_assurance"], question["expires_in_seconds"]) == ("slack", 1800)


def test_many_questions_on_one_event_loop(environment, capsys):
    environment.auto_answer = lambda question: "eu" if "shop" in question["prompt"] else "us"
    run(2)
    assert capsys.readouterr().out == "['eu', 'us']\n"


def test_talk_and_listen(environment, capsys):
    run(3)
    assert capsys.readouterr().out == "1 message.created\n"
    assert list(environment.keys) == ["build-812"]


def test_take_webhooks(monkeypatch, capsys):
    monkeypatch.setenv("WEBHOOK_SECRET", SECRET)
    handle = run(4)["handle"]
    moment = documents.NOW
    told = {"type": "feedback.resolved", "timestamp": moment, "session_id": "ses_1", "seq": 3}
    body = orjson.dumps({**told, "data": {}})
    headers = signed(body)
    assert handle(headers, body) == 204
    assert capsys.readouterr().out == "ses_1 is decided\n"
    assert handle(headers, body + b" ") == 401
    assert handle({}, body) == 401


def signed(body):
    from parley_kit.clock import utc_now  # noqa: PLC0415  # only signing needs the time

    now = utc_now()
    signature = Webhook(SECRET).sign("dlv_1", now, body.decode())
    return {
        "Webhook-Id": "dlv_1",
        "Webhook-Timestamp": str(int(now.timestamp())),
        "Webhook-Signature": signature,
    }


@pytest.mark.parametrize(("value", "said"), [("approved", "deploying\n"), ("rejected", "")])
def test_from_a_shell(environment, tmp_path, value, said):
    environment.auto_answer = lambda _question: value
    with Parley(environment.url, KEY) as parley:
        ann = parley.create_user("Ann").id
    done = subprocess.run(
        ["bash", "-c", blocks("bash")[0]],
        cwd=tmp_path,
        env={
            "PATH": f"{Path(sys.executable).parent}:{os.defpath}",
            "PARLEY_URL": environment.url,
            "PARLEY_AGENT_KEY": KEY,
            "ANN": ann,
        },
        capture_output=True,
        text=True,
        timeout=60,
        check=False,
    )
    assert done.returncode == 0, done.stderr
    assert done.stdout.startswith(said + "{")
    assert f'"value": "{value}"' in (tmp_path / "decision.json").read_text()
