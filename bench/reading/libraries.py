"""Runs the public libraries on bodies; for an environment of their own, see the how-to.

Reads lines of JSON ``{"kind": "plain"|"html", "body": …}`` and writes, for each, a line with every
library's text. It imports nothing of Parley.
"""

# ruff: noqa: PLC0415, BLE001, ARG005, C901  # whatever is installed is tried

import json
import sys
import warnings

warnings.simplefilter("ignore")


def load():
    found = {}
    try:
        from email_reply_parser import EmailReplyParser

        found["email-reply-parser"] = lambda kind, body: EmailReplyParser.parse_reply(body)
    except ImportError:
        pass
    try:
        from mailparser_reply import EmailReplyParser as Multi

        languages = ["en", "cs", "da", "de", "es", "fr", "it", "ja", "ko", "nl", "pl", "sv", "zh"]
        multi = Multi(languages=languages)
        found["mail-parser-reply"] = lambda kind, body: multi.parse_reply(text=body)
    except ImportError:
        pass
    try:
        import quotequail

        found["quotequail"] = lambda kind, body: expanded(quotequail, kind, body)
    except ImportError:
        pass
    try:
        from talon import quotations
        from talon.signature.bruteforce import extract_signature
        from talon.utils import html_to_text

        def read_talon(kind, body):
            if kind == "html":
                return html_to_text(quotations.extract_from_html(body)) or ""
            return extract_signature(quotations.extract_from_plain(body))[0]

        def read_talon_quotes(kind, body):
            if kind == "html":
                return html_to_text(quotations.extract_from_html(body)) or ""
            return quotations.extract_from_plain(body)

        found["talon, quotations only"] = read_talon_quotes
        found["talon"] = read_talon
    except ImportError:
        pass
    return found


def expanded(quotequail, kind, body):
    unwrap = quotequail.unwrap_html if kind == "html" else quotequail.unwrap
    if (found := unwrap(body)) is not None:
        tops = [
            found.get(f"{form}_{place}") or ""
            for form in ("text", "html")
            for place in ("top", "bottom")
        ]
        return "\n\n".join(filter(None, tops)) if kind != "html" else " ".join(map(plain, tops))
    pieces = quotequail.quote_html(body) if kind == "html" else quotequail.quote(body)
    kept = "\n".join(text for shown, text in pieces if shown)
    return plain(kept) if kind == "html" else kept


def plain(source):
    import lxml.html

    return lxml.html.fromstring(source).text_content() if source.strip() else ""


def main():
    libraries = load()
    for line in sys.stdin:
        given = json.loads(line)
        answers = {}
        for name, read in libraries.items():
            try:
                text = read(given["kind"], given["body"]) or ""
                answers[name] = text.decode() if isinstance(text, bytes) else text
            except Exception as error:
                answers[name] = f"!! {type(error).__name__}: {error}"
        print(json.dumps(answers))


if __name__ == "__main__":
    main()
