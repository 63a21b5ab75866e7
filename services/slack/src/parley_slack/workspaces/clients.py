"""slack_sdk clients over one shared HTTP session, without the SDK's hidden retries."""

from __future__ import annotations

import logging
from urllib.parse import urlsplit
from urllib.request import proxy_bypass

import aiohttp
import orjson
from slack_sdk.web.async_client import AsyncWebClient

from parley_kit.sealing import Secret
from parley_slack.workspaces.direct_client import DirectClient

TIMEOUT_SECONDS = 10.0
CONNECT_SECONDS = 3.0
_LOOPBACK = {"127.0.0.1", "localhost", "::1"}

# At level NOTSET slack_sdk builds debug lines that hold whole messages, for every call.
_quiet = logging.getLogger("parley_slack.slack_sdk")
_quiet.setLevel(logging.CRITICAL)


def http_session() -> aiohttp.ClientSession:
    """The one session of the process; slack_sdk would open one a call."""
    return aiohttp.ClientSession(
        timeout=aiohttp.ClientTimeout(total=TIMEOUT_SECONDS, sock_connect=CONNECT_SECONDS),
        json_serialize=lambda value: orjson.dumps(value).decode(),
        cookie_jar=aiohttp.DummyCookieJar(),  # tokens say who calls
    )


class SlackClients:
    """Makes Web API clients."""

    def __init__(self, session: aiohttp.ClientSession, api_url: str) -> None:
        self._session = session
        self._api_url = api_url

    def client(self, token: Secret) -> AsyncWebClient:
        """A client that calls with this token; cheap, keep it while the token holds."""
        client = DirectClient(
            token=token.reveal() or None,
            base_url=self._api_url,
            session=self._session,
            retry_handlers=[],  # the default re-posts after a dropped line
            logger=_quiet,
        )
        host = urlsplit(self._api_url).hostname or ""
        if host in _LOOPBACK or proxy_bypass(host):
            client.proxy = None  # the SDK takes HTTPS_PROXY, but not NO_PROXY, from the environment
        return client
