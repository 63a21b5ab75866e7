"""`parley-slack render FILE.md`: the Block Kit JSON that a message becomes."""

from __future__ import annotations

import argparse
import json
import sys
from collections.abc import Sequence
from pathlib import Path

from parley_slack.rendering.message import MAX_CHARACTERS, posts


def main(arguments: Sequence[str] | None = None) -> int:
    """Prints the messages as a JSON list of ``{text, blocks}``; answers the exit status."""
    parser = argparse.ArgumentParser(prog="parley-slack", description=__doc__)
    commands = parser.add_subparsers(required=True, metavar="COMMAND")
    render = commands.add_parser("render", help="print the Block Kit JSON of a Markdown file")
    render.add_argument("file", help="a Markdown file, or - for standard input")
    render.add_argument("--author", default="", help="who says it")
    chosen = parser.parse_args(arguments)
    try:
        text = _read(chosen.file)
    except (OSError, UnicodeDecodeError) as error:
        print(f"parley-slack: cannot read {chosen.file}: {error}", file=sys.stderr)  # noqa: T201
        return 1
    if not text.strip() or len(text) > MAX_CHARACTERS:
        print(f"parley-slack: give 1 to {MAX_CHARACTERS} characters", file=sys.stderr)  # noqa: T201
        return 1
    shown = [{"text": post.text, "blocks": post.blocks} for post in posts(text, chosen.author)]
    print(json.dumps(shown, ensure_ascii=False, indent=2))  # noqa: T201
    return 0


def _read(name: str) -> str:
    return sys.stdin.read() if name == "-" else Path(name).read_text(encoding="utf-8")


if __name__ == "__main__":
    sys.exit(main())
