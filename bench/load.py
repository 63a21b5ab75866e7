"""Load from wrk: one thread, so many connections, each with one request in flight."""

import json
import shutil
import subprocess
import tempfile
from dataclasses import dataclass

BATCH = 100
TEXT = "x" * 200
LUA = """
local paths = {%s}
local text = '%s'
local n = 0
wrk.method = "POST"
wrk.headers["Content-Type"] = "application/json"
wrk.headers["Authorization"] = "%s"
request = function()
  n = n + 1
  return wrk.format(nil, paths[n %% #paths + 1], nil, text)
end
"""


@dataclass(frozen=True)
class Load:
    """What wrk saw."""

    requests: int
    requests_per_s: float
    p50: str
    failures: int


def single_load(bench, seconds, connections=128):
    """One message a request, in turn to every session."""
    paths = [f"/api/sessions/{one}/messages" for one in bench.sessions]
    return _wrk(bench, seconds, connections, paths, {"text": TEXT})


def batch_load(bench, seconds, connections=4):
    """A hundred messages a request, over all sessions."""
    sessions = bench.sessions
    messages = [{"session_id": sessions[n % len(sessions)], "text": TEXT} for n in range(BATCH)]
    return _wrk(bench, seconds, connections, ["/api/messages/batch"], {"messages": messages})


def _wrk(bench, seconds, connections, paths, body):
    if shutil.which("wrk") is None:
        raise SystemExit("make bench needs wrk: `apt-get install wrk`")
    script = LUA % (
        ", ".join(f'"{path}"' for path in paths),
        json.dumps(body),
        bench.agent["authorization"],
    )
    with tempfile.NamedTemporaryFile("w", suffix=".lua") as file:
        file.write(script)
        file.flush()
        options = ["-t1", f"-c{connections}", f"-d{seconds}s", "--latency", "-s", file.name]
        command = ["wrk", *options, bench.suite.url]
        output = subprocess.run(command, capture_output=True, text=True, check=True).stdout
    return _read(output)


def _read(output):
    requests, rate, p50, failures = 0, 0.0, "", 0
    for line in output.splitlines():
        words = line.split()
        if line.startswith("Requests/sec"):
            rate = float(words[1])
        elif words and words[0] == "50%":
            p50 = words[1]
        elif "Non-2xx" in line:
            failures = int(words[-1])
        elif "requests in" in line:
            requests = int(words[0])
    return Load(requests, rate, p50, failures)
