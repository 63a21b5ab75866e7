"""A PostgreSQL server of the tests' own: no durability, free port, gone when they end."""

import os
import shutil
import signal
import socket
import subprocess
import tempfile
import time
import uuid
from pathlib import Path

import psycopg

SETTINGS = {
    "fsync": "off",
    "synchronous_commit": "off",
    "full_page_writes": "off",
    "max_connections": "100",
    "shared_buffers": "32MB",
    "listen_addresses": "127.0.0.1",
    "log_min_messages": "fatal",
}
START_SECONDS = 60


class NoServerError(Exception):
    """There is no PostgreSQL server that the tests could start; the message says why."""


def find_programs() -> Path:
    """The folder of `initdb` and `postgres`; distributions keep it off the PATH."""
    folders = sorted(Path("/usr/lib/postgresql").glob("*/bin"), reverse=True)
    folders += [Path("/opt/homebrew/opt/postgresql/bin"), Path("/usr/pgsql/bin")]
    if on_path := shutil.which("postgres"):
        folders.insert(0, Path(on_path).resolve().parent)
    for folder in folders:
        if (folder / "initdb").exists() and (folder / "postgres").exists():
            return folder
    raise NoServerError("no PostgreSQL server is installed; install `postgresql`")


def as_unprivileged(command: list[str]) -> list[str]:
    """The command as a user whom PostgreSQL accepts: never root."""
    if os.geteuid() != 0:
        return command
    for user in ("postgres", "nobody"):
        if shutil.which("setpriv"):
            return ["setpriv", f"--reuid={user}", "--clear-groups", "--", *command]
        if shutil.which("runuser"):
            return ["runuser", "-u", user, "--", *command]
    raise NoServerError("PostgreSQL refuses to run as root, and `setpriv` is missing")


def free_port() -> int:
    """A port that nobody listens on now."""
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        return int(probe.getsockname()[1])


class PostgresServer:
    """A running server; `new_database` gives an empty one or a copy of a template."""

    def __init__(self, folder: Path | None = None, **settings: str) -> None:
        self._programs = find_programs()
        self._settings = SETTINGS | settings
        self.folder = folder or Path(tempfile.mkdtemp(prefix="parley-pg-"))
        self.port = free_port()
        self._process: subprocess.Popen[bytes] | None = None

    def start(self) -> None:
        """Initialises and starts it."""
        owner = as_unprivileged(["id", "-u"])
        uid = int(subprocess.run(owner, check=True, capture_output=True).stdout)
        os.chown(self.folder, uid, -1)
        options = ["-A", "trust", "-U", "parley", "-E", "UTF8", "--no-sync", "--locale=C"]
        self._run([str(self._programs / "initdb"), "-D", str(self.data), *options])
        self._launch()

    def restart(self, how: signal.Signals = signal.SIGKILL) -> None:
        """Ends it (SIGINT fast, SIGQUIT at once, SIGKILL without a word) and starts it again."""
        if self._process is None:
            raise AssertionError("it was never started")
        self._process.send_signal(how)
        self._process.wait(30)
        for _ in range(100):
            try:
                self._launch()
            except NoServerError:
                time.sleep(0.05)  # orphans of a killed one still hold its memory
            else:
                return
        raise NoServerError("PostgreSQL did not come back")

    def _launch(self) -> None:
        settings = [f"-c{key}={value}" for key, value in self._settings.items()]
        command = [str(self._programs / "postgres"), "-D", str(self.data), f"-p{self.port}"]
        self._process = subprocess.Popen(
            as_unprivileged([*command, f"-k{self.folder}", *settings]),
            cwd="/",
            stdout=subprocess.DEVNULL,
            stderr=subprocess.DEVNULL,
        )
        self._wait()

    @property
    def data(self) -> Path:
        return self.folder / "data"

    def url(self, database: str = "postgres") -> str:
        """Where a database is."""
        return f"postgresql://parley@127.0.0.1:{self.port}/{database}"

    def new_database(self, template: str = "template0") -> str:
        """The URL of a database of its own."""
        name = f"test_{uuid.uuid4().hex[:12]}"
        self.execute(f"CREATE DATABASE {name} TEMPLATE {template}")
        return self.url(name)

    def execute(self, statement: str) -> None:
        """Runs a statement on the server."""
        with psycopg.connect(self.url(), autocommit=True) as connection:
            connection.execute(statement)

    def stop(self) -> None:
        """Ends it and removes its files."""
        if self._process is not None:
            self._process.send_signal(signal.SIGINT)  # its fast way to stop
            try:
                self._process.wait(10)
            except subprocess.TimeoutExpired:
                self._process.kill()
                self._process.wait()
        shutil.rmtree(self.folder, ignore_errors=True)

    def _run(self, command: list[str]) -> None:
        done = subprocess.run(
            as_unprivileged(command), check=False, capture_output=True, text=True, cwd="/"
        )
        if done.returncode != 0:
            raise NoServerError(f"{command[0]} failed: {done.stderr.strip()[-300:]}")

    def _wait(self) -> None:
        command = [str(self._programs / "pg_isready"), "-h127.0.0.1", f"-p{self.port}", "-q"]
        for _ in range(START_SECONDS * 20):
            if subprocess.run(command, check=False).returncode == 0:
                return
            if self._process is None or self._process.poll() is not None:
                break
            subprocess.run(["sleep", "0.05"], check=False)
        raise NoServerError("PostgreSQL did not start")
