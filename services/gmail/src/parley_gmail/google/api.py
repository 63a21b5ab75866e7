"""The Gmail API: requests built by Google's client, executed once on the shared session.

Google's client is not asked to execute, because httplib2 re-sends a POST whose connection closed
without an answer, even with ``num_retries=0``.
"""

from __future__ import annotations

from typing import Any

import aiohttp
import httplib2
from google.auth.credentials import AnonymousCredentials
from googleapiclient.discovery import build
from googleapiclient.errors import HttpError
from googleapiclient.http import HttpRequest

from parley_gmail.google.access import Access
from parley_gmail.google.http import Answer, exchange
from parley_gmail.google.refusals import (
    BREAKING,
    GoogleRefusedError,
    GoogleUnreachableError,
    error_body,
    retry_after,
)
from parley_kit.clock import Clock
from parley_kit.sealing import Secret

_UNAUTHORIZED = 401


class GmailApi:
    """Calls the Gmail API for any connection.

    Attributes:
        users, drafts, messages, threads, history: The client's resources, built once (building
            one costs more than a call).
    """

    def __init__(
        self, session: aiohttp.ClientSession, access: Access, api_url: str, clock: Clock
    ) -> None:
        service: Any = build(
            "gmail",
            "v1",
            credentials=AnonymousCredentials(),  # type: ignore[no-untyped-call]
            static_discovery=True,
            cache_discovery=False,
            client_options={"api_endpoint": api_url},
        )
        self.users = service.users()
        self.drafts = self.users.drafts()
        self.messages = self.users.messages()
        self.threads = self.users.threads()
        self.history = self.users.history()
        self._session = session
        self._access = access
        self._clock = clock

    async def call(self, connection_id: str, request: HttpRequest) -> Any:
        """The decoded answer; a 401 is tried once more with a new token, as nothing was done.

        Raises:
            GoogleRefusedError: Google answered with an error.
            GoogleUnreachableError: Google did not answer.
        """
        try:
            return await self._authorized(connection_id, request)
        except GoogleRefusedError as error:
            if detail := BREAKING.get(error.reason):
                await self._access.bury(connection_id, detail, error.reason)
            raise

    async def _authorized(self, connection_id: str, request: HttpRequest) -> Any:
        token = await self._access.token(connection_id)
        try:
            return await self._execute(request, token)
        except GoogleRefusedError as error:
            if error.status != _UNAUTHORIZED:
                raise
        token = await self._access.renewed(connection_id, token)
        return await self._execute(request, token)

    async def _execute(self, request: HttpRequest, token: Secret) -> Any:
        headers = {**request.headers, "Authorization": f"Bearer {token.reveal()}"}
        answer = await exchange(
            self._session, request.method, request.uri, headers=headers, data=request.body
        )
        return self._decoded(request, answer)

    def _decoded(self, request: HttpRequest, answer: Answer) -> Any:
        response = httplib2.Response({"status": str(answer.status)})  # type: ignore[no-untyped-call]
        try:
            return request.postproc(response, answer.body)
        except HttpError as error:
            body = error_body(answer.status, answer.document())
            wait = retry_after(answer.headers.get("Retry-After"), body.message, self._clock())
            raise GoogleRefusedError(
                answer.status, body.reason, body.message, retry_after=wait
            ) from error
        except ValueError as error:  # a 2xx that is not JSON: something was done, but what?
            raise GoogleUnreachableError("unreadable_answer", was_asked=True) from error
