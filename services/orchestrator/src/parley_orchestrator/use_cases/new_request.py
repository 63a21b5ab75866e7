"""A feedback request to be: what the caller gave, checked into what is stored."""

from __future__ import annotations

import hashlib
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any

import orjson

from parley_kit.errors import invalid_field
from parley_kit.ids import new_id
from parley_orchestrator.domain.conversation import Session
from parley_orchestrator.domain.feedback import (
    FeedbackRequest,
    Kind,
    Status,
    Step,
    digest_of,
)
from parley_orchestrator.domain.form_schema import is_usable_schema
from parley_orchestrator.domain.routing import ChannelFacts
from parley_orchestrator.use_cases.authorise import Caller
from parley_orchestrator.use_cases.validate import json_of, line_of, text_of, unknown_channel

MAX_PROMPT = 8_000
MAX_ACTION_BYTES = 32 * 1024
MAX_OPTIONS = 100
MAX_STEPS = 10
MAX_EXPIRY_SECONDS = 31_536_000
ROUTE, ALL = "route", "all"


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
    urgent: bool = False
    dangerous: bool = False
    allow_edit: bool = False
    reminders: tuple[int, ...] = ()
    on_behalf_of: str = ""

    def body_hash(self) -> str:
        """What must be the same when an idempotency key comes again."""
        body = {key: value for key, value in vars(self).items() if key != "caller"}
        steps = [[step.after_seconds, step.channel] for step in self.escalation]
        return hashlib.sha256(orjson.dumps({**body, "escalation": steps})).hexdigest()


def build_request(
    new: NewRequest, session: Session, facts: Mapping[str, ChannelFacts], now: datetime
) -> FeedbackRequest:
    """The request, if all of it can be asked; ServiceError names the field that cannot."""
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
        urgent=new.urgent,
        dangerous=new.dangerous,
        allow_edit=_allow_edit(new, kind),
        reminders=_reminders(new.reminders),
        on_behalf_of=new.on_behalf_of,
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
    """Who may answer: never the person for whom the agent acts."""
    for user_id in new.respondents:
        if user_id not in session.user_ids:
            raise invalid_field("respondents", f"{user_id!r} does not take part in the session")
    if new.on_behalf_of and new.on_behalf_of not in session.user_ids:
        raise invalid_field("on_behalf_of", f"{new.on_behalf_of!r} does not take part")
    if new.on_behalf_of in new.respondents:
        raise invalid_field("respondents", "the person in `on_behalf_of` may not answer")
    wanted = tuple(dict.fromkeys(new.respondents)) or tuple(session.user_ids)
    able = tuple(user_id for user_id in wanted if user_id != new.on_behalf_of)
    if not able:
        raise invalid_field("on_behalf_of", "nobody else is left who could answer")
    return able


def _allow_edit(new: NewRequest, kind: Kind) -> bool:
    """One person's edit cannot be what others approved, so it goes with one approval only."""
    if not new.allow_edit:
        return False
    if kind is not Kind.APPROVAL or not new.action_json:
        raise invalid_field("allow_edit", "is for the kind `approval` with an `action` only")
    if new.required_approvals > 1:
        raise invalid_field("allow_edit", "goes with one required approval only")
    return True


def _reminders(times: tuple[int, ...]) -> tuple[int, ...]:
    if len(times) > MAX_STEPS:
        raise invalid_field("reminders", f"has more than {MAX_STEPS} times")
    if not _is_rising(times):
        raise invalid_field("reminders", "needs rising times in seconds, above 0")
    return times


def _is_rising(times: Sequence[int]) -> bool:
    return all(later > earlier for earlier, later in zip([0, *times], times, strict=False))


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
    if not _is_rising([step.after_seconds for step in steps]):
        raise invalid_field("escalation", "needs rising times above 0 in `after_seconds`")
    for step in steps:
        if step.channel not in facts:
            raise unknown_channel(step.channel, facts)
    return steps


def _expiry(seconds: int, now: datetime) -> datetime | None:
    if not 0 <= seconds <= MAX_EXPIRY_SECONDS:
        raise invalid_field("expires_in_seconds", f"must be 1 to {MAX_EXPIRY_SECONDS}")
    return now + timedelta(seconds=seconds) if seconds else None
