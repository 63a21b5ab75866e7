"""The web chat and the console on phones, and for who hears or tabs through them."""

from pathlib import Path

import axe_playwright_python
import pytest
from playwright.sync_api import expect
from tests.acceptance.web_chat.conftest import DESKTOP
from tests.acceptance.web_chat.talking import KINDS, say

PHONE = {"width": 390, "height": 844}
pytestmark = [pytest.mark.browser, pytest.mark.slow]
AXE = (Path(axe_playwright_python.__file__).parent / "axe.min.js").read_text()
SERIOUS = {"serious", "critical"}


def test_it_fits_a_phone(world, tab, ann):
    user, session = ann
    page = tab(user, viewport=PHONE, has_touch=True, is_mobile=True)
    world.ask(session, action={"tool": "deploy", "note": "x" * 200}, delivery="route")
    page.locator(f"[data-session={session['id']}]").click()
    page.get_by_role("button", name="Approve").wait_for()
    assert page.evaluate("document.documentElement.scrollWidth") <= PHONE["width"]
    page.get_by_role("button", name="Back to conversations").click()
    expect(page.locator(f"[data-session={session['id']}]")).to_be_visible()


def findings(page):
    """What axe finds serious, as readable lines."""
    page.evaluate(AXE)
    report = page.evaluate("() => window.axe.run()")
    assert report["passes"], "axe looked at nothing"
    return [
        f"{each['id']} ({each['impact']}): {each['help']}: {node['html'][:200]}"
        for each in report["violations"]
        if each["impact"] in SERIOUS
        for node in each["nodes"]
    ]


@pytest.mark.parametrize("scheme", ["light", "dark"])
def test_axe_finds_nothing_serious_in_the_chat(world, tab, ann, scheme):
    user, session = ann
    page = tab(user, session, color_scheme=scheme)
    for kind, more in KINDS.items():
        world.ask(session, kind=kind, delivery="route", **more)
    say(page, "Hello **there**")
    page.locator(".card").nth(len(KINDS) - 1).wait_for()
    assert findings(page) == []
    page.get_by_role("button", name="Approve").click()
    page.get_by_role("button", name="Go back").wait_for()
    assert findings(page) == []
    page.get_by_role("button", name="Where to reach me").click()
    page.get_by_label("Quiet hours").check()
    assert findings(page) == []


@pytest.mark.parametrize("view", ["channels", "requests", "deliveries", "agents"])
def test_axe_finds_nothing_serious_in_the_console(world, browser, ann, view):
    _user, session = ann
    world.cards_out(world.ask(session, dangerous=True, urgent=True))
    context = browser.new_context(viewport=DESKTOP)
    page = context.new_page()
    page.goto(f"{world.suite.url}/console#/{view}")
    assert findings(page) == []
    page.get_by_label("Admin key").fill(world.suite.secrets.admin_key)
    page.get_by_role("button", name="Open the console").click()
    page.get_by_text("Live", exact=True).wait_for()
    page.locator(".panel").first.wait_for()
    assert findings(page) == []
    context.close()


@pytest.mark.parametrize("path", ["/", "/docs"])
def test_axe_finds_nothing_serious_before_signing_in(world, browser, path):
    context = browser.new_context(viewport=DESKTOP)
    page = context.new_page()
    page.goto(world.suite.url + path)
    page.locator("h1").first.wait_for()
    assert findings(page) == []
    context.close()


def test_axe_would_find_something(browser):
    """The checker itself: an image without words, grey on grey, a nameless button."""
    context = browser.new_context()
    page = context.new_page()
    page.set_content("<main><img src='x'><button></button><p style='color:#999'>x</p></main>")
    assert len(findings(page)) >= 3
    context.close()
