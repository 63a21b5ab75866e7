"""`parley-gmail parse FILE.eml|-`: what the service makes of a mail, as JSON, without a mailbox."""

from __future__ import annotations

import argparse
import sys
from pathlib import Path

import orjson

from parley_gmail.reading.reader import Reading, read


def as_document(reading: Reading) -> dict[str, object]:
    """The reading as it is printed; `bounce` only where it is one."""
    report = reading.bounce
    bounce = {
        "state": report.state,
        "code": report.code,
        "recipient": report.recipient,
        "detail": report.detail,
    } if report else None  # fmt: skip
    return {
        "kind": reading.kind,
        "text": reading.text,
        "decision": reading.decision,
        "token": reading.token,
        "from": reading.sender,
        "message_id": reading.message_id,
        "in_reply_to": reading.in_reply_to,
        "references": list(reading.references),
        "dmarc": reading.dmarc,
        **({"bounce": bounce} if bounce else {}),
    }


def main(arguments: list[str] | None = None) -> int:
    """Runs the command; answers the exit status."""
    parser = argparse.ArgumentParser(prog="parley-gmail", description=__doc__)
    commands = parser.add_subparsers(dest="command", required=True)
    parse = commands.add_parser("parse", help="print what a mail says")
    parse.add_argument("file", help="a mail (RFC 5322) or a bare text; - is standard input")
    given = parser.parse_args(arguments)
    try:
        raw = sys.stdin.buffer.read() if given.file == "-" else Path(given.file).read_bytes()
    except OSError as error:
        sys.stderr.write(f"parley-gmail: {given.file}: {error.strerror}\n")
        return 2
    document = orjson.dumps(as_document(read(raw)), option=orjson.OPT_INDENT_2)
    sys.stdout.write(document.decode() + "\n")
    return 0


if __name__ == "__main__":
    sys.exit(main())
