"""One process of the suite: started, watched, stopped or killed by its own id."""

from __future__ import annotations

import signal
import subprocess
import sys
import threading
from collections.abc import Callable, Mapping, Sequence
from pathlib import Path
from typing import IO

Sink = Callable[[str, str], None]
STOP_SECONDS = 30.0


class Process:
    """A running service.

    Args:
        name: What its lines are marked with.
        command: The program and its arguments; ``python`` means this interpreter.
        sink: Gets (name, line) for each line of output.
    """

    def __init__(
        self,
        name: str,
        command: Sequence[str],
        environment: Mapping[str, str],
        folder: Path,
        sink: Sink,
    ) -> None:
        self.name = name
        words = [sys.executable if word == "python" else word for word in command]
        self._popen = subprocess.Popen(  # noqa: S603  # the Procfile's own commands
            words,
            env=dict(environment),
            cwd=folder,
            stdout=subprocess.PIPE,
            stderr=subprocess.STDOUT,
            text=True,
            errors="replace",
            start_new_session=True,  # Ctrl-C reaches the runner only, which stops them in order
        )
        stream = self._popen.stdout
        if stream is None:
            raise AssertionError("the output is piped")
        self._reader = threading.Thread(target=_read, args=(stream, name, sink), daemon=True)
        self._reader.start()

    @property
    def pid(self) -> int:
        """Its process id."""
        return self._popen.pid

    @property
    def is_running(self) -> bool:
        """Whether it has not ended."""
        return self._popen.poll() is None

    @property
    def status(self) -> int | None:
        """Its exit status; None while it runs."""
        return self._popen.poll()

    def stop(self) -> None:
        """Asks it to end, and kills it if it has not within 30 s."""
        if self.is_running:
            self._popen.send_signal(signal.SIGTERM)
        try:
            self._popen.wait(STOP_SECONDS)
        except subprocess.TimeoutExpired:
            self.kill()
        self._close()

    def kill(self) -> None:
        """Kills it at once."""
        if self.is_running:
            self._popen.kill()
        self._popen.wait()
        self._close()

    def pause(self) -> None:
        """Freezes it, as a machine that sleeps."""
        self._popen.send_signal(signal.SIGSTOP)

    def resume(self) -> None:
        """Lets a paused one go on."""
        self._popen.send_signal(signal.SIGCONT)

    def _close(self) -> None:
        self._reader.join(5)
        if self._popen.stdout is not None:
            self._popen.stdout.close()


def _read(stream: IO[str], name: str, sink: Sink) -> None:
    try:
        for line in stream:
            sink(name, line.rstrip("\n"))
    except ValueError:
        return  # closed while reading: the process is gone
