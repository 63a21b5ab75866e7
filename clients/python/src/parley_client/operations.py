"""Every call of the REST interface, once: both clients run these same steps."""

from __future__ import annotations

import random
import uuid
from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass, field
from typing import Any, TypeVar
from urllib.parse import quote

from parley_client.decoding import decode, decode_list
from parley_client.errors import NotApprovedError
from parley_client.options import (
    MessageDetails,
    OutgoingMessage,
    QuestionDetails,
    Ref,
    Seconds,
    SessionDetails,
    UserDetails,
    id_of,
    question_body,
    seconds_of,
)
from parley_client.polling import Poll, polled
from parley_client.records import (
    Agent,
    Delivery,
    Event,
    FeedbackRequest,
    Message,
    MessageResult,
    Preferences,
    Session,
    Token,
    User,
)
from parley_client.retrying import Patience, call
from parley_client.wire import Request, Steps

T = TypeVar("T")
MAX_BATCH = 100
MAX_PAGE = 200


def _new_key() -> str:
    return uuid.uuid4().hex


@dataclass(frozen=True)
class Operations:
    """The steps of each call. Chance and keys come from outside, so that tests can fix them."""

    patience: Patience = field(default_factory=Patience)
    chance: Callable[[], float] = random.random
    new_key: Callable[[], str] = _new_key

    def create_agent(self, name: str, webhook_url: str | None) -> Steps[Agent]:
        """A new agent, with its secrets; needs the operator's key."""
        body = {"name": name, **({"webhook_url": webhook_url} if webhook_url else {})}
        return self._one(Agent, Request("POST", "/api/agents", body=body))

    def create_user(self, name: str, details: UserDetails) -> Steps[User]:
        """A new person."""
        return self._one(User, Request("POST", "/api/users", body={"name": name, **details}))

    def user(self, user: Ref) -> Steps[User]:
        """A person."""
        return self._one(User, _get(f"/api/users/{_path(user)}"))

    def issue_token(self, user: Ref) -> Steps[Token]:
        """A token for the person's browser; a repeat leaves a spare one that expires."""
        path = f"/api/users/{_path(user)}/tokens"
        return self._one(Token, Request("POST", path, is_repeatable=True))

    def prefer(self, user: Ref, channels: Sequence[str]) -> Steps[Preferences]:
        """Replaces the person's order of channels; quiet hours stay as they are."""
        path = f"/api/users/{_path(user)}/preferences"
        known = yield from self._one(Preferences, _get(path))
        body = {"channels": list(channels), "quiet_hours": known.quiet_hours}
        return (yield from self._one(Preferences, _put(path, body)))

    def create_session(self, users: Iterable[Ref], details: SessionDetails) -> Steps[Session]:
        """A new conversation."""
        body = {"user_ids": [id_of(user) for user in users], **details}
        return self._one(Session, Request("POST", "/api/sessions", body=body))

    def session(self, session: Ref) -> Steps[Session]:
        """A conversation."""
        return self._one(Session, _get(f"/api/sessions/{_path(session)}"))

    def sessions(self, limit: int) -> Steps[list[Session]]:
        """The newest conversations."""
        found: list[Session] = []
        page: str | None = ""
        while page is not None and len(found) < limit:
            size = min(MAX_PAGE, limit - len(found))
            request = _get("/api/sessions", limit=size, **({"page_token": page} if page else {}))
            document = (yield from call(request, self.chance, self.patience)).document
            found += decode_list(Session, document, "sessions")
            page = document.get("next_page_token")
        return found

    def switch_channel(self, session: Ref, channel: str | None) -> Steps[Session]:
        """Moves a conversation; None returns to each person's own order."""
        return self._one(
            Session, _put(f"/api/sessions/{_path(session)}/channel", {"channel": channel})
        )

    def send(self, session: Ref, text: str, details: MessageDetails) -> Steps[Message]:
        """Says something."""
        body = {key: value for key, value in details.items() if key != "idempotency_key"}
        key = details.get("idempotency_key") or self.new_key()
        path = f"/api/sessions/{_path(session)}/messages"
        return self._one(Message, _keyed(path, {**body, "text": text}, key))

    def send_batch(self, messages: Iterable[OutgoingMessage]) -> Steps[list[MessageResult]]:
        """Says many things, a hundred a request; a repeat finds each under its key."""
        waiting = [{"idempotency_key": self.new_key(), **message} for message in messages]
        results: list[MessageResult] = []
        for at in range(0, len(waiting), MAX_BATCH):
            body = {"messages": waiting[at : at + MAX_BATCH]}
            request = Request("POST", "/api/messages/batch", body=body, is_repeatable=True)
            results += yield from self._many(MessageResult, request, "results")
        return results

    def messages(self, session: Ref, after: int, limit: int) -> Steps[list[Message]]:
        """What was said after a seq."""
        request = _get(f"/api/sessions/{_path(session)}/messages", after=after, limit=limit)
        return self._many(Message, request, "messages")

    def deliveries(self, message: Ref) -> Steps[list[Delivery]]:
        """What became of a message."""
        return self._many(
            Delivery, _get(f"/api/messages/{_path(message)}/deliveries"), "deliveries"
        )

    def events(self, session: Ref, after: int, wait: Seconds | None) -> Steps[list[Event]]:
        """What happened after a seq; waits for something to happen."""
        poll = Poll(
            _get(f"/api/sessions/{_path(session)}/events", after=after),
            lambda document: decode_list(Event, document, "events"),
            is_enough=bool,
        )
        return self._polled(poll, seconds_of(wait))

    def ask(
        self, session: Ref, prompt: str, wait: Seconds | None, details: QuestionDetails
    ) -> Steps[FeedbackRequest]:
        """Asks, then waits for the decision."""
        key = details.get("idempotency_key") or self.new_key()
        path = f"/api/sessions/{_path(session)}/feedback-requests"
        asked = yield from self._one(
            FeedbackRequest, _keyed(path, question_body(prompt, details), key)
        )
        if not asked.is_pending or seconds_of(wait) <= 0:
            return asked
        return (yield from self.wait(asked, wait))

    def approve_or_raise(
        self, session: Ref, prompt: str, wait: Seconds | None, details: QuestionDetails
    ) -> Steps[FeedbackRequest]:
        """Asks for an approval; anything else raises."""
        details = {**details, "kind": "approval"}
        request = yield from self.ask(session, prompt, wait, details)
        if not request.is_approved:
            raise NotApprovedError(request)
        return request

    def wait(self, request: Ref, wait: Seconds | None) -> Steps[FeedbackRequest]:
        """A question, once it is decided or the time is up."""
        poll = Poll(
            _get(f"/api/feedback-requests/{_path(request)}"),
            lambda document: decode(FeedbackRequest, document),
            is_enough=lambda found: not found.is_pending,
        )
        return self._polled(poll, seconds_of(wait))

    def cancel(self, request: Ref) -> Steps[FeedbackRequest]:
        """Withdraws a question."""
        path = f"/api/feedback-requests/{_path(request)}/cancel"
        return self._one(FeedbackRequest, Request("POST", path))

    def _polled(self, poll: Poll[T], seconds: float) -> Steps[T]:
        return polled(poll, seconds, self.chance, self.patience)

    def _one(self, kind: type[T], request: Request) -> Steps[T]:
        given = yield from call(request, self.chance, self.patience)
        return decode(kind, given.document)

    def _many(self, kind: type[T], request: Request, member: str) -> Steps[list[T]]:
        given = yield from call(request, self.chance, self.patience)
        return decode_list(kind, given.document, member)


def _get(path: str, **query: str | int) -> Request:
    return Request("GET", path, query=query, is_repeatable=True)


def _put(path: str, body: dict[str, Any]) -> Request:
    return Request("PUT", path, body=body, is_repeatable=True)


def _keyed(path: str, body: dict[str, Any], key: str) -> Request:
    return Request("POST", path, body=body, key=key, is_repeatable=True)


def _path(ref: Ref) -> str:
    return quote(id_of(ref), safe="")
