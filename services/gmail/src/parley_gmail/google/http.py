"""One HTTP exchange with Google on the shared session; nothing is ever repeated here."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

import aiohttp
import orjson
from yarl import URL

from parley_gmail.google.refusals import GoogleUnreachableError

CALL_SECONDS = 15.0
CONNECT_SECONDS = 5.0


@dataclass(frozen=True)
class Answer:
    """Google's answer."""

    status: int
    headers: Mapping[str, str]
    body: bytes

    @property
    def is_ok(self) -> bool:
        """Whether the status is 2xx."""
        return 200 <= self.status < 300  # noqa: PLR2004  # HTTP's own range

    def document(self) -> Any:
        """The body as JSON, or None where it is something else."""
        try:
            return orjson.loads(self.body)
        except orjson.JSONDecodeError:
            return None


def open_session() -> aiohttp.ClientSession:
    """The session that all calls of the process share."""
    timeout = aiohttp.ClientTimeout(total=CALL_SECONDS, sock_connect=CONNECT_SECONDS)
    return aiohttp.ClientSession(
        timeout=timeout,
        connector=aiohttp.TCPConnector(limit=100),
        cookie_jar=aiohttp.DummyCookieJar(),
    )


async def exchange(
    session: aiohttp.ClientSession,
    method: str,
    url: str,
    *,
    headers: Mapping[str, str] | None = None,
    data: bytes | str | Mapping[str, str] | None = None,
) -> Answer:
    """Sends one request and reads its answer.

    Raises:
        GoogleUnreachableError: No answer; says whether the request may have arrived.
    """
    try:
        async with session.request(
            method, URL(url, encoded=True), headers=headers, data=data, allow_redirects=False
        ) as response:
            return Answer(response.status, response.headers, await response.read())
    except (aiohttp.ClientConnectorError, aiohttp.ConnectionTimeoutError) as error:
        raise GoogleUnreachableError(type(error).__name__, was_asked=False) from error
    except (aiohttp.ClientError, TimeoutError, OSError) as error:
        raise GoogleUnreachableError(type(error).__name__, was_asked=True) from error
