"""What the pages' files may hold: nothing that their policy forbids, nothing that trusts text."""

import re
from pathlib import Path

import pytest

PAGES = Path(__file__).parents[2] / "services/gateway/src/parley_gateway/pages"
FILES = sorted(path for path in PAGES.rglob("*") if path.is_file())
SCRIPTS = [path for path in FILES if path.suffix == ".js"]
DOCUMENTS = [path for path in FILES if path.suffix == ".html"]


def name_of(path: Path) -> str:
    return str(path.relative_to(PAGES))


def test_the_pages_are_there():
    assert {name_of(path) for path in DOCUMENTS} == {"chat/index.html", "console/index.html"}
    assert len(SCRIPTS) > 20


@pytest.mark.parametrize("path", SCRIPTS, ids=name_of)
def test_scripts_never_turn_text_into_markup_or_code(path):
    forbidden = (
        r"innerHTML|outerHTML|insertAdjacentHTML|document\.write|\beval\(|new Function|srcdoc"
    )
    assert re.findall(forbidden, path.read_text()) == []


@pytest.mark.parametrize("path", SCRIPTS, ids=name_of)
def test_scripts_import_files_that_exist(path):
    for target in re.findall(
        r'^(?:import|export) .*?from "([^"]+)";', path.read_text(), re.MULTILINE | re.DOTALL
    ):
        assert (path.parent / target).is_file(), target


@pytest.mark.parametrize("path", SCRIPTS, ids=name_of)
def test_a_script_says_what_it_is_and_stays_small(path):
    text = path.read_text()
    assert text.startswith(("/** ", "// "))
    assert len(text.splitlines()) <= 200
    assert max(map(len, text.splitlines())) <= 100 or path.name == "icons.js"


@pytest.mark.parametrize("path", DOCUMENTS, ids=name_of)
def test_documents_hold_nothing_inline_and_load_what_exists(path):
    text = path.read_text()
    assert re.findall(r"<style|\sstyle=|\son\w+=|<script(?![^>]*\ssrc=)", text) == []
    loaded = re.findall(r'(?:src|href)="([^"]+)"', text)
    assert loaded
    for address in loaded:
        assert (PAGES / address.removeprefix("/assets/")).is_file(), address


@pytest.mark.parametrize("path", FILES, ids=name_of)
def test_nothing_is_loaded_from_elsewhere(path):
    addresses = set(re.findall(r"https?://[\w.-]*\w", path.read_text()))
    allowed = {"http://www.w3.org", "https://example.com", "https://agent.example.com"}
    assert addresses <= allowed


@pytest.mark.parametrize("theme", ["light", "dark"])
def test_text_has_contrast_enough(theme):
    """WCAG 2.2 AA: 4.5:1 for text, on every ground that text stands on."""
    tokens = _tokens((PAGES / "shared/tokens.css").read_text(), theme)
    pairs = [
        (ink, ground)
        for ink in ("ink", "ink-soft", "ink-faint", "accent", "bad")
        for ground in ("paper", "surface")
    ]
    pairs += [("ink-soft", "sunken"), ("ink-faint", "sunken"), ("accent-ink", "accent")]
    pairs += [("accent", "accent-soft"), ("warn", "warn-soft"), ("bad", "bad-soft")]
    low = {pair: _contrast(*(tokens[name] for name in pair)) for pair in pairs}
    assert {pair: ratio for pair, ratio in low.items() if ratio < 4.5} == {}


def _tokens(css: str, theme: str) -> dict[str, str]:
    light, dark = css.split(':root[data-theme="dark"]')
    found = re.compile(r"--([\w-]+): (#[\da-f]{6});")
    return dict(found.findall(light)) | (dict(found.findall(dark)) if theme == "dark" else {})


def _luminance(colour: str) -> float:
    parts = [int(colour[at : at + 2], 16) / 255 for at in (1, 3, 5)]
    linear = [p / 12.92 if p <= 0.04045 else ((p + 0.055) / 1.055) ** 2.4 for p in parts]
    return sum(w * p for w, p in zip((0.2126, 0.7152, 0.0722), linear, strict=True))


def _contrast(one: str, other: str) -> float:
    high, low = sorted((_luminance(one), _luminance(other)), reverse=True)
    return (high + 0.05) / (low + 0.05)
