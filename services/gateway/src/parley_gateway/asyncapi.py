"""The WebSocket as an AsyncAPI 3.0 document. Pure but for the version it names."""

from __future__ import annotations

from importlib.metadata import version
from typing import Any, get_args
from urllib.parse import urlsplit

from pydantic import BaseModel
from pydantic.json_schema import models_json_schema

from parley_gateway.websocket import frames
from parley_gateway.websocket.answers import ANSWERS, Typing
from parley_gateway.websocket.frame_examples import EXAMPLES

_REQUESTS: tuple[type[BaseModel], ...] = get_args(frames.Frame)
_REPLIES = {"hello": ("welcome", "error"), "ping": ("pong",)}
_TAKES_EFFECT = ("ok", "error")
_CHANNEL = {"$ref": "#/channels/line"}
_ABOUT = """JSON text frames over one WebSocket. Bring a user's token as a subprotocol
(`parley.v1, bearer.<token>`) or the web chat's cookie; a token in the URL is not taken. Say `hello`
first. Each request may carry an `id`; what it leads to is committed before it is answered.

Events are numbered per session without gaps. `hello` says what the client has; what it lacks is
replayed, then live events follow, each once and in order. `ack` tells what was shown: that is what
delivers on the channel `websocket`."""


def document(public_url: str) -> dict[str, Any]:
    """The document of the gateway that people reach at this URL."""
    where = urlsplit(public_url)
    return {
        "asyncapi": "3.0.0",
        "info": {
            "title": "Parley's WebSocket",
            "version": version("parley-gateway"),
            "description": _ABOUT,
            "license": {"name": "Apache-2.0"},
        },
        "defaultContentType": "application/json",
        "servers": {
            "gateway": {
                "host": where.netloc,
                "protocol": "wss" if where.scheme == "https" else "ws",
                "security": [{"$ref": f"#/components/securitySchemes/{name}"} for name in _SCHEMES],
            }
        },
        "channels": {
            "line": {
                "address": "/ws",
                "description": "One person's line.",
                "messages": {
                    name: {"$ref": f"#/components/messages/{name}"} for name in _messages()
                },
            }
        },
        "operations": _operations(),
        "components": {
            "messages": _messages(),
            "schemas": _schemas(),
            "securitySchemes": _SCHEMES,
        },
    }


_SCHEMES = {
    "subprotocol": {
        "type": "httpApiKey",
        "name": "Sec-WebSocket-Protocol",
        "in": "header",
        "description": "`parley.v1, bearer.<token>` with a token of `POST /api/users/{id}/tokens`.",
    },
    "cookie": {"type": "httpApiKey", "name": "parley_user", "in": "cookie"},
}


def name_of(model: type[BaseModel]) -> str:
    """A message's name: its `type`, and for an event its kind too."""
    if model is Typing:
        return "typing.others"
    kind = _only(model, "type")
    return f"event.{_only(model, 'kind')}" if kind == "event" else kind


def _only(model: type[BaseModel], field: str) -> str:
    return str(get_args(model.model_fields[field].annotation)[0])


def _messages() -> dict[str, Any]:
    return {name_of(model): _message(model) for model in (*_REQUESTS, *ANSWERS)}


def _message(model: type[BaseModel]) -> dict[str, Any]:
    says = (model.__doc__ or "").strip()
    name = name_of(model)
    return {
        "name": name,
        "title": says.split(";", 1)[0].rstrip("."),
        "summary": says,
        "payload": {"$ref": f"#/components/schemas/{model.__name__}"},
        "examples": [{"name": name, "payload": payload} for payload in EXAMPLES[name]],
    }


def _operations() -> dict[str, Any]:
    received = {
        f"take {name_of(model)}": {
            "action": "receive",
            "channel": _CHANNEL,
            "summary": (model.__doc__ or "").strip(),
            "messages": [_of_channel(name_of(model))],
            "reply": {
                "channel": _CHANNEL,
                "messages": [
                    _of_channel(answer) for answer in _REPLIES.get(name_of(model), _TAKES_EFFECT)
                ],
            },
        }
        for model in _REQUESTS
    }
    told = [name_of(model) for model in ANSWERS if name_of(model) not in _ONLY_REPLIES]
    return received | {
        "tell": {
            "action": "send",
            "channel": _CHANNEL,
            "summary": "What happens in this person's conversations.",
            "messages": [_of_channel(name) for name in told],
        }
    }


_ONLY_REPLIES = frozenset({"welcome", "ok", "pong"})


def _of_channel(name: str) -> dict[str, str]:
    return {"$ref": f"#/channels/line/messages/{name}"}


def _schemas() -> dict[str, Any]:
    _, definitions = models_json_schema(
        [(model, "validation") for model in (*_REQUESTS, *ANSWERS)],
        ref_template="#/components/schemas/{model}",
    )
    found: dict[str, Any] = definitions["$defs"]
    return found
