"""What axe-core finds on the answer page in each of its states, and in the mails that lead there."""

from pathlib import Path

import axe_playwright_python
import pytest
import pytest_asyncio
from playwright.async_api import Page
from scripts.pictures.answer_pages import pages
from scripts.pictures.mail_samples import mails

AXE = (Path(axe_playwright_python.__file__).parent / "axe.min.js").read_text()
LEVELS = ["wcag2a", "wcag2aa", "wcag21a", "wcag21aa", "wcag22aa"]
PAGES = pages()
LOOKED_AT = ("message", "approval", "dangerous", "choice", "resolved")
MAILS = {name: letter.html for name, letter in mails().items() if name in LOOKED_AT}

pytestmark = [pytest.mark.browser, pytest.mark.asyncio(loop_scope="session")]


@pytest_asyncio.fixture(loop_scope="session", scope="module")
async def page(browser):
    """One for all: each sets its content anew."""
    opened = await browser.new_page(viewport={"width": 390, "height": 800})
    yield opened
    await opened.close()


async def violations(page: Page, html: str, scheme: str, levels: list[str]) -> list[str]:
    await page.emulate_media(color_scheme=scheme)
    await page.goto("about:blank")
    await page.set_content(html)
    await page.evaluate(AXE)
    found = await page.evaluate("levels => axe.run(document, {runOnly: levels})", levels)
    assert found["passes"], "axe looked at nothing"
    return [
        f"{one['id']}: {node['html'][:120]} {node['failureSummary']}"
        for one in found["violations"]
        for node in one["nodes"]
    ]


@pytest.mark.parametrize("scheme", ["light", "dark"])
@pytest.mark.parametrize("name", PAGES)
async def test_the_answer_page_hinders_nobody(page, name, scheme):
    assert await violations(page, PAGES[name], scheme, [*LEVELS, "best-practice"]) == []


@pytest.mark.parametrize("scheme", ["light", "dark"])
@pytest.mark.parametrize("name", MAILS)
async def test_a_mail_hinders_nobody(page, name, scheme):
    """Landmarks are a page's; a mail client has its own."""
    assert await violations(page, MAILS[name], scheme, LEVELS) == []
