"""What a lock file is made from, as one digest: requirements of packages and of our own below.

`lock_inputs.py [--group=NAME…] [FOLDER…]` prints the digest for the root's dependency groups and
the packages in these folders; `--own` prints our names.
"""

from __future__ import annotations

import hashlib
import json
import re
import sys
import tomllib
from pathlib import Path
from typing import Any

ROOT = Path(__file__).resolve().parents[1]
_NAME = re.compile(r"[A-Za-z0-9._-]+")


def _read(folder: Path) -> dict[str, Any]:
    return tomllib.loads((folder / "pyproject.toml").read_text())


def own_folders() -> dict[str, Path]:
    """Folder of each of our packages by name, the root's included."""
    root = _read(ROOT)
    sources = root["tool"]["uv"]["sources"]
    found = {name: ROOT / source["path"] for name, source in sources.items()}
    return {root["project"]["name"]: ROOT, **found}


def requirements(folders: list[Path], own: dict[str, Path]) -> set[str]:
    """Every requirement, as written, of some packages and of those of ours that they need."""
    found: set[str] = set()
    waiting = [folder.resolve() for folder in folders]
    seen: set[Path] = set()
    while waiting:
        current = waiting.pop()
        seen.add(current)
        wanted = _read(current)["project"]["dependencies"]
        found.update(wanted)
        below = (own[name] for name in map(_name, wanted) if name in own)
        waiting += [path for path in below if path not in seen]
    return found


def _name(requirement: str) -> str:
    match = _NAME.match(requirement)
    return match.group().lower() if match else ""


def main(arguments: list[str]) -> int:
    """Prints the names or a digest; answers the exit status."""
    own = own_folders()
    if arguments == ["--own"]:
        print("\n".join(sorted(own)))
        return 0
    groups = [word.removeprefix("--group=") for word in arguments if word.startswith("--group=")]
    folders = [ROOT / word for word in arguments if not word.startswith("--")]
    below = requirements(folders, own)
    chosen = [one for group in groups for one in _read(ROOT)["dependency-groups"][group]]
    listed = sorted({*below, *chosen})
    print("sha256:" + hashlib.sha256(json.dumps(listed).encode()).hexdigest())
    return 0


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
