"""After a change of keys, seals stored tokens with the newest one, while everything runs."""

from __future__ import annotations

import asyncio

from parley_kit.adapter.connections import Connections
from parley_kit.errors import ServiceError
from parley_kit.logs import get_logger

log = get_logger(__name__)
# Again and again, because a replica that was not restarted yet goes on sealing with the old key.
_PAUSE_SECONDS = 600.0


class Resealing:
    """Lets an old key be taken away without anybody connecting an account again."""

    def __init__(self, connections: Connections) -> None:
        self._connections = connections

    async def run(self) -> None:
        """Looks at the start and then every ten minutes, until cancelled."""
        while True:
            try:
                if count := await self._connections.reseal():
                    log.info("tokens are sealed with the newest key", connections=count)
            except ServiceError as error:
                log.warning("tokens are not sealed anew yet", reason=error.message)
            await asyncio.sleep(_PAUSE_SECONDS)
