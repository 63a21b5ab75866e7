"""Asks: stores the exact question, and sends its cards out."""

from __future__ import annotations

import hashlib
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import datetime, timedelta
from typing import Any

import orjson

from parley_kit.errors import ResourceExhaustedError, invalid_field
from parley_kit.ids import new_id
from parley_orchestrator.domain.conversation import FEEDBACK_REQUESTED, NewEvent, Session
from parley_orchestrator.domain.delivery import Kind as DeliveryKind
from parley_orchestrator.domain.feedback import (
    FeedbackRequest,
    Kind,
    Status,
    Step,
    digest_of,
    is_usable_schema,
)
from parley_orchestrator.domain.routing import ChannelFacts
from parley_orchestrator.domain.views import request_view
from parley_orchestrator.ports import Store, Unit
from parley_orchestrator.use_cases.authorise import AGENT, Caller, require, visible_session
from parley_orchestrator.use_cases.enqueue import Enqueue, Parcel
from parley_orchestrator.use_cases.idempotency import key_reused
from parley_orchestrator.use_cases.publish import publish
from parley_orchestrator.use_cases.validate import json_of, line_of, text_of, unknown_channel

MAX_PROMPT = 8_000
MAX_ACTION_BYTES = 32 * 1024
MAX_OPTIONS = 100
MAX_STEPS = 10
MAX_EXPIRY_SECONDS = 31_536_000
ROUTE, ALL = "route", "all"
CARDS_PER_MINUTE = 60
"""So many requests a minute reach one person; more look like approval bombing."""


@dataclass(frozen=True)
class NewRequest:
    """A request to be, as the caller gave it."""

    caller: Caller
    session_id: str
    prompt: str
    kind: str
    options: tuple[tuple[str, str], ...] = ()
    schema_json: str = ""
    action_json: str = ""
    expires_in_seconds: int = 0
    respondents: tuple[str, ...] = ()
    required_approvals: int = 0
    delivery: str = ""
    escalation: tuple[Step, ...] = ()
    min_assurance: int = 0
    idempotency_key: str = ""

    def body_hash(self) -> str:
        """What must be the same when an idempotency key comes again."""
        body = {key: value for key, value in vars(self).items() if key != "caller"}
        steps = [[step.after_seconds, step.channel] for step in self.escalation]
        return hashlib.sha256(orjson.dumps({**body, "escalation": steps})).hexdigest()


class RequestFeedback:
    """Stores a request with its event and its first cards, in one transaction."""

    def __init__(self, store: Store, enqueue: Enqueue) -> None:
        self._store = store
        self._enqueue = enqueue

    async def __call__(self, new: NewRequest) -> FeedbackRequest:
        """The request; returns after commit."""
        return await self._store.transact(
            lambda unit: self._store_request(unit, new), [new.session_id]
        )

    def _store_request(self, unit: Unit, new: NewRequest) -> FeedbackRequest:
        require(new.caller, AGENT)
        session = visible_session(unit, new.caller, new.session_id)
        if known := _repeated(unit, new):
            return known
        request = _built(new, session, self._enqueue.facts(), unit.now)
        _refuse_bombing(unit, request.respondents)
        event = publish(unit, [_event(request)], {session.id: session})[0]
        request = replace(request, seq=event.seq)
        unit.feedback.add(request)
        self._send_cards(unit, request, session)
        if new.idempotency_key:
            row = new.caller.id, new.idempotency_key, new.body_hash(), request.id
            unit.conversations.remember([row])
        return unit.feedback.get([request.id])[request.id]

    def _send_cards(self, unit: Unit, request: FeedbackRequest, session: Session) -> None:
        users = unit.people.users(request.respondents)
        channels = tuple(self._enqueue.facts()) if request.delivery == ALL else ("",)
        parcels = [
            card_parcel(request, session, users[user_id], wanted=channel)
            for user_id in request.respondents
            for channel in channels
        ]
        if request.delivery == ALL:
            parcels = [p for p in parcels if _has_address(p, self._enqueue.facts())] or parcels[:1]
        self._enqueue(unit, parcels)


def card_parcel(
    request: FeedbackRequest, session: Session, user: Any, *, wanted: str = "", why: str = ""
) -> Parcel:
    """A request's card for one person."""
    return Parcel(
        kind=DeliveryKind.CARD,
        session=session,
        user=user,
        subject_id=request.id,
        position=request.seq,
        wanted=wanted,
        why=why,
    )


def _has_address(parcel: Parcel, facts: Mapping[str, ChannelFacts]) -> bool:
    keys = facts[parcel.wanted].address_keys
    return not keys or any(parcel.user.addresses.get(key) for key in keys)


def _repeated(unit: Unit, new: NewRequest) -> FeedbackRequest | None:
    line_of("idempotency_key", new.idempotency_key, 255)
    if not new.idempotency_key:
        return None
    key = new.caller.id, new.idempotency_key
    used = unit.conversations.idempotent([key]).get(key)
    if used is None:
        return None
    body_hash, subject = used
    request = unit.feedback.get([subject]).get(subject)
    if body_hash != new.body_hash() or request is None:
        raise key_reused(new.idempotency_key)
    return request


def _refuse_bombing(unit: Unit, respondents: Sequence[str]) -> None:
    counts = unit.feedback.recent_for(respondents, unit.now - timedelta(minutes=1))
    for user_id, count in counts.items():
        if count >= CARDS_PER_MINUTE:
            raise ResourceExhaustedError(
                f"{user_id} was asked {count} times within a minute; wait before asking again.",
                metadata={"limit": str(CARDS_PER_MINUTE)},
                retry_after=timedelta(seconds=30),
            )


def _built(
    new: NewRequest, session: Session, facts: Mapping[str, ChannelFacts], now: datetime
) -> FeedbackRequest:
    kind = Kind(new.kind)
    options = _options(kind, new.options)
    schema = _schema(kind, new.schema_json)
    action = json_of("action", new.action_json, MAX_ACTION_BYTES)
    prompt = text_of("prompt", new.prompt, MAX_PROMPT)
    respondents = _respondents(new, session)
    return FeedbackRequest(
        id=new_id("fbr", now),
        session_id=session.id,
        seq=0,
        kind=kind,
        prompt=prompt,
        options=options,
        schema=schema,
        action=action,
        has_action=bool(new.action_json),
        digest=digest_of(kind=kind, prompt=prompt, options=options, schema=schema, action=action),
        status=Status.PENDING,
        respondents=respondents,
        required_approvals=_required(new, kind, len(respondents)),
        approvals=0,
        delivery=_delivery(new.delivery),
        escalation=_escalation(new.escalation, facts),
        escalated=0,
        min_assurance=new.min_assurance or 1,
        expires_at=_expiry(new.expires_in_seconds, now),
        created_at=now,
        resolved_at=None,
        response=None,
    )


def _options(kind: Kind, options: tuple[tuple[str, str], ...]) -> tuple[tuple[str, str], ...]:
    if kind is not Kind.CHOICE:
        if options:
            raise invalid_field("options", "are for the kind `choice` only")
        return ()
    if not 2 <= len(options) <= MAX_OPTIONS:  # noqa: PLR2004  # a choice needs two
        raise invalid_field("options", f"a choice needs 2 to {MAX_OPTIONS}")
    if len({value for value, _label in options}) != len(options):
        raise invalid_field("options", "every value must be distinct")
    return tuple(
        (
            line_of("options.value", text_of("options.value", value, 100), 100),
            line_of("options.label", text_of("options.label", label or value, 200), 200),
        )
        for value, label in options
    )


def _schema(kind: Kind, text: str) -> dict[str, Any] | None:
    schema = json_of("schema", text)
    if kind is not Kind.FORM:
        if schema is not None:
            raise invalid_field("schema", "is for the kind `form` only")
        return None
    if not is_usable_schema(schema):
        raise invalid_field("schema", "must be a JSON Schema of type `object` with `properties`")
    return dict(schema)


def _respondents(new: NewRequest, session: Session) -> tuple[str, ...]:
    wanted = tuple(dict.fromkeys(new.respondents)) or tuple(session.user_ids)
    for user_id in wanted:
        if user_id not in session.user_ids:
            raise invalid_field("respondents", f"{user_id!r} does not take part in the session")
    return wanted


def _required(new: NewRequest, kind: Kind, respondents: int) -> int:
    required = new.required_approvals or 1
    if required > 1 and kind is not Kind.APPROVAL:
        raise invalid_field("required_approvals", "is for the kind `approval` only")
    if not 1 <= required <= respondents:
        raise invalid_field("required_approvals", f"must be 1 to {respondents}, the respondents")
    return required


def _delivery(delivery: str) -> str:
    if delivery not in ("", ROUTE, ALL):
        raise invalid_field("delivery", "must be `route` or `all`")
    return delivery or ROUTE


def _escalation(steps: tuple[Step, ...], facts: Mapping[str, ChannelFacts]) -> tuple[Step, ...]:
    if len(steps) > MAX_STEPS:
        raise invalid_field("escalation", f"has more than {MAX_STEPS} steps")
    times = [step.after_seconds for step in steps]
    if any(later <= earlier for earlier, later in zip([0, *times], times, strict=False)):
        raise invalid_field("escalation", "needs rising times above 0 in `after_seconds`")
    for step in steps:
        if step.channel not in facts:
            raise unknown_channel(step.channel, facts)
    return steps


def _expiry(seconds: int, now: datetime) -> datetime | None:
    if not 0 <= seconds <= MAX_EXPIRY_SECONDS:
        raise invalid_field("expires_in_seconds", f"must be 1 to {MAX_EXPIRY_SECONDS}")
    return now + timedelta(seconds=seconds) if seconds else None


def _event(request: FeedbackRequest) -> NewEvent:
    def data(seq: int) -> dict[str, Any]:
        return request_view(replace(request, seq=seq))

    return NewEvent(request.session_id, FEEDBACK_REQUESTED, data)
