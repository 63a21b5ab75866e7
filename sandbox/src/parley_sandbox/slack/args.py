"""Arguments of a Web API call, from a query, a form or a JSON body."""

import json
from collections.abc import Mapping
from typing import Any
from urllib.parse import parse_qsl

from parley_sandbox.slack.errors import SlackError, invalid
from parley_sandbox.wire import Request

JSON_TYPE = "application/json"
FORM_TYPE = "application/x-www-form-urlencoded"


class Args:
    """The arguments of one call."""

    def __init__(self, values: Mapping[str, Any]) -> None:
        self.values = dict(values)

    def text(self, name: str) -> str:
        """Return a string, or an empty one when it is missing; refuses other types."""
        value = self.values.get(name)
        if value is None:
            return ""
        if isinstance(value, bool) or not isinstance(value, str | int | float):
            raise invalid("invalid_arguments", f"must be a string: {name}")
        return str(value)

    def required(self, name: str) -> str:
        """Return a string; refuses a call without it."""
        value = self.text(name)
        if not value:
            raise invalid("invalid_arguments", f"missing required field: {name}")
        return value

    def flag(self, name: str) -> bool:
        """Return a boolean, written as JSON or as `true`/`1`."""
        return str(self.values.get(name, "")).lower() in {"true", "1"}

    def integer(self, name: str, default: int, low: int, high: int) -> int:
        """Return a whole number within its limits."""
        raw = self.text(name)
        if not raw:
            return default
        if not raw.isdecimal() or not low <= int(raw) <= high:
            raise invalid("invalid_arguments", f"must be a number from {low} to {high}: {name}")
        return int(raw)

    def json(self, name: str, error: str) -> Any:
        """Return a JSON argument, which a form sends as text; None when it is missing."""
        value = self.values.get(name)
        if not isinstance(value, str):
            return value
        if not value.strip():
            return None
        try:
            return json.loads(value)
        except ValueError:
            raise SlackError(error) from None


def read_args(request: Request) -> Args:
    """Read the arguments; raises SlackError for a body that Slack cannot read."""
    query = {name: values[-1] for name, values in request.query.items()}
    if request.method == "GET" or not request.body:
        return Args(query)
    if request.content_type == JSON_TYPE:
        return Args(query | _read_json(request.body))
    if request.content_type == FORM_TYPE:
        return Args(query | _read_form(request.body))
    raise SlackError("invalid_form_data")


def _read_json(body: bytes) -> dict[str, Any]:
    try:
        value = json.loads(body)
    except ValueError:
        raise SlackError("invalid_json") from None
    if not isinstance(value, dict):
        raise SlackError("json_not_object")
    # A token in a JSON body is not looked at; it belongs into the Authorization header.
    return {k: v for k, v in value.items() if k != "token"}


def _read_form(body: bytes) -> dict[str, Any]:
    try:
        return dict(parse_qsl(body.decode(), keep_blank_values=True, strict_parsing=True))
    except ValueError:
        raise SlackError("invalid_form_data") from None
