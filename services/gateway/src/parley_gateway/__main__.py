"""Starts the gateway: ``python -m parley_gateway``."""

from __future__ import annotations

import asyncio
import sys

from parley_gateway.app import create_app
from parley_gateway.bootstrap import build
from parley_gateway.serving import bind, serving
from parley_gateway.settings import GatewaySettings
from parley_kit import crash_points, logs, process
from parley_kit.logs import get_logger

log = get_logger(__name__)


async def serve(stopping: asyncio.Event) -> None:
    """Serves until told to stop."""
    settings = GatewaySettings.model_validate({})  # the values come from the environment
    logs.configure("gateway", level=settings.log_level, form=settings.log_format)
    crash_points.arm(settings.crash_at)
    gateway = build(settings)
    listening = bind(settings)
    if not settings.admin_secret:
        log.warning("PARLEY_ADMIN_KEY is empty: nobody has the admin role")
    gateway.start()
    try:
        async with serving(create_app(gateway), listening, settings):
            log.info("serving", host=settings.host, port=listening.getsockname()[1])
            await stopping.wait()
            gateway.stopping.set()
    finally:
        await gateway.close()


def main() -> int:
    """The exit status: 0 after a normal end, 2 for a configuration that cannot work."""
    return process.run(serve)


if __name__ == "__main__":
    sys.exit(main())
