"""Mails as programs send them, each with what it says; the same ones every time.

    python -m tests.gmail.corpus.build FOLDER    # writes them, for `python -m bench.reading.compare`

`develop` is what the reader was written with. `holdout` was set aside: other programs and other
languages; docs/explanation/how-a-reply-is-read.md tells how it fared at first sight.
"""

import json
import sys
from collections.abc import Iterator
from dataclasses import dataclass
from email.message import EmailMessage
from email.policy import SMTP
from itertools import cycle
from pathlib import Path

from tests.gmail.corpus import clients, machines, other_clients
from tests.gmail.corpus.introductions import FORWARDS, PHONES, SIGNATURES
from tests.gmail.corpus.writing import QUESTION, TEXTS


@dataclass(frozen=True)
class Case:
    """A mail and what is to be read in it; no text where none is expected."""

    name: str
    raw: bytes
    text: str | None
    kind: str = "reply"
    decision: str = ""


def mail(plain="", page="", subject="Re: Release 4.2", linked=True, **headers):
    message = EmailMessage(policy=SMTP)
    message["From"] = "Ann Example <ann@example.com>"
    message["To"] = "Deploy bot <agent@example.com>"
    message["Subject"] = subject
    message["Date"] = "Mon, 23 Nov 2026 10:20:00 +0100"
    message["Message-ID"] = "<reply-1@example.com>"
    if linked:
        message["In-Reply-To"] = message["References"] = "<question-1@example.com>"
    for name, value in headers.items():
        message[name.replace("_", "-")] = value
    if plain:
        message.set_content(plain, cte="base64" if not plain.isascii() else "quoted-printable")
    if page and plain:
        message.add_alternative(page, subtype="html", cte="base64")
    elif page:
        message.set_content(page, subtype="html", cte="base64")
    return message.as_bytes()


def forms(plain, page):
    """A body as both versions together, and each alone."""
    if plain and page:
        yield "both", mail(plain, page)
    if plain:
        yield "plain", mail(plain)
    if page:
        yield "html", mail("", page)


def answers(layouts, languages) -> Iterator[Case]:
    """Every layout in every language, each with another text."""
    texts = cycle(TEXTS.items())
    for name, layout in layouts.items():
        for language in languages(name):
            title, (text, decision) = next(texts)
            body = layout(text, language) if language else layout(text)
            for form, raw in forms(*body):
                yield Case(f"{name} {language} {title} {form}", raw, text, decision=decision)


def all_texts(layout, name, language) -> Iterator[Case]:
    """Every text in one layout."""
    for title, (text, decision) in TEXTS.items():
        for form, raw in forms(*layout(text, language)):
            yield Case(f"{name} {title} {form}", raw, text, decision=decision)


def signed(layout, language) -> Iterator[Case]:
    """Every signature, footer and phone, above the quote and with none."""
    texts = cycle(TEXTS.values())
    for addition in (*SIGNATURES, *PHONES.values()):
        text, decision = next(texts)
        for place, body in (
            ("above", layout(f"{text}\n\n{addition}", language)[0]), ("alone", f"{text}\n\n{addition}\n"),
        ):  # fmt: skip
            yield Case(f"signed {place} {addition[:30]}", mail(body), text, decision=decision)


def between() -> Iterator[Case]:
    """Answers between the quoted lines."""
    for language in ("en-GB", "de", "ja"):
        line = clients.GMAIL[language]
        body = f"{line}\n\n> Shall we deploy?\n\nYes, tonight.\n\n> Reject after Friday?\n\nNo idea.\n\n> Bob"
        yield Case(f"between {language}", mail(body), "Yes, tonight.\n\nNo idea.")
        body = f"See below.\n\n{line}\n> First?\nDone.\n> Second?\nNot yet.\n"
        yield Case(f"tightly between {language}", mail(body), "See below.\n\nDone.\nNot yet.")


def forwarded() -> Iterator[Case]:
    """Forwards with a note, and without."""
    block = "From: Bob Example <bob@example.com>\nDate: Mon, 23 Nov 2026 at 10:12\nSubject: Release 4.2\nTo: Ann <ann@example.com>"
    for name, line in FORWARDS.items():
        for note in ("FYI", "Please have a look, this is for you.", ""):
            body = f"{note}\n\n{line}\n{block}\n\n{QUESTION}\n"
            yield Case(
                f"forward {name} {note}",
                mail(body, subject="Release 4.2", linked=False),
                note,
                "forward",
            )
    for prefix in (
        "Fwd",
        "FW",
        "WG",
        "TR",
        "I",
        "ENC",
        "VB",
        "PD",
        "转发",
        "転送",
        "Пересл",
        "İLT",
    ):
        body = f"For you.\n\n{block}\n\n{QUESTION}\n"
        yield Case(
            f"forward {prefix}",
            mail(body, subject=f"{prefix}: Release 4.2", linked=False),
            "For you.",
            "forward",
        )


def of_machines() -> Iterator[Case]:
    for name, raw, kind in machines.MAILS():
        yield Case(name, raw, None, kind)


def alone() -> Iterator[Case]:
    """New mails, which answer nothing and decide nothing."""
    for title, (text, _) in TEXTS.items():
        yield Case(f"new {title}", mail(text, subject="A question", linked=False), text, "other")


DEVELOP_LANGUAGES = {
    "en",
    "en-US",
    "en-GB",
    "de",
    "fr",
    "es",
    "it",
    "nl",
    "sv",
    "pl",
    "ru",
    "ja",
    "zh-CN",
    "pt-BR",
}


def languages(name: str, *, held_out: bool) -> list[str]:
    table = clients.LAYOUTS[name][1]
    return [language for language in table if (language not in DEVELOP_LANGUAGES) is held_out]


def develop() -> Iterator[Case]:
    layouts = {name: layout for name, (layout, _) in clients.LAYOUTS.items()}
    yield from answers(layouts, lambda name: languages(name, held_out=False))
    yield from all_texts(clients.gmail, "gmail", "en-US")
    yield from all_texts(clients.outlook, "outlook", "en")
    yield from all_texts(clients.thunderbird_below, "below", "en")
    yield from signed(clients.gmail, "en-US")
    yield from between()
    yield from alone()


def holdout() -> Iterator[Case]:
    layouts = {name: layout for name, (layout, _) in clients.LAYOUTS.items()}
    yield from answers(layouts, lambda name: languages(name, held_out=True))
    yield from answers(other_clients.LAYOUTS, lambda _: [""] * 3)
    yield from forwarded()
    yield from of_machines()


def write(cases: Iterator[Case], folder: Path) -> None:
    folder.mkdir(parents=True, exist_ok=True)
    for number, case in enumerate(cases):
        (folder / f"{number:04}.eml").write_bytes(case.raw)
        document = {"name": case.name, "kind": case.kind, "decision": case.decision}
        document |= {} if case.text is None else {"text": case.text}
        (folder / f"{number:04}.json").write_text(json.dumps(document, ensure_ascii=False) + "\n")


if __name__ == "__main__":
    write(develop(), Path(sys.argv[1]) / "develop")
    write(holdout(), Path(sys.argv[1]) / "holdout")
