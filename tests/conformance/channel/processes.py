"""The sandbox and a channel as real processes on free ports."""

import contextlib
import os
import re
import subprocess
import sys
import threading
import time

TOKEN = "conformance-service-token"
DEADLINE_SECONDS = 30.0


@contextlib.contextmanager
def channel(name, folder):
    """Starts both; gives the channel's address, the sandbox's, and the service token."""
    with _process("parley_sandbox", folder, {"SANDBOX_PORT": "0"}) as said:
        sandbox = _wait(said, r"on (http://[\w.:]+)")
        environment = _shared(folder) | _PROVIDERS[name](sandbox)
        with _process(f"parley_{name}", folder, environment) as heard:
            port = _wait(heard, r'"port": (\d+)')
            yield f"127.0.0.1:{port}", sandbox, TOKEN


def _shared(folder):
    return {
        "DATABASE_URL": f"sqlite:///{folder}/channel.db",
        "PARLEY_SECRET_KEYS": "k" * 40,
        "PARLEY_SERVICE_TOKEN": TOKEN,
        "PARLEY_ORCHESTRATOR": "127.0.0.1:9",
        "PARLEY_LOG_FORMAT": "json",
    }


def _slack(url):
    return {
        "PARLEY_SLACK_PORT": "0",
        "SLACK_CLIENT_ID": "sandbox-slack-client",
        "SLACK_CLIENT_SECRET": "sandbox-slack-secret",
        "SLACK_SIGNING_SECRET": "sandbox-slack-signing-secret",
        "SLACK_API_URL": f"{url}/api/",
        "SLACK_AUTHORIZE_URL": f"{url}/oauth/v2/authorize",
    }


def _gmail(url):
    return {
        "PARLEY_GMAIL_PORT": "0",
        "GMAIL_CLIENT_ID": "sandbox-google-client",
        "GMAIL_CLIENT_SECRET": "sandbox-google-secret",
        "GMAIL_API_URL": f"{url}/",
        "GOOGLE_AUTHORIZE_URL": f"{url}/o/oauth2/v2/auth",
        "GOOGLE_TOKEN_URL": f"{url}/token",
        "GOOGLE_REVOKE_URL": f"{url}/revoke",
        "GOOGLE_USERINFO_URL": f"{url}/oauth2/v3/userinfo",
        "GOOGLE_CERTS_URL": f"{url}/oauth2/v1/certs",
    }


_PROVIDERS = {"slack": _slack, "gmail": _gmail}


@contextlib.contextmanager
def _process(module, folder, environment):
    """Runs a module; gives the list that its lines are gathered in."""
    kept = {name: os.environ[name] for name in ("PATH", "HOME") if name in os.environ}  # noqa: TID251
    process = subprocess.Popen(
        [sys.executable, "-m", module],
        cwd=folder,
        env=kept | environment,
        stdout=subprocess.PIPE,
        stderr=subprocess.STDOUT,
        text=True,
    )
    lines = []
    reader = threading.Thread(target=lines.extend, args=(process.stdout,), daemon=True)
    reader.start()
    try:
        yield lines
    finally:
        process.terminate()
        try:
            process.wait(DEADLINE_SECONDS)
        except subprocess.TimeoutExpired:
            process.kill()
            process.wait()
        reader.join()
        process.stdout.close()


def _wait(lines, pattern):
    deadline = time.monotonic() + DEADLINE_SECONDS
    while time.monotonic() < deadline:
        if found := re.search(pattern, "".join(lines)):
            return found[1]
        time.sleep(0.05)
    raise AssertionError("it did not start:\n" + "".join(lines))
