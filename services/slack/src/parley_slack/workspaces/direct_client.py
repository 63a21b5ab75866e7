"""slack_sdk's client with a shorter way for JSON calls: the same calls, answers and errors."""

from __future__ import annotations

from typing import Any

import aiohttp
import orjson
from slack_sdk.web.async_client import AsyncWebClient
from slack_sdk.web.async_slack_response import AsyncSlackResponse


class DirectClient(AsyncWebClient):
    """Hands JSON straight to the shared session.

    The SDK's own way prepares retries that are switched off, joins the address and builds the
    headers anew for each call; that takes as long as all the rest of the call.
    """

    def __init__(self, *, session: aiohttp.ClientSession, **arguments: Any) -> None:
        super().__init__(session=session, **arguments)
        self._own_session = session
        self._json_headers = {
            "Authorization": f"Bearer {self.token}",
            "Content-Type": "application/json;charset=utf-8",
            **self.headers,
        }

    async def api_call(
        self, api_method: str, *, json: dict[str, Any] | None = None, **more: Any
    ) -> AsyncSlackResponse:
        """Calls a method of the Web API.

        Raises:
            SlackApiError: Slack refused, or its answer is not JSON: then `data` is empty.
        """
        if json is None or more:
            return await super().api_call(api_method, json=json, **more)
        body = orjson.dumps(json)
        url = self.base_url + api_method
        async with self._own_session.post(
            url, data=body, headers=self._json_headers, proxy=self.proxy
        ) as answer:
            raw = await answer.read()
        response = AsyncSlackResponse(
            client=self,
            http_verb="POST",
            api_url=api_method,
            req_args={},
            data=_document(raw),
            headers=answer.headers,  # type: ignore[arg-type]  # the SDK hands over the same
            status_code=answer.status,
        )
        response.validate()  # type: ignore[no-untyped-call]
        return response


def _document(raw: bytes) -> dict[str, Any]:
    try:
        document = orjson.loads(raw)
    except orjson.JSONDecodeError:
        return {}
    return document if isinstance(document, dict) else {}
