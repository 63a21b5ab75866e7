"""users.drafts.*: sending a draft deletes it, so a repeated send fails instead of doubling."""

from parley_sandbox.google.calls import MailCall, page, raw_of
from parley_sandbox.google.errors import invalid, not_found
from parley_sandbox.google.mailbox import Message
from parley_sandbox.google.mime import Mail, with_crlf
from parley_sandbox.google.post_office import send
from parley_sandbox.google.resources import Resource, message_resource, short_resource


def create_draft(call: MailCall) -> Resource:
    """drafts.create."""
    draft_id = call.mailbox.new_draft_id()
    return _store(call, draft_id, _raw(call), _thread_id(call))


def update_draft(call: MailCall) -> Resource:
    """drafts.update: the message is another one afterwards, the draft's id stays."""
    draft_id = call.path["id"]
    old = _message(call, draft_id)
    raw, thread_id = _raw(call), _thread_id(call) or old.thread_id
    call.mailbox.delete(old.id)
    return _store(call, draft_id, raw, thread_id)


def get_draft(call: MailCall) -> Resource:
    """drafts.get."""
    message = _message(call, call.path["id"])
    shown = message_resource(message, call.text("format", "full").lower(), [])
    return {"id": call.path["id"], "message": shown}


def list_drafts(call: MailCall) -> Resource:
    """drafts.list: newest first."""
    drafts, more = page(call, list(reversed(call.mailbox.drafts.items())))
    shown = [
        {"id": draft_id, "message": {"id": message_id, "threadId": _thread(call, message_id)}}
        for draft_id, message_id in drafts
    ]
    return ({"drafts": shown} if shown else {}) | more | {"resultSizeEstimate": len(shown)}


def send_draft(call: MailCall) -> Resource:
    """drafts.send: the draft goes, a new message with the SENT label comes."""
    draft_id = str(call.body.get("id") or "")
    draft = _message(call, draft_id)
    given = call.body.get("message") or {}
    raw = _raw(call) if given.get("raw") or call.media is not None else draft.mail.raw
    is_alone = draft.thread_id == draft.id
    sent = send(call.google, call.person, raw, None if is_alone else draft.thread_id)
    call.mailbox.delete(draft.id)
    del call.mailbox.drafts[draft_id]
    return short_resource(sent)


def delete_draft(call: MailCall) -> None:
    """drafts.delete: at once and for good."""
    message = _message(call, call.path["id"])
    call.mailbox.delete(message.id)
    del call.mailbox.drafts[call.path["id"]]


def _raw(call: MailCall) -> bytes:
    raw = raw_of(call.body.get("message") or {}, call.media)
    if not raw.strip():
        raise invalid("Missing draft message")
    return with_crlf(raw)


def _thread_id(call: MailCall) -> str | None:
    thread_id = (call.body.get("message") or {}).get("threadId") or None
    if thread_id is not None:
        call.mailbox.thread(thread_id)
    return thread_id


def _store(call: MailCall, draft_id: str, raw: bytes, thread_id: str | None) -> Resource:
    message = call.mailbox.add(Mail(raw), ["DRAFT"], thread_id)
    call.mailbox.drafts[draft_id] = message.id
    return {"id": draft_id, "message": short_resource(message)}


def _message(call: MailCall, draft_id: str) -> Message:
    if draft_id not in call.mailbox.drafts:
        raise not_found()
    return call.mailbox.get(call.mailbox.drafts[draft_id])


def _thread(call: MailCall, message_id: str) -> str:
    return call.mailbox.get(message_id).thread_id
