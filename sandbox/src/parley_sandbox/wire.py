"""HTTP in and out for the provider calls, without a framework in the hot path."""

import json
from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Any
from urllib.parse import parse_qs

from starlette.types import Receive, Scope, Send

MAX_BODY_BYTES = 50_000_000


class BodyTooLargeError(Exception):
    """The request body is larger than the sandbox reads."""


@dataclass(frozen=True, slots=True)
class Request:
    """One HTTP request, fully read; header names in lower case."""

    method: str
    path: str
    query: Mapping[str, list[str]]
    headers: Mapping[str, str]
    body: bytes

    @property
    def content_type(self) -> str:
        """The media type without parameters, in lower case."""
        return self.headers.get("content-type", "").partition(";")[0].strip().lower()

    @property
    def bearer(self) -> str | None:
        """The bearer token of the Authorization header, if there is one."""
        scheme, _, token = self.headers.get("authorization", "").partition(" ")
        return token.strip() if scheme.lower() == "bearer" and token.strip() else None


@dataclass(frozen=True, slots=True)
class Reply:
    """One HTTP response."""

    status: int
    body: bytes
    headers: Mapping[str, str] = field(default_factory=dict)


def json_reply(value: Any, status: int = 200, headers: Mapping[str, str] | None = None) -> Reply:
    """Return `value` as a JSON response."""
    body = json.dumps(value, separators=(",", ":"), ensure_ascii=False).encode()
    kind = {"content-type": "application/json; charset=utf-8"}
    return Reply(status, body, {**kind, **(headers or {})})


async def read_request(scope: Scope, receive: Receive) -> Request:
    """Read the whole request; raises BodyTooLargeError over `MAX_BODY_BYTES`."""
    return Request(
        method=scope["method"],
        path=scope["path"],
        query=parse_qs(scope["query_string"].decode("latin-1"), keep_blank_values=True),
        headers={k.decode("latin-1"): v.decode("latin-1") for k, v in scope["headers"]},
        body=await _read_body(receive),
    )


async def _read_body(receive: Receive) -> bytes:
    chunks: list[bytes] = []
    size = 0
    more = True
    while more:
        message = await receive()
        chunk = message.get("body", b"")
        size += len(chunk)
        if size > MAX_BODY_BYTES:
            raise BodyTooLargeError
        chunks.append(chunk)
        more = message.get("more_body", False)
    return b"".join(chunks)


async def send_reply(reply: Reply, send: Send) -> None:
    """Write the response."""
    headers = [(k.encode("latin-1"), v.encode("latin-1")) for k, v in reply.headers.items()]
    headers.append((b"content-length", str(len(reply.body)).encode()))
    await send({"type": "http.response.start", "status": reply.status, "headers": headers})
    await send({"type": "http.response.body", "body": reply.body})
