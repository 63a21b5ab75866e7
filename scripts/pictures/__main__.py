"""Takes the pictures of docs/images/mail: every kind of mail, and the page that its buttons open.

`python -m scripts.pictures` takes the few that the documents show; `… FOLDER` takes all of them, 390
and 1280 pixels wide, light and dark, and writes the text parts of the mails beside them.
"""

from __future__ import annotations

import asyncio
import sys
from pathlib import Path

from scripts.pictures.answer_pages import pages
from scripts.pictures.browser import take_all
from scripts.pictures.mails import mails

FOLDER = Path(__file__).resolve().parents[2] / "docs/images/mail"
SHOWN = {
    "approval-desktop-light", "approval-phone-light", "approval-phone-dark",
    "dangerous-desktop-dark", "choice-phone-light", "form-phone-light", "message-desktop-light",
    "resolved-phone-light", "reminder-phone-light", "page-approval-phone-light",
    "page-confirm-phone-light", "page-edit-phone-dark", "page-decided-desktop-light",
    "page-choice-desktop-dark",
}  # fmt: skip


def main(arguments: list[str]) -> None:
    """Takes the pictures."""
    letters = mails()
    html = {name: letter.html for name, letter in letters.items()} | pages()
    if not arguments:
        FOLDER.mkdir(parents=True, exist_ok=True)
        asyncio.run(take_all(html, FOLDER, SHOWN))
        return
    folder = Path(arguments[0])
    folder.mkdir(parents=True, exist_ok=True)
    for name, letter in letters.items():
        (folder / f"{name}.txt").write_text(letter.text, encoding="utf-8")
    asyncio.run(take_all(html, folder))


if __name__ == "__main__":
    main(sys.argv[1:])
