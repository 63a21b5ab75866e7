"""Times and texts of protos."""

from __future__ import annotations

from typing import Any

import orjson

from parley_kit.clock import to_timestamp

stamp = to_timestamp


def any_json_text(value: Any) -> str:
    """JSON text of any value; `null` and `{}` are values too."""
    return orjson.dumps(value).decode()


def json_text(value: Any) -> str:
    """JSON text; empty for None and for an empty object."""
    return "" if value is None or value == {} else orjson.dumps(value).decode()
