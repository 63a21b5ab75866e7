"""A real browser in front of the whole running suite."""

import pytest
from playwright.sync_api import expect, sync_playwright
from tests.gateway.browser.conftest import FLAGS, chromium_path

expect.set_options(timeout=30_000)  # a machine may be slow, and busy with others


DESKTOP = {"width": 1200, "height": 820}


@pytest.fixture(scope="module")
def browser():
    with sync_playwright() as playwright:
        launched = playwright.chromium.launch(executable_path=chromium_path(), args=FLAGS)
        yield launched
        launched.close()


@pytest.fixture
def tab(world, browser):
    """Opens a tab with a person signed in by their link; each in a browser of its own."""
    contexts, troubles = [], []

    def opened(user, session=None, **options):
        contexts.append(browser.new_context(**{"viewport": DESKTOP, **options}))
        page = contexts[-1].new_page()
        page.set_default_timeout(45_000)
        page.on("pageerror", lambda error: troubles.append(str(error)))
        page.goto(f"{world.suite.url}/#token={world.token(user)}")
        page.get_by_text("Connected", exact=True).wait_for()
        if session is not None:
            page.locator(f"[data-session={session['id']}]").click()
        return page

    yield opened
    for context in contexts:
        context.close()
    assert troubles == []


@pytest.fixture
def ann(world):
    return world.person()
