"""What the page at `/` shows: one person's Slack, mailbox, and the sandbox's own state."""

import hashlib
import json
from dataclasses import asdict
from importlib.resources import files
from typing import TYPE_CHECKING, Any

from starlette.requests import Request
from starlette.responses import FileResponse, Response
from starlette.routing import BaseRoute, Mount, Route
from starlette.staticfiles import StaticFiles

from parley_sandbox.clock import iso
from parley_sandbox.control import person_wire
from parley_sandbox.google.mailbox import Mailbox, Message
from parley_sandbox.people import Person
from parley_sandbox.slack.message_wire import message_wire
from parley_sandbox.slack.views import open_modal, view_wire

if TYPE_CHECKING:
    from parley_sandbox.app import Sandbox

SHOWN_MESSAGES = 200
SHOWN_THREADS = 50
SHOWN_ENTRIES = 80
_FILES = str(files("parley_sandbox.page"))
# Mails are shown in frames that inherit this policy: no script runs in them, styles may.
_POLICY = (
    "default-src 'self'; img-src * data:; style-src 'self' 'unsafe-inline'; "
    "frame-ancestors 'self'; object-src 'none'; base-uri 'none'"
)
Wire = dict[str, Any]


class Page:
    """The page, its files and the state that it polls."""

    def __init__(self, sandbox: "Sandbox") -> None:
        self._sandbox = sandbox

    def routes(self) -> list[BaseRoute]:
        """Return the routes."""
        return [
            Route("/", self.index, methods=["GET"]),
            Route("/page/state", self.state, methods=["GET"]),
            Mount("/page", StaticFiles(directory=_FILES)),
        ]

    async def index(self, _request: Request) -> Response:
        """Return the page."""
        headers = {"content-security-policy": _POLICY, "cache-control": "no-cache"}
        return FileResponse(f"{_FILES}/index.html", headers=headers)

    async def state(self, request: Request) -> Response:
        """Return everything that one person sees; 304 while nothing has changed."""
        people = self._sandbox.people.all()
        chosen = self._sandbox.people.by_email(request.query_params.get("person", ""))
        state = self._state(chosen or people[1], request.query_params.get("team", ""))
        body = json.dumps(state).encode()
        tag = f'"{hashlib.sha256(body).hexdigest()[:20]}"'
        if request.headers.get("if-none-match") == tag:
            return Response(status_code=304)
        return Response(body, media_type="application/json", headers={"etag": tag})

    def _state(self, person: Person, team: str) -> Wire:
        sandbox = self._sandbox
        mailbox = sandbox.google.mailbox(person.email)
        assert mailbox  # a person is a mailbox
        return {
            "person": person_wire(person),
            "people": [person_wire(p) for p in sorted(sandbox.people.all(), key=_is_shared)],
            "parley_url": sandbox.settings.parley_public_url,
            "slack": _slack_wire(sandbox, person, team),
            "gmail": _mailbox_wire(mailbox),
            "gmail_connected": list(sandbox.google.accounts.consents),
            "faults": [asdict(f) for f in sandbox.faults.active(sandbox.clock.now())],
            "journal": [e.to_wire() for e in sandbox.journal.newest(SHOWN_ENTRIES)],
        }


def _is_shared(person: Person) -> bool:
    """The shared sender comes last: most visitors are somebody."""
    return person.slack_id is None


def _slack_wire(sandbox: "Sandbox", person: Person, team: str) -> Wire | None:
    """What a person sees in one workspace; None for somebody who is in none."""
    members = {w: m for w in sandbox.workspaces if (m := w.people.by_email(person.email))}
    members = {workspace: member for workspace, member in members.items() if member.slack_id}
    if not members:
        return None
    chosen = sandbox.workspaces.find(team)
    workspace = chosen if chosen in members else next(iter(members))
    member = members[workspace]
    conversation, _ = workspace.open_dm(member)
    modal = open_modal(workspace, member.slack_id or "")
    home = workspace.homes.get(member.slack_id or "")
    messages = list(conversation.messages.values())[-SHOWN_MESSAGES:]
    return {
        "team": workspace.place.key,
        "teams": [{"key": w.place.key, "name": w.place.name} for w in members],
        "user": member.slack_id,
        "installed": workspace.grants.is_installed,
        "bot_user_id": workspace.grants.bot_user_id,
        "users": {p.slack_id: p.name for p in workspace.people.all() if p.slack_id},
        "channel": conversation.id,
        "messages": [
            message_wire(workspace, m) | {"is_ephemeral": m.is_ephemeral} for m in messages
        ],
        "modal": view_wire(workspace, modal) if modal else None,
        "home": view_wire(workspace, home) if home else None,
    }


def _mailbox_wire(mailbox: Mailbox) -> Wire:
    threads: dict[str, list[Message]] = {}
    for message in mailbox.messages.values():
        threads.setdefault(message.thread_id, []).append(message)
    newest = sorted(threads.values(), key=lambda thread: thread[-1].id, reverse=True)
    return {
        "email": mailbox.email,
        "watched": mailbox.watch is not None,
        "threads": [_thread_wire(thread) for thread in newest[:SHOWN_THREADS]],
    }


def _thread_wire(thread: list[Message]) -> Wire:
    return {
        "id": thread[0].thread_id,
        "subject": thread[0].mail.subject or "(no subject)",
        "labels": sorted({label for message in thread for label in message.labels}),
        "messages": [_mail_wire(message) for message in thread],
    }


def _mail_wire(message: Message) -> Wire:
    mail = message.mail
    return {
        "id": message.id,
        "from": mail.header("from"),
        "to": mail.header("to"),
        "at": iso(message.internal_ms / 1_000),
        "labels": list(message.labels),
        "snippet": mail.snippet,
        "text": mail.text(),
        "html": mail.text("html"),
        "authentication": mail.header("authentication-results"),
    }
