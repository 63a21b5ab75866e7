"""Starts the sandbox."""

import asyncio

import uvloop

from parley_sandbox.server import serve
from parley_sandbox.settings import Settings


def main() -> None:
    """Run with settings from the environment and from `.env`."""
    with asyncio.Runner(loop_factory=uvloop.new_event_loop) as runner:
        runner.run(serve(Settings.load()))


if __name__ == "__main__":
    main()
