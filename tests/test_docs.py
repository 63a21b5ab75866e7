import importlib
import re
import subprocess
import sys
import tomllib
from pathlib import Path

import pytest
from fastapi import FastAPI

from parley.common.v1 import errors_pb2
from parley_gateway.app import _ROUTERS
from parley_orchestrator.domain.delivery import State

ROOT = Path(__file__).resolve().parents[1]
IMAGES = {".png", ".svg"}
LINK = re.compile(r"!?\[[^\]]*\]\(([^)\s]+)\)")
CODE = re.compile(r"`([^`\n]+)`")
FENCE = re.compile(r"^```.*?^```", re.MULTILINE | re.DOTALL)
MAKE = re.compile(r"^(?:.*[ `(])?make ([a-z]+)", re.MULTILINE)
SETTING = re.compile(r"\b(?:PARLEY|SLACK|GMAIL|GOOGLE|SANDBOX)_[A-Z_]*[A-Z]\b|\bDATABASE_URL\b")
MODULE = re.compile(r"\b(parley(?:_[a-z]+)?(?:\.[A-Za-z_][A-Za-z0-9_]*)+)\b")
FOLDERS = ("services", "libs", "tests", "sandbox", "protos", "scripts", "docs", "bench", "clients")
# Named in documents, but not read by a settings class: Compose's, and the client's own two.
NOT_SETTINGS = {"POSTGRES_PASSWORD", "PARLEY_URL", "PARLEY_AGENT_KEY"}


def tracked(pattern):
    command = ["git", "ls-files", "--cached", "--others", "--exclude-standard", pattern]
    found = subprocess.run(command, cwd=ROOT, capture_output=True, text=True, check=True)
    return [ROOT / line for line in found.stdout.splitlines() if (ROOT / line).exists()]


PAGES = tracked("*.md")


def ids(path):
    return str(path.relative_to(ROOT))


def prose(path):
    return FENCE.sub("", path.read_text())


def anchors(path):
    heads = re.findall(r"^#+ (.+)$", prose(path), re.MULTILINE)
    return {re.sub(r"[^a-z0-9 -]", "", head.lower()).replace(" ", "-") for head in heads}


def test_there_are_pages_to_check():
    assert {"README.md", "ARCHITECTURE.md", "docs/reference/rest.md"} <= set(map(ids, PAGES))


@pytest.mark.parametrize("page", PAGES, ids=ids)
def test_relative_links_lead_somewhere(page):
    for target in LINK.findall(prose(page)):
        if re.match(r"[a-z]+:", target):
            continue
        path, _, anchor = target.partition("#")
        place = (page.parent / path).resolve() if path else page
        assert place.exists(), f"{ids(page)}: {target} leads nowhere"
        if anchor:
            assert anchor in anchors(place), f"{ids(page)}: {target} names no heading"


@pytest.mark.parametrize("page", PAGES, ids=ids)
def test_pictures_are_small(page):
    for target in LINK.findall(page.read_text()):
        path = page.parent / target
        if path.suffix in IMAGES:
            assert path.stat().st_size < 300_000, f"{target} is too large"


def targets():
    rules = re.findall(r"^([a-z]+):", (ROOT / "Makefile").read_text(), re.MULTILINE)
    return set(rules)


def test_make_targets_exist():
    known = targets()
    assert {"run", "test"} <= known
    for page in PAGES:
        code = "\n".join(CODE.findall(page.read_text()) + FENCE.findall(page.read_text()))
        for name in MAKE.findall(code):
            assert name in known, f"{ids(page)} names `make {name}`"


def test_contributing_lists_every_target():
    listed = set(
        re.findall(r"^\| `make ([a-z]+)`", (ROOT / "CONTRIBUTING.md").read_text(), re.MULTILINE)
    )
    assert listed == targets()


def documented_settings():
    text = (ROOT / "docs/reference/settings.md").read_text()
    return set(re.findall(r"^\| `([A-Z_]+)` \|", text, re.MULTILINE))


def settings_in_code():
    found = set()
    for path in tracked("*settings.py"):
        if path.is_relative_to(ROOT / "libs/suite") or path.is_relative_to(ROOT / "tests"):
            continue
        text = path.read_text()
        found |= set(re.findall(r'validation_alias="([A-Z_]+)"', text))
        if "sandbox" in path.parts:
            found |= {
                name.upper() for name in re.findall(r"^    ([a-z_]+): .*= ", text, re.MULTILINE)
            }
    return found


def test_settings_reference_names_exactly_the_settings_that_are_read():
    assert len(settings_in_code()) > 30
    assert documented_settings() == settings_in_code()


@pytest.mark.parametrize("script", ["settings_reference", "figures", "fault_figures"])
def test_generated_parts_are_fresh(script):
    command = [sys.executable, f"scripts/{script}.py", "--check"]
    done = subprocess.run(command, cwd=ROOT, capture_output=True, text=True, check=False)
    assert done.returncode == 0, done.stderr


@pytest.mark.parametrize("page", PAGES, ids=ids)
def test_settings_named_anywhere_exist(page):
    named = set(SETTING.findall(page.read_text())) - NOT_SETTINGS
    assert named <= settings_in_code()


@pytest.mark.parametrize("page", PAGES, ids=ids)
def test_paths_named_in_code_exist(page):
    for text in CODE.findall(prose(page)):
        if re.fullmatch(rf"(?:{'|'.join(FOLDERS)})/[A-Za-z0-9_./-]+", text):
            assert (ROOT / text).exists(), f"{ids(page)} names {text}"


def is_there(dotted):
    """Whether a module, an attribute of one, or a proto package or name exists."""
    if dotted.startswith("parley."):
        package = dotted.split(".")
        folder = ROOT / "protos" / "/".join(package[:3])
        return folder.is_dir() and (
            len(package) == 3 or any(package[3] in p.read_text() for p in folder.glob("*.proto"))
        )
    parts = dotted.split(".")
    for size in range(len(parts), 0, -1):
        try:
            found = importlib.import_module(".".join(parts[:size]))
        except ModuleNotFoundError:
            continue
        for name in parts[size:]:
            found = getattr(found, name, None)
        return found is not None
    return False


@pytest.mark.parametrize("page", PAGES, ids=ids)
def test_modules_and_protos_named_exist(page):
    for text in CODE.findall(prose(page)):
        for dotted in MODULE.findall(text):
            if not dotted.endswith((".com", ".db", ".proto")):
                assert is_there(dotted), f"{ids(page)} names {dotted}"


def test_a_module_that_is_not_there_is_noticed():
    assert is_there("parley_kit.sealing.Secret")
    assert is_there("parley.channel.v1.ChannelService")
    assert not is_there("parley_kit.sealing.Secrets")
    assert not is_there("parley.channel.v9")


def test_rest_reference_lists_every_route():
    served = served_paths()
    text = (ROOT / "docs/reference/rest.md").read_text()
    shown = {route.split("?")[0] for route in re.findall(r"(/[a-z][a-z0-9/{}_-]*)", text)}
    for path in served:
        tail = "/" + path.rsplit("/", 1)[1]
        is_listed = path in shown or (path.startswith("/api/channels/{channel}") and tail in shown)
        assert is_listed, f"rest.md lacks {path}"


def served_paths():
    app = FastAPI()
    for router in _ROUTERS:
        app.router.routes.extend(router.routes)
    return app.openapi()["paths"]


def test_error_reference_lists_every_reason():
    text = (ROOT / "docs/reference/errors.md").read_text()
    names = {n.removeprefix("ERROR_REASON_").lower() for n in errors_pb2.ErrorReason.keys()}  # noqa: SIM118  # not a dict
    for name in names - {"unspecified"}:
        assert f"| `{name}` |" in text, f"errors.md lacks {name}"


def test_state_reference_lists_every_state():
    text = (ROOT / "docs/reference/delivery-states.md").read_text()
    listed = re.findall(r"^\| `([a-z]+)` \|", text, re.MULTILINE)
    assert set(listed) == {str(state) for state in State}


def declared():
    names, own = set(), set()
    for path in tracked("*pyproject.toml"):
        content = tomllib.loads(path.read_text())
        own.add(content["project"]["name"])
        wanted = [*content["project"]["dependencies"]]
        for group in content.get("dependency-groups", {}).values():
            wanted += group
        names |= {re.match(r"[A-Za-z0-9._-]+", one).group().lower() for one in wanted}
    return names - own


def test_dependency_reference_names_exactly_the_dependencies():
    text = (ROOT / "docs/reference/dependencies.md").read_text()
    listed = set(re.findall(r"^\| ([a-z0-9-]+) \|", text, re.MULTILINE)) - {"package"}
    assert listed == declared()


def test_decision_records_are_numbered_listed_and_complete():
    records = sorted((ROOT / "docs/decisions").glob("*.md"))
    overview = (ROOT / "ARCHITECTURE.md").read_text()
    assert [int(record.name[:4]) for record in records] == list(range(1, len(records) + 1))
    for record in records:
        text = record.read_text()
        heads = re.findall(r"^## (.+)$", text, re.MULTILINE)
        assert heads == ["Context", "Decision", "Consequences", "Alternatives"], record.name
        assert f"docs/decisions/{record.name}" in overview
