"""Messages as the API shows them, in each format."""

import base64
from email.message import Message as MimeMessage
from html import escape
from typing import Any

from parley_sandbox.google.mailbox import Message

Resource = dict[str, Any]


def message_resource(message: Message, form: str, wanted: list[str]) -> Resource:
    """Return a message in format `full`, `raw`, `metadata` or `minimal`.

    `wanted` names the headers of `metadata`; empty means all.
    """
    shown = {
        "id": message.id,
        "threadId": message.thread_id,
        "labelIds": list(message.labels),
        "snippet": escape(message.mail.snippet),
        "sizeEstimate": len(message.mail.raw),
        "historyId": str(message.history_id),
        "internalDate": str(message.internal_ms),
    }
    if form == "raw":
        shown["raw"] = encode(message.mail.raw)
    elif form == "full":
        shown["payload"] = _part(message.mail.parsed, "") | {"headers": _headers(message, [])}
    elif form == "metadata":
        mime_type = message.mail.parsed.get_content_type()
        shown["payload"] = {"mimeType": mime_type, "headers": _headers(message, wanted)}
    return shown


def short_resource(message: Message) -> Resource:
    """Return what a send answers."""
    return {"id": message.id, "threadId": message.thread_id, "labelIds": list(message.labels)}


def _headers(message: Message, wanted: list[str]) -> list[Resource]:
    names = {name.lower() for name in wanted}
    return [
        {"name": name, "value": value}
        for name, value in message.mail.headers
        if not names or name.lower() in names
    ]


def _part(part: MimeMessage, part_id: str) -> Resource:
    resource: Resource = {
        "partId": part_id,
        "mimeType": part.get_content_type(),
        "filename": part.get_filename() or "",
        "headers": [{"name": name, "value": str(value)} for name, value in part.items()],
    }
    if part.is_multipart():
        prefix = f"{part_id}." if part_id else ""
        children = [p for p in part.get_payload() if isinstance(p, MimeMessage)]
        parts = [_part(child, f"{prefix}{i}") for i, child in enumerate(children)]
        return resource | {"body": {"size": 0}, "parts": parts}
    data = payload(part)
    if resource["filename"]:
        return resource | {"body": {"attachmentId": f"ANGjdJ-{part_id}", "size": len(data)}}
    return resource | {"body": {"size": len(data), "data": encode(data)}}


def attachment(message: Message, attachment_id: str) -> bytes | None:
    """Return the bytes of an attachment, or None."""
    part = message.mail.parsed
    try:
        for index in attachment_id.removeprefix("ANGjdJ-").split("."):
            part = [p for p in part.get_payload() if isinstance(p, MimeMessage)][int(index)]
    except (ValueError, IndexError):
        return None
    return payload(part) if part.get_filename() else None


def payload(part: MimeMessage) -> bytes:
    """Return the decoded bytes of a single part."""
    data = part.get_payload(decode=True)
    return data if isinstance(data, bytes) else b""


def encode(data: bytes) -> str:
    """Return base64url with padding, as Google sends it."""
    return base64.urlsafe_b64encode(data).decode()
