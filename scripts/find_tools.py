"""Finds the programs that some tests drive, gets what is missing where it can, and says what not.

PostgreSQL's server, Chromium, grpcurl and AsyncAPI's schema are no Python packages. On Debian and
Ubuntu as root the programs are installed, npm's package goes into `.venv`; elsewhere this says
plainly which tests will skip. It never fails the run.
"""

from __future__ import annotations

import os
import shutil
import subprocess
import sys
from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path

INSTALL_SECONDS = 600
NPM = Path(__file__).resolve().parents[1] / ".venv/npm"
ASYNCAPI = "@asyncapi/specs@6"
GRPCURL = "github.com/fullstorydev/grpcurl/cmd/grpcurl@latest"


@dataclass(frozen=True)
class Tool:
    """A program, how to find it, the Debian package that has it, and what skips without it."""

    name: str
    find: Callable[[], str | None]
    package: str | None
    skipped: str
    advice: str


def find_postgres() -> str | None:
    """Folder of PostgreSQL's server programs; distributions keep them off the PATH."""
    folders = sorted(Path("/usr/lib/postgresql").glob("*/bin"), reverse=True)
    folders += [Path("/opt/homebrew/opt/postgresql/bin"), Path("/usr/pgsql/bin")]
    if on_path := shutil.which("initdb"):
        folders.insert(0, Path(on_path).parent)
    return next((str(folder) for folder in folders if (folder / "initdb").exists()), None)


def find_chromium() -> str | None:
    """The system's Chromium or Chrome, or the one that Playwright has downloaded.

    The headless shell is the same browser without windows, and takes two thirds of the time.
    """
    shell, chromium, chrome = "chromium-headless-shell", "chromium", "google-chrome"
    names = (shell, chromium, f"{chromium}-browser", chrome, f"{chrome}-stable")
    own = Path.home().glob(".cache/ms-playwright/chromium-*/chrome-linux*/chrome")
    return next(filter(None, map(shutil.which, names)), None) or next(map(str, own), None)


def find_grpcurl() -> str | None:
    """The program on the PATH or where Go installs."""
    return shutil.which("grpcurl") or shutil.which("grpcurl", path=str(Path.home() / "go/bin"))


def find_asyncapi_schema() -> str | None:
    """The JSON Schema of AsyncAPI 3.0 documents (Apache-2.0)."""
    path = NPM / "node_modules/@asyncapi/specs/schemas/3.0.0.json"
    return str(path) if path.exists() else None


TOOLS = (
    Tool("PostgreSQL", find_postgres, "postgresql", "tests on PostgreSQL", "install `postgresql`"),
    Tool("Chromium", find_chromium, "chromium", "browser tests", "install `chromium`"),
    Tool("grpcurl", find_grpcurl, None, "grpcurl tests", f"run `go install {GRPCURL}`"),
    Tool("AsyncAPI's schema", find_asyncapi_schema, None, "a schema test", "install `npm`"),
)


def _is_debian_root() -> bool:
    return os.geteuid() == 0 and shutil.which("apt-get") is not None


def _run(command: list[str]) -> str:
    """Runs a command; answers why it failed, or nothing."""
    quiet = ["env", "DEBIAN_FRONTEND=noninteractive", *command]
    try:
        done = subprocess.run(
            quiet, check=False, capture_output=True, text=True, timeout=INSTALL_SECONDS
        )
    except (OSError, subprocess.TimeoutExpired) as error:
        return str(error)
    return "" if done.returncode == 0 else (done.stderr or done.stdout).strip()[-300:]


def _install(missing: list[Tool]) -> dict[str, str]:
    """Tries to install; answers what went wrong, by the tool's name."""
    packages = [tool.package for tool in missing if tool.package]
    failed: dict[str, str] = {}
    if packages and _is_debian_root():
        print(f"installing {', '.join(packages)} with apt-get …", flush=True)
        trouble = _run(["apt-get", "update", "-q"]) or _run(
            ["apt-get", "install", "-y", "-q", "--no-install-recommends", *packages]
        )
        failed |= {tool.name: trouble for tool in missing if tool.package and trouble}
    go = shutil.which("go") or shutil.which("go", path="/usr/local/go/bin")
    if go and any(tool.find is find_grpcurl for tool in missing):
        print("installing grpcurl with go …", flush=True)
        failed["grpcurl"] = _run([go, "install", GRPCURL])
    npm = shutil.which("npm")
    if npm and any(tool.find is find_asyncapi_schema for tool in missing):
        print(f"installing {ASYNCAPI} with npm …", flush=True)
        options = ["--prefix", str(NPM), "--no-audit", "--no-fund", "--ignore-scripts"]
        failed["AsyncAPI's schema"] = _run([npm, "install", *options, ASYNCAPI])
    return failed


def main() -> int:
    """Reports each tool; the status is 0 whatever was found."""
    missing = [tool for tool in TOOLS if tool.find() is None]
    failed = _install(missing) if missing else {}
    for tool in TOOLS:
        if place := tool.find():
            print(f"{tool.name}: {place}")
            continue
        reason = f" ({failed[tool.name]})" if failed.get(tool.name) else ""
        print(f"{tool.name}: not found{reason}; {tool.skipped} will skip. To run: {tool.advice}")
    return 0


if __name__ == "__main__":
    sys.exit(main())
