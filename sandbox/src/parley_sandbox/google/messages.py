"""users.messages.* and users.threads.*."""

from parley_sandbox.google.calls import MailCall, page, raw_of
from parley_sandbox.google.errors import GoogleError, invalid, not_found
from parley_sandbox.google.mailbox import SYSTEM_LABELS, Message
from parley_sandbox.google.post_office import send
from parley_sandbox.google.resources import (
    Resource,
    attachment,
    encode,
    message_resource,
    short_resource,
)
from parley_sandbox.google.search import compile_query, is_hidden


def send_message(call: MailCall) -> Resource:
    """messages.send."""
    thread_id = call.body.get("threadId") or None
    message = send(call.google, call.person, raw_of(call.body, call.media), thread_id)
    return short_resource(message)


def get_message(call: MailCall) -> Resource:
    """messages.get."""
    return message_resource(call.mailbox.get(call.path["id"]), *_format(call))


def list_messages(call: MailCall) -> Resource:
    """messages.list: newest first, ids only."""
    found, more = page(call, _search(call))
    ids = [{"id": m.id, "threadId": m.thread_id} for m in found]
    shown = {"messages": ids} if ids else {}
    return shown | more | {"resultSizeEstimate": len(ids)}


def list_threads(call: MailCall) -> Resource:
    """threads.list: threads with a matching message, newest first."""
    newest = {m.thread_id: m for m in reversed(_search(call))}
    threads, more = page(call, sorted(newest.values(), key=lambda m: m.id, reverse=True))
    shown = [
        {"id": m.thread_id, "snippet": m.mail.snippet, "historyId": str(m.history_id)}
        for m in threads
    ]
    return ({"threads": shown} if shown else {}) | more | {"resultSizeEstimate": len(shown)}


def get_thread(call: MailCall) -> Resource:
    """threads.get: every message of it, oldest first."""
    messages = call.mailbox.thread(call.path["id"])
    form = _format(call)
    return {
        "id": call.path["id"],
        "historyId": str(max(m.history_id for m in messages)),
        "messages": [message_resource(m, *form) for m in messages],
    }


def modify_message(call: MailCall) -> Resource:
    """messages.modify."""
    message = call.mailbox.get(call.path["id"])
    _relabel(call, [message])
    return short_resource(message)


def modify_thread(call: MailCall) -> Resource:
    """threads.modify."""
    messages = call.mailbox.thread(call.path["id"])
    _relabel(call, messages)
    return {"id": call.path["id"], "messages": [short_resource(m) for m in messages]}


def trash_message(call: MailCall) -> Resource:
    """messages.trash."""
    message = call.mailbox.get(call.path["id"])
    call.mailbox.relabel(message, ["TRASH"], ["INBOX"])
    return short_resource(message)


def delete_message(call: MailCall) -> None:
    """messages.delete: for good."""
    call.mailbox.delete(call.path["id"])


def get_attachment(call: MailCall) -> Resource:
    """messages.attachments.get."""
    data = attachment(call.mailbox.get(call.path["messageId"]), call.path["id"])
    if data is None:
        raise not_found()
    return {"size": len(data), "data": encode(data)}


def _search(call: MailCall) -> list[Message]:
    query = call.text("q")
    if query and call.is_metadata_only():
        raise GoogleError(403, "Metadata scope does not support 'q' parameter", "forbidden")
    now = call.google.clock.now()
    delay = call.google.settings.sandbox_gmail_index_delay_seconds if query else 0.0
    fits = compile_query(query, now)
    include_all = call.text("includeSpamTrash").lower() == "true"
    labels = set(call.query.get("labelIds", []))
    return [
        m
        for m in reversed(call.mailbox.messages.values())
        if m.internal_ms / 1_000 <= now - delay
        and labels <= set(m.labels)
        and not is_hidden(m, query, include_all=include_all or bool(labels & {"SPAM", "TRASH"}))
        and fits(m)
    ]


def _format(call: MailCall) -> tuple[str, list[str]]:
    form = call.text("format", "full").lower()
    if call.is_metadata_only() and form in {"full", "raw"}:
        raise GoogleError(403, f"Metadata scope doesn't allow format {form.upper()}", "forbidden")
    return form, call.query.get("metadataHeaders", [])


def _relabel(call: MailCall, messages: list[Message]) -> None:
    add, remove = call.body.get("addLabelIds") or [], call.body.get("removeLabelIds") or []
    known = {*SYSTEM_LABELS, *call.mailbox.labels}
    unknown = [label for label in [*add, *remove] if label not in known]
    if unknown:
        raise invalid(f"Invalid label: {unknown[0]}")
    if {"SENT", "DRAFT"} & {*add, *remove}:
        raise invalid("Invalid label: SENT and DRAFT cannot be changed")
    for message in messages:
        call.mailbox.relabel(message, add, remove)
