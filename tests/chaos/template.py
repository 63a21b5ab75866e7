"""A process with every service's modules loaded, which others are forked from.

Importing is most of what a service's start costs. Forked from here a killed one is back within
tenths of a second, so that hundreds of kills fit into minutes. What runs is the same: the module
as ``__main__``, its own environment, folder, output and session; it can be killed by its pid.

Run as a program it reads commands as JSON lines and answers each with one.
"""

import contextlib
import gc
import importlib
import json
import os
import runpy
import signal
import subprocess
import sys
import threading
import time
from pathlib import Path

MODULES = ("orchestrator", "gmail", "slack", "gateway", "sandbox")


class Template:
    """The forking process, as the tests drive it."""

    def __init__(self):
        self._lock = threading.Lock()
        self._process = subprocess.Popen(
            [sys.executable, __file__], stdin=subprocess.PIPE, stdout=subprocess.PIPE, text=True
        )
        assert self._process.stdout.readline().strip() == "ready"

    def ask(self, **command):
        with self._lock:
            self._process.stdin.write(json.dumps(command) + "\n")
            self._process.stdin.flush()
            return json.loads(self._process.stdout.readline())

    def start(self, module, *, env, folder, log):
        pid = self.ask(do="fork", module=module, env=dict(env), folder=str(folder), log=str(log))
        return Forked(self, pid, log)

    def close(self):
        self._process.stdin.close()
        self._process.wait(10)
        self._process.stdout.close()


class Forked:
    """A service's process; the same verbs as `parley_suite.process.Process`."""

    def __init__(self, template, pid, log):
        self._template = template
        self._status = None
        self.pid = pid
        self.log = Path(log)

    @property
    def status(self):
        """None while it runs; the exit status, negative for a signal."""
        if self._status is None:
            self._status = self._template.ask(do="status", pid=self.pid)
        return self._status

    @property
    def is_running(self):
        return self.status is None

    def send(self, number):
        if self.is_running:
            with contextlib.suppress(ProcessLookupError):
                os.kill(self.pid, number)

    def kill(self):
        self.send(signal.SIGKILL)
        self.wait()

    def stop(self, seconds=40):
        self.send(signal.SIGTERM)
        try:
            return self.wait(seconds)
        except TimeoutError:
            self.kill()
            raise

    def pause(self):
        self.send(signal.SIGSTOP)

    def resume(self):
        self.send(signal.SIGCONT)

    def wait(self, seconds=30):
        """The exit status."""
        deadline = time.monotonic() + seconds
        while self.status is None:
            if time.monotonic() > deadline:
                raise TimeoutError(f"process {self.pid} ({self.log.name}) has not ended")
            time.sleep(0.01)
        return self.status


def _fork(command):
    pid = os.fork()
    if pid == 0:
        _become(command)
    return pid


def _become(command):
    """Never returns."""
    status = 1
    try:
        os.setsid()
        os.environ.clear()  # noqa: TID251  # a process of its own gets an environment of its own
        os.environ.update(command["env"])  # noqa: TID251
        os.chdir(command["folder"])
        out = os.open(command["log"], os.O_WRONLY | os.O_CREAT | os.O_APPEND)
        nothing = os.open(os.devnull, os.O_RDONLY)
        for number, target in ((nothing, 0), (out, 1), (out, 2)):
            os.dup2(number, target)
        _plant(command["env"].get("PLANTED"))
        sys.argv = [command["module"]]
        runpy.run_module(command["module"], run_name="__main__", alter_sys=True)
    except SystemExit as end:
        status = end.code if isinstance(end.code, int) else int(end.code is not None)
    except BaseException:  # noqa: BLE001  # it ends as a program does
        sys.excepthook(*sys.exc_info())
    finally:
        os._exit(status)


def _plant(names):
    """What `tests.chaos.planting` is asked for, in this process only."""
    if names:
        sys.path.insert(0, str(Path(__file__).resolve().parents[2]))
        from tests.chaos import planting  # noqa: PLC0415  # for the few that need it

        planting.plant(names)


def _status_of(command):
    pid, status = os.waitpid(command["pid"], os.WNOHANG)
    return os.waitstatus_to_exitcode(status) if pid else None


def _serve():
    answers = os.fdopen(os.dup(1), "w")
    os.dup2(2, 1)
    for name in MODULES:
        importlib.import_module(f"parley_{name}.__main__")
        del sys.modules[f"parley_{name}.__main__"]  # each child runs it anew
    gc.freeze()  # children look through nothing of this, and copy none of it
    answers.write("ready\n")
    answers.flush()
    does = {"fork": _fork, "status": _status_of}
    forked = []
    for line in sys.stdin:
        command = json.loads(line)
        answer = does[command["do"]](command)
        if command["do"] == "fork":
            forked.append(answer)
        answers.write(json.dumps(answer) + "\n")
        answers.flush()
    _end_those_that_are_left(forked)


def _end_those_that_are_left(pids):
    """The tests are over, or were killed themselves: nothing of theirs runs on."""
    for pid in pids:
        with contextlib.suppress(ProcessLookupError, ChildProcessError):
            if os.waitpid(pid, os.WNOHANG) == (0, 0):
                os.kill(pid, signal.SIGKILL)


if __name__ == "__main__":
    _serve()
