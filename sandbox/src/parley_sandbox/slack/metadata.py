"""Message metadata: what an app may attach, and how large."""

import json
import re
from typing import Any

from parley_sandbox.slack.args import Args
from parley_sandbox.slack.errors import SlackError

MAX_METADATA_BYTES = 8_000
_EVENT_TYPE = re.compile(r"^[A-Za-z0-9_.\-]{1,255}$")


def read_metadata(args: Args) -> dict[str, Any] | None:
    """Return `{event_type, event_payload}` of a call; raises SlackError."""
    metadata = args.json("metadata", "invalid_metadata_format")
    if metadata is None:
        return None
    if not isinstance(metadata, dict):
        raise SlackError("invalid_metadata_format")
    if set(metadata) - {"event_type", "event_payload", "entities"}:
        raise SlackError("invalid_metadata_format")
    event_type, payload = metadata.get("event_type"), metadata.get("event_payload")
    if not isinstance(event_type, str) or not _EVENT_TYPE.match(event_type):
        raise SlackError("invalid_metadata_format")
    if not isinstance(payload, dict):
        raise SlackError("invalid_metadata_format")
    if len(json.dumps(metadata)) > MAX_METADATA_BYTES:
        raise SlackError("metadata_too_large")
    return {"event_type": event_type, "event_payload": payload}
