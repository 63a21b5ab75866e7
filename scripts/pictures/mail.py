"""The pictures of mails: every kind, and the page that their buttons open.

Without a folder the few that the documents show; into a folder all of them, 390 and 1280 pixels
wide, light and dark, with the text parts of the mails beside them.
"""

from __future__ import annotations

import asyncio
from pathlib import Path

from scripts.pictures.answer_pages import pages
from scripts.pictures.browser import take_all
from scripts.pictures.mail_samples import mails

FOLDER = Path(__file__).resolve().parents[2] / "docs/images/mail"
SHOWN = {
    "approval-desktop-light", "approval-phone-light", "approval-phone-dark",
    "dangerous-desktop-dark", "choice-phone-light", "form-phone-light", "message-desktop-light",
    "resolved-phone-light", "reminder-phone-light", "page-approval-phone-light",
    "page-confirm-phone-light", "page-edit-phone-dark", "page-decided-desktop-light",
    "page-choice-desktop-dark",
}  # fmt: skip


def main(arguments: list[str]) -> int:
    """Takes the pictures."""
    letters = mails()
    html = {name: letter.html for name, letter in letters.items()} | pages()
    if not arguments:
        FOLDER.mkdir(parents=True, exist_ok=True)
        asyncio.run(take_all(html, FOLDER, SHOWN))
        return 0
    folder = Path(arguments[0])
    folder.mkdir(parents=True, exist_ok=True)
    for name, letter in letters.items():
        (folder / f"{name}.txt").write_text(letter.text, encoding="utf-8")
    asyncio.run(take_all(html, folder))
    return 0
