"""The provider behind Google's paths: authentication, checks, then the method."""

import json
from collections.abc import Callable
from email import message_from_bytes, policy
from typing import Any

from parley_sandbox.clock import iso
from parley_sandbox.faults import Fault
from parley_sandbox.gate import Call
from parley_sandbox.google import account, drafts, messages, oauth
from parley_sandbox.google.accounts import OAuthError
from parley_sandbox.google.calls import MailCall
from parley_sandbox.google.discovery import Match, check_body, check_query, find
from parley_sandbox.google.errors import REFUSALS, GoogleError, bad_fields, invalid, not_found
from parley_sandbox.google.quota import quota_error
from parley_sandbox.google.state import Google
from parley_sandbox.journal import Record
from parley_sandbox.wire import Reply, Request, json_reply

HANDLERS: dict[str, Callable[[MailCall], dict[str, Any] | None]] = {
    "getProfile": account.get_profile,
    "history.list": account.list_history,
    "labels.list": account.list_labels,
    "labels.create": account.create_label,
    "watch": account.watch,
    "stop": account.stop,
    "messages.send": messages.send_message,
    "messages.get": messages.get_message,
    "messages.list": messages.list_messages,
    "messages.modify": messages.modify_message,
    "messages.trash": messages.trash_message,
    "messages.delete": messages.delete_message,
    "messages.attachments.get": messages.get_attachment,
    "threads.get": messages.get_thread,
    "threads.list": messages.list_threads,
    "threads.modify": messages.modify_thread,
    "drafts.create": drafts.create_draft,
    "drafts.update": drafts.update_draft,
    "drafts.get": drafts.get_draft,
    "drafts.list": drafts.list_drafts,
    "drafts.send": drafts.send_draft,
    "drafts.delete": drafts.delete_draft,
}
WRITES = {"messages.send", "drafts.send", "drafts.create", "drafts.update"}
MAIL_PREFIXES = ("/gmail/v1/", "/upload/gmail/v1/", "/resumable/upload/gmail/")
TOKEN_PATHS = {"/token": "token", "/revoke": "revoke", "/oauth2/v3/userinfo": "userinfo"}


class GoogleApi:
    """The provider; its channel in journal and faults is `gmail`."""

    channel = "gmail"

    def __init__(self, google: Google) -> None:
        self._google = google

    def identify(self, request: Request) -> Call | None:
        """Name the method of a path, such as `messages.send`."""
        if request.path in TOKEN_PATHS:
            return Call(TOKEN_PATHS[request.path], writes=False)
        if not request.path.startswith(MAIL_PREFIXES):
            return None
        match = find(request.method, request.path)
        name = match.method.name if match else "unknown"
        return Call(name, writes=name in WRITES)

    def answer(self, request: Request) -> tuple[Reply, Record]:
        """Answer one call."""
        if request.path in TOKEN_PATHS:
            return self._answer_token(request)
        match = find(request.method, request.path)
        name = match.method.name if match else "unknown"
        body: Any = None
        try:
            if match is None or name not in HANDLERS:
                raise not_found()
            call = self._call(match, request)
            body = _journalled(call)
            result = HANDLERS[name](call)
        except GoogleError as error:
            return error.to_reply(), Record(name, error.reason, body)
        reply = Reply(204, b"") if result is None else json_reply(result)
        return reply, Record(name, "ok", body, _short(result), _mail(call, name, result))

    def _answer_token(self, request: Request) -> tuple[Reply, Record]:
        name = TOKEN_PATHS[request.path]
        try:
            if name == "token":
                return json_reply(oauth.token(self._google, request)), Record(name, "ok")
            if name == "revoke":
                oauth.revoke(self._google, request)
                return json_reply({}), Record(name, "ok")
            return json_reply(oauth.userinfo(self._google, request)), Record(name, "ok")
        except OAuthError as error:
            body = {"error": error.code, "error_description": error.description}
            return json_reply(body, error.status), Record(name, error.code)
        except GoogleError as error:
            return error.to_reply(), Record(name, error.reason)

    def _call(self, match: Match, request: Request) -> MailCall:
        """Check token, scopes, account and parameters, in Google's order."""
        access = self._google.accounts.check_access_token(request.bearer)
        check_query(match.method, request.query)
        if not access.scopes & match.method.scopes:
            message = "Request had insufficient authentication scopes."
            raise GoogleError(403, message, "insufficientPermissions")
        user = match.path["userId"].lower()
        person, mailbox = (
            self._google.people.by_email(access.email),
            self._google.mailbox(access.email),
        )
        if user not in {"me", access.email} or person is None or mailbox is None:
            raise GoogleError(403, f"Delegation denied for {access.email}", "forbidden")
        self._google.quota.spend(access.email, match.method.name)
        body, media = _read_body(match, request)
        return MailCall(
            self._google, access, person, mailbox, match.path, request.query, body, media
        )

    def refuse(self, fault: Fault, now: float) -> Reply:
        """Return 429 or 403 with the time in its message, a named refusal, or a 5xx."""
        if fault.kind == "rate_limit":
            usual = {403: "userRateLimitExceeded"}.get(fault.status, "rateLimitExceeded")
            reason, again = fault.reason or usual, iso(now + fault.seconds)
            return quota_error(fault.status, reason, again).to_reply()
        if known := REFUSALS.get(fault.reason):
            return known.to_reply()
        return GoogleError(
            fault.status, "The service is currently unavailable.", fault.reason or "backendError"
        ).to_reply()


def _read_body(match: Match, request: Request) -> tuple[dict[str, Any], bytes | None]:
    """Return the JSON body and, for an upload, the message itself; raises GoogleError."""
    if match.is_upload and request.content_type == "message/rfc822":
        return {}, request.body
    if match.is_upload and request.content_type == "multipart/related":
        return _read_multipart(match, request)
    if match.is_upload:
        raise invalid(f"Media type '{request.content_type}' is not supported.")
    if match.method.body is None or not request.body:
        return {}, None
    return _read_json(match, request.body), None


def _read_multipart(match: Match, request: Request) -> tuple[dict[str, Any], bytes | None]:
    head = f"Content-Type: {request.headers['content-type']}\r\n\r\n".encode("latin-1")
    parsed = message_from_bytes(head + request.body, policy=policy.HTTP)
    parts = list(parsed.iter_parts())
    kinds = [part.get_content_type() for part in parts]
    if kinds != ["application/json", "message/rfc822"]:
        raise invalid("An upload has a JSON part and a message/rfc822 part.")
    first = parts[0].get_payload(decode=True)
    assert isinstance(first, bytes)
    media = request.body.partition(first.strip())[2].partition(b"\r\n\r\n")[2]
    boundary = parsed.get_boundary("").encode()
    return _read_json(match, first), media.rpartition(b"--" + boundary)[0].rstrip(b"\r\n")


def _read_json(match: Match, raw: bytes) -> dict[str, Any]:
    try:
        body = json.loads(raw)
    except ValueError:
        what = "Invalid JSON payload received. Parsing terminated before end of input."
        raise bad_fields([("", what)]) from None
    if not isinstance(body, dict):
        raise bad_fields([("", "Invalid JSON payload received. Expected an object.")])
    check_body(str(match.method.body), body)
    return body


def _journalled(call: MailCall) -> dict[str, Any]:
    """Return what was asked: path, query and body as one object."""
    path = {name: value for name, value in call.path.items() if name != "userId"}
    query = {name: v[0] if len(v) == 1 else v for name, v in call.query.items() if name != "alt"}
    return {"mailbox": call.mailbox.email, **path, **query, **call.body}


def _short(result: dict[str, Any] | None) -> dict[str, Any] | None:
    keys = ("id", "threadId", "labelIds", "historyId", "resultSizeEstimate")
    return {k: result[k] for k in keys if k in result} if result else None


def _mail(call: MailCall, name: str, result: dict[str, Any] | None) -> dict[str, Any] | None:
    """Return what was sent in words, so that a reader need not decode it."""
    if name not in WRITES or result is None:
        return None
    mail = call.mailbox.get((result.get("message") or result)["id"]).mail
    names = ("From", "To", "Cc", "Subject", "Message-ID", "In-Reply-To", "Reply-To")
    headers = {name: value for name in names if (value := mail.header(name))}
    return {"headers": headers, "text": mail.text()}
