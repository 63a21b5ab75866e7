"""Opens pages in Chromium and takes their pictures."""

from __future__ import annotations

import sys
from collections.abc import Mapping
from itertools import product
from pathlib import Path

from playwright.async_api import Browser, async_playwright
from scripts.find_tools import find_chromium

WIDTHS = {"phone": 390, "desktop": 1280}
SCHEMES = ("light", "dark")


async def take_all(pages: Mapping[str, str], folder: Path, only: set[str] | None = None) -> None:
    """Both widths in both schemes of each page (HTML by name), or only the pictures named."""
    path = find_chromium()
    async with async_playwright() as playwright:
        browser = await playwright.chromium.launch(executable_path=path, args=["--no-sandbox"])
        for (name, html), kind, scheme in product(pages.items(), WIDTHS, SCHEMES):
            picture = f"{name}-{kind}-{scheme}"
            if only is None or picture in only:
                await _take(browser, folder / f"{picture}.png", html, kind, scheme)
        await browser.close()


async def _take(browser: Browser, path: Path, html: str, kind: str, scheme: str) -> None:
    width = WIDTHS[kind]
    page = await browser.new_page(
        viewport={"width": width, "height": 500},
        color_scheme=scheme,  # type: ignore[arg-type]  # one of the two
        device_scale_factor=2 if kind == "phone" else 1,
    )
    await page.set_content(html)
    wide = await page.evaluate("document.documentElement.scrollWidth")
    if wide > width:
        sys.stderr.write(f"{path.name} is {wide} pixels wide\n")
    await page.screenshot(path=path, full_page=True)
    await page.close()
