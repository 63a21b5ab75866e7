"""The fastest Slack there could be: accepts, counts, answers. For measuring what is in front of it."""

import asyncio
import itertools
import json
import sys
import time
import zlib
from urllib.parse import parse_qs, urlencode

import uvicorn

COUNTS = {"posted": 0, "first": 0.0, "last": 0.0}
SEEN = []  # (monotonic seconds, body, ts) of the newest posts
KEPT = 500
SERIAL = itertools.count(1)
TEAM = {"id": "T0BENCH", "name": "Bench"}
SCOPES = "chat:write,im:write,im:history,users:read,users:read.email"


def post_message(body):
    now = time.monotonic()
    COUNTS["first"] = COUNTS["first"] or now
    COUNTS["last"] = now
    COUNTS["posted"] += 1
    number = next(SERIAL)
    ts = f"{1_700_000_000 + number // 1_000_000}.{number % 1_000_000:06}"
    SEEN.append((now, body, ts))
    del SEEN[:-KEPT]
    return {"ok": True, "channel": body.get("channel", "D0"), "ts": ts}


def person(body):
    name = str(body.get("users") or body.get("email") or "x")
    return f"{zlib.crc32(name.encode()) % 10**9:09}"


METHODS = {
    "chat.postMessage": post_message,
    "chat.update": lambda body: {"ok": True, "channel": body.get("channel"), "ts": body.get("ts")},
    "users.lookupByEmail": lambda body: {"ok": True, "user": {"id": f"U{person(body)}"}},
    "conversations.open": lambda body: {"ok": True, "channel": {"id": f"D{person(body)}"}},
    "auth.test": lambda _body: {
        "ok": True,
        "team_id": TEAM["id"],
        "user_id": "U0BOT",
        "bot_id": "B0",
    },
    "oauth.v2.access": lambda _body: {
        "ok": True,
        "access_token": "xoxb-bench",
        "token_type": "bot",
        "scope": SCOPES,
        "bot_user_id": "U0BOT",
        "app_id": "A0BENCH",
        "team": TEAM,
        "enterprise": None,
        "authed_user": {"id": "U0ADMIN"},
        "is_enterprise_install": False,
    },
}


def parsed(headers, body):
    if b"json" in headers.get(b"content-type", b""):
        return json.loads(body)
    return {key: values[0] for key, values in parse_qs(body.decode()).items()}


async def app(scope, receive, send):
    if scope["type"] != "http":
        return
    body = b""
    while True:
        message = await receive()
        body += message.get("body", b"")
        if not message.get("more_body"):
            break
    path = scope["path"]
    if path == "/oauth/v2/authorize":
        query = {k: v[0] for k, v in parse_qs(scope["query_string"].decode()).items()}
        target = query["redirect_uri"] + "?" + urlencode({"code": "c", "state": query["state"]})
        await answer(send, 302, b"", [(b"location", target.encode())])
    elif path == "/counts":
        await answer(send, 200, json.dumps(COUNTS).encode())
    elif path == "/seen":
        await answer(send, 200, json.dumps(SEEN).encode())
    elif path == "/reset":
        COUNTS.update(posted=0, first=0.0, last=0.0)
        await answer(send, 200, b"{}")
    else:
        method = METHODS.get(path.removeprefix("/api/"))
        query = {k: v[0] for k, v in parse_qs(scope["query_string"].decode()).items()}
        result = (
            method({**query, **parsed(dict(scope["headers"]), body)})
            if method
            else {"ok": False, "error": "unknown_method"}
        )
        await answer(send, 200, json.dumps(result).encode())


async def answer(send, status, body, headers=()):
    head = [
        (b"content-type", b"application/json"),
        (b"content-length", str(len(body)).encode()),
        *headers,
    ]
    await send({"type": "http.response.start", "status": status, "headers": head})
    await send({"type": "http.response.body", "body": body})


if __name__ == "__main__":
    config = uvicorn.Config(
        app,
        host="127.0.0.1",
        port=int(sys.argv[1]),
        log_level="warning",
        access_log=False,
        loop="uvloop",
        http="httptools",
    )
    asyncio.run(uvicorn.Server(config).serve())
