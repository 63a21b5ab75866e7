"""The scripts behind `make`: what is out of step is named, what is missing is said."""

import shutil
import subprocess
import sys
from importlib.util import module_from_spec, spec_from_file_location
from pathlib import Path

import pytest

ROOT = Path(__file__).parents[2]
LOCKED = ("pyproject.toml", "requirements.lock", "requirements-build.lock")
PACKAGES = ("libs/*", "services/*", "sandbox", "clients/python")
LOCKS = sorted(
    path for folder in (".", *PACKAGES) for path in ROOT.glob(f"{folder}/requirements*.lock")
)


@pytest.fixture
def tree(tmp_path):
    """Scripts, protos, stubs, pyproject files and locks of this tree, to be changed at will."""
    wanted = [ROOT / name for name in LOCKED]
    wanted += [path for package in PACKAGES for path in ROOT.glob(f"{package}/*.toml")]
    wanted += [path for package in PACKAGES for path in ROOT.glob(f"{package}/*.lock")]
    for path in wanted:
        target = tmp_path / path.relative_to(ROOT)
        target.parent.mkdir(parents=True, exist_ok=True)
        shutil.copy(path, target)
    ignored = shutil.ignore_patterns("__pycache__")
    for folder in ("scripts", "protos", "libs/protos/parley"):
        shutil.copytree(ROOT / folder, tmp_path / folder, ignore=ignored)
    return tmp_path


def run(tree, *command):
    environment = {"VENV": sys.prefix, "PATH": "/usr/bin:/bin"}
    return subprocess.run(
        command, cwd=tree, env=environment, capture_output=True, text=True, check=False
    )


def replace(path, old, new):
    before = path.read_text()
    assert old in before
    path.write_text(before.replace(old, new, 1))


def test_a_fresh_tree_passes(tree):
    done = run(tree, "scripts/check_fresh.sh")
    assert done.returncode == 0, done.stderr


def test_a_changed_proto_needs_new_stubs(tree):
    proto = tree / "protos/parley/common/v1/caller.proto"
    proto.write_text(f"{proto.read_text()}\nmessage Chief {{}}\n")
    done = run(tree, "scripts/check_fresh.sh")
    assert done.returncode == 1
    assert "make protos" in done.stderr


def test_a_changed_requirement_names_the_locks_that_it_reaches(tree):
    replace(tree / "services/slack/pyproject.toml", '"slack-sdk>=', '"slack-sdk>3,>=')
    done = run(tree, "scripts/lock.sh", "--check")
    assert done.returncode == 1
    assert "requirements.lock services/slack/requirements.lock;" in done.stderr
    assert "services/gmail" not in done.stderr


def test_a_requirement_of_the_kit_reaches_every_image(tree):
    replace(tree / "libs/kit/pyproject.toml", '"orjson>=', '"orjson>1,>=')
    stale = run(tree, "scripts/lock.sh", "--check").stderr
    for image in ("gateway", "orchestrator", "gmail", "slack"):
        assert f"services/{image}/requirements.lock" in stale
    assert "sandbox/requirements.lock" in stale
    assert "requirements-build.lock" not in stale


def test_images_run_the_versions_that_the_tree_is_tested_with():
    def versions(path):
        lines = path.read_text().splitlines()
        return {line.split(" ")[0] for line in lines if "==" in line}

    tested = versions(ROOT / "requirements.lock")
    locks = [path for package in PACKAGES for path in ROOT.glob(f"{package}/requirements.lock")]
    assert len(locks) == 5
    for lock in (*locks, ROOT / "requirements-build.lock"):
        assert versions(lock) - tested == set(), lock


@pytest.mark.parametrize("lock", LOCKS, ids=str)
def test_a_lock_says_nothing_of_where_it_was_made(lock):
    text = lock.read_text()
    assert "://" not in text
    assert str(Path.home()) not in text
    assert "\n-" not in text, "no index, no links, no packages of our own"


def test_missing_tools_are_named_with_what_skips_and_the_run_goes_on(monkeypatch, capsys):
    spec = spec_from_file_location("find_tools", ROOT / "scripts/find_tools.py")
    find_tools = module_from_spec(spec)
    monkeypatch.setitem(sys.modules, "find_tools", find_tools)
    spec.loader.exec_module(find_tools)
    monkeypatch.setattr(find_tools.shutil, "which", lambda *_args, **_named: None)
    monkeypatch.setattr(find_tools.Path, "glob", lambda *_args: iter(()))
    monkeypatch.setattr(find_tools.Path, "exists", lambda _path: False)
    assert find_tools.main() == 0
    told = capsys.readouterr().out
    for tool in ("PostgreSQL", "Chromium", "grpcurl", "AsyncAPI's schema"):
        assert f"{tool}: not found" in told
    assert told.count("will skip") == 4
