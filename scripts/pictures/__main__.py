"""Takes the pictures of docs/images anew; `make pictures` takes all. Needs Chromium.

`python -m scripts.pictures [web|mail|slack] [ARGUMENTS]`: for web, names of scenes; for mail, a
folder that gets every picture.
"""

from __future__ import annotations

import sys

from scripts.pictures import mail, slack, web

PARTS = {"web": web.main, "mail": mail.main, "slack": slack.main}


def main(arguments: list[str]) -> int:
    """Takes one part's pictures, or all."""
    if not arguments:
        return max(take([]) for take in PARTS.values())
    part, *rest = arguments
    if part not in PARTS:
        print(f"there are: {', '.join(PARTS)}", file=sys.stderr)
        return 1
    return PARTS[part](rest)


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
