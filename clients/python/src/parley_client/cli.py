"""The command `parley`."""

from __future__ import annotations

import os
import sys
from collections.abc import Sequence

from parley_client.client import Parley
from parley_client.commands import DONE, FAILED, RUN
from parley_client.errors import ParleyError
from parley_client.parsing import parser

_INTERRUPTED = 130  # as shells say for Ctrl-C


def main(arguments: Sequence[str] | None = None) -> int:
    """Runs a command; answers its exit status."""
    given = parser().parse_args(arguments)
    try:
        with Parley() as parley:
            return RUN[given.command](parley, given)
    except ParleyError as error:
        sys.stderr.write(f"parley: {error}\n")
        return FAILED
    except BrokenPipeError:  # `parley watch … | head` has seen enough
        os.dup2(os.open(os.devnull, os.O_WRONLY), sys.stdout.fileno())
        return DONE
    except KeyboardInterrupt:
        return _INTERRUPTED


if __name__ == "__main__":
    sys.exit(main())
