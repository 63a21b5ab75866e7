"""Socket Mode: the same events and interactions where no webhook can reach us."""

from __future__ import annotations

import asyncio
from http import HTTPStatus
from typing import Any

from pydantic import SecretStr
from slack_sdk.socket_mode.aiohttp import SocketModeClient
from slack_sdk.socket_mode.async_client import AsyncBaseSocketModeClient
from slack_sdk.socket_mode.request import SocketModeRequest
from slack_sdk.socket_mode.response import SocketModeResponse

from parley_kit.errors import ServiceError
from parley_kit.logs import get_logger
from parley_kit.sealing import Secret
from parley_slack.inbound.events import Events
from parley_slack.inbound.interactions import Interactions
from parley_slack.inbound.payloads import cleaned
from parley_slack.workspaces.clients import SlackClients

log = get_logger(__name__)


class SocketMode:
    """One connection to Slack, held open; the token stands in for the signature."""

    def __init__(
        self,
        app_token: SecretStr,
        clients: SlackClients,
        events: Events,
        interactions: Interactions,
    ) -> None:
        self._app_token = app_token.get_secret_value()
        self._web_client = clients.client(Secret(self._app_token))
        self._handlers = {"events_api": events.take, "interactive": interactions.take}

    async def run(self) -> None:
        """Connects, reconnects and listens until cancelled."""
        client = SocketModeClient(
            app_token=self._app_token,
            web_client=self._web_client,
            logger=self._web_client.logger,
        )
        client.proxy = self._web_client.proxy
        client.socket_mode_request_listeners.append(self._take)
        try:
            await self._connect(client)
            await asyncio.Event().wait()
        finally:
            await client.close()  # type: ignore[no-untyped-call]

    async def _connect(self, client: SocketModeClient) -> None:
        """Connects for the first time; the SDK keeps it up afterwards."""
        delay = 1.0
        while not await client.is_connected():
            try:
                await client.connect()  # type: ignore[no-untyped-call]
                log.info("socket mode is connected")
            except Exception as error:  # noqa: BLE001  # any of the SDK's; it is tried again
                log.warning("socket mode waits for Slack", reason=type(error).__name__)
                await asyncio.sleep(delay)
                delay = min(delay * 2, 30.0)

    async def _take(self, client: AsyncBaseSocketModeClient, request: SocketModeRequest) -> None:
        """Acknowledges after what came is stored; unacknowledged, Slack brings it again."""
        handler = self._handlers.get(request.type)
        if handler is None:
            return
        try:
            reply = await handler(cleaned(request.payload))
        except ServiceError as error:
            log.warning("an envelope was not stored", reason=error.message)
            return
        if reply.status != HTTPStatus.OK:
            return  # Slack then tells the person that it did not work
        body: dict[str, Any] | None = reply.body or None
        await client.send_socket_mode_response(
            SocketModeResponse(envelope_id=request.envelope_id, payload=body)
        )
