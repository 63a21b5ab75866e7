"""Google's browser pages and certificates, and the sandbox's Gmail controls."""

from email.utils import getaddresses
from typing import Any

from starlette.requests import Request
from starlette.responses import JSONResponse, RedirectResponse, Response
from starlette.routing import BaseRoute, Route

from parley_sandbox.consent import Consent, consent_page, error_page, is_automatic
from parley_sandbox.forms import ControlError, json_body, text
from parley_sandbox.google import oauth
from parley_sandbox.google.bounce import REASONS
from parley_sandbox.google.errors import GoogleError
from parley_sandbox.google.mime import Mail
from parley_sandbox.google.post_office import come_back, inject, send
from parley_sandbox.google.replies import (
    Found,
    compose,
    compose_reply,
    find_message,
    reply_address,
)
from parley_sandbox.google.state import Google
from parley_sandbox.people import AGENT, Person

_CACHED = {"cache-control": "public, max-age=3600"}


class GoogleRoutes:
    """The routes around the accounts and mailboxes."""

    def __init__(self, google: Google) -> None:
        self._google = google

    def routes(self) -> list[BaseRoute]:
        """Return the routes."""
        return [
            Route("/o/oauth2/v2/auth", self.authorize, methods=["GET", "POST"]),
            Route("/oauth2/v1/certs", self.pem_certificates, methods=["GET"]),
            Route("/oauth2/v3/certs", self.jwk_certificates, methods=["GET"]),
            Route("/gmail/reply", self.reply, methods=["POST"]),
            Route("/gmail/compose", self.compose, methods=["POST"]),
            Route("/gmail/bounce", self.bounce, methods=["POST"]),
            Route("/gmail/read", self.read, methods=["POST"]),
            Route("/gmail/expire-history", self.expire_history, methods=["POST"]),
            Route("/gmail/pushes", self.pushes, methods=["POST"]),
            Route("/google/consent", self.consent, methods=["POST"]),
            Route("/google/revoke", self.revoke, methods=["POST"]),
        ]

    async def authorize(self, request: Request) -> Response:
        """Show the consent page, or redirect at once for a script."""
        query = dict(request.query_params)
        try:
            scopes = oauth.check_authorize(self._google, query)
            form = await request.form() if request.method == "POST" else None
            if form is not None and form.get("decision") == "deny":
                return RedirectResponse(oauth.deny(self._google, query), status_code=302)
            if form is None and not is_automatic(request):
                return self._ask(query, scopes)
            person = self._account(str((form and form.get("account")) or ""), query)
            ticked = set(map(str, form.getlist("scope"))) if form is not None else set(scopes)
            unticked = frozenset(scopes) - ticked
            return RedirectResponse(
                oauth.approve(self._google, query, person, unticked), status_code=302
            )
        except oauth.AuthorizeError as error:
            return error_page("Google", str(error))

    def _ask(self, query: dict[str, str], scopes: tuple[str, ...]) -> Response:
        accounts = tuple(p.email for p in self._google.people.all())
        selected = self._account("", query).email
        place = "a Google account"
        return consent_page(Consent("Google", place, scopes, accounts, selected, can_untick=True))

    def _account(self, chosen: str, query: dict[str, str]) -> Person:
        hint = chosen or query.get("login_hint") or AGENT
        person = self._google.people.by_email(hint)
        if person is None:
            raise oauth.AuthorizeError(f"Couldn't find the Google account {hint}")
        return person

    async def pem_certificates(self, _request: Request) -> Response:
        """Return `{key id: PEM}`."""
        return JSONResponse(self._google.key.pem_certificates(), headers=_CACHED)

    async def jwk_certificates(self, _request: Request) -> Response:
        """Return the JWK set."""
        return JSONResponse(self._google.key.jwk_set(), headers=_CACHED)

    async def reply(self, request: Request) -> Response:
        """Answer a mail as a person: `{to_message, text, from?, raw?, to?, dmarc?}`.

        `dmarc` is the verdict of the receiving server; `absent` is its silence.
        """
        body = await json_body(request)
        sender = text(body, "from", required=False)
        if body.get("raw") is not None:
            return self._reply_raw(body, sender)
        person = self._person(sender) if sender else None
        found = self._found(text(body, "to_message"), person)
        owner = self._person(found.mailbox.email)
        now = self._google.clock.now()
        raw = compose_reply(owner, found.message.mail, text(body, "text"), now)
        dmarc = text(body, "dmarc", required=False)
        return self._send(owner, raw, found.message.thread_id, dmarc)

    def _reply_raw(self, body: dict[str, Any], sender: str) -> Response:
        """Deliver RFC 5322 text as it is; `from` is the envelope sender, default its From, `<>` is null."""
        raw = text(body, "raw").encode("utf-8", "surrogateescape")
        mail = Mail(raw)
        named = [mail.header(name) for name in ("to", "cc", "bcc")]
        recipients = [a for _, a in getaddresses([text(body, "to", required=False), *named]) if a]
        if not recipients and body.get("to_message"):
            found = self._found(text(body, "to_message"), None)
            recipients = [getaddresses([reply_address(found.message.mail)])[0][1]]
        if not recipients:
            raise ControlError(400, "raw names no recipient; add a To header or a to field")
        envelope = sender.strip("<>") if sender else getaddresses([mail.header("from")])[0][1]
        dmarc = text(body, "dmarc", required=False)
        delivered = inject(self._google, raw, envelope, recipients, dmarc)
        shown = [{"mailbox": address, "id": message_id} for address, message_id in delivered]
        return JSONResponse({"from": envelope, "delivered": shown})

    async def compose(self, request: Request) -> Response:
        """Write a new mail as a person: `{from, to, subject, text}`."""
        body = await json_body(request)
        person = self._person(text(body, "from"))
        raw = compose(person, text(body, "to"), text(body, "subject"), text(body, "text"))
        return self._send(person, raw, None)

    def _send(self, person: Person, raw: bytes, thread_id: str | None, dmarc: str = "") -> Response:
        try:
            message = send(self._google, person, raw, thread_id, dmarc or "pass")
        except GoogleError as error:
            raise ControlError(400, error.message) from None
        mail = message.mail
        answer = {"id": message.id, "threadId": message.thread_id, "message_id": mail.message_id}
        return JSONResponse(answer | {"from": person.email, "to": mail.header("to")})

    async def bounce(self, request: Request) -> Response:
        """Let a mail come back: `{to_message, kind: hard|soft|gave_up}`."""
        body = await json_body(request)
        reason = REASONS.get(text(body, "kind", required=False) or "hard")
        if reason is None:
            raise ControlError(400, f"kind must be one of {', '.join(REASONS)}")
        found = self._found(text(body, "to_message"), None)
        try:
            report = come_back(self._google, found.message, reason)
        except GoogleError:
            raise ControlError(409, "that mail was sent by nobody here") from None
        return JSONResponse({"id": report.id, "threadId": report.thread_id})

    async def read(self, request: Request) -> Response:
        """Open a thread as its owner: `{email, thread}`."""
        body = await json_body(request)
        mailbox = self._google.mailbox(self._person(text(body, "email")).email)
        assert mailbox  # a person is a mailbox
        for message in list(mailbox.messages.values()):
            if message.thread_id == text(body, "thread"):
                mailbox.relabel(message, [], ["UNREAD"])
        return JSONResponse({"thread": body["thread"]})

    async def expire_history(self, request: Request) -> Response:
        """Forget a mailbox's history, so that older cursors get 404: `{email}`."""
        person = self._person(text(await json_body(request), "email"))
        mailbox = self._google.mailbox(person.email)
        assert mailbox  # a person is a mailbox
        mailbox.history.clear()
        mailbox.history_id += 1
        mailbox.history_floor = mailbox.history_id
        return JSONResponse({"historyId": str(mailbox.history_id)})

    async def pushes(self, request: Request) -> Response:
        """Lose pushes, or deliver them again: `{deliver: true|false}`."""
        deliver = (await json_body(request)).get("deliver")
        if not isinstance(deliver, bool):
            raise ControlError(400, "need deliver: true or false")
        self._google.delivers_pushes = deliver
        return JSONResponse({"deliver": deliver})

    async def consent(self, request: Request) -> Response:
        """Untick scopes for scripted consents: `{deny_scopes: […]}`."""
        scopes = (await json_body(request)).get("deny_scopes", [])
        if not isinstance(scopes, list) or not all(isinstance(s, str) for s in scopes):
            raise ControlError(400, "need deny_scopes: a list of scopes")
        self._google.accounts.denied_scopes = frozenset(scopes)
        return JSONResponse({"deny_scopes": scopes})

    async def revoke(self, request: Request) -> Response:
        """Remove the app's access on the account's security page: `{email}`."""
        person = self._person(text(await json_body(request), "email"))
        self._google.accounts.revoke_account(person.email)
        return JSONResponse({"revoked": person.email})

    def _person(self, email: str) -> Person:
        person = self._google.people.by_email(email)
        if person is None:
            raise ControlError(404, f"{email} has no mailbox here; see GET /people")
        return person

    def _found(self, reference: str, person: Person | None) -> Found:
        found = find_message(self._google, reference, person)
        if found is None:
            raise ControlError(404, "no received mail with that id, Message-ID or text")
        return found
