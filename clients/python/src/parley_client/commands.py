"""What each command of `parley` does; each answers its exit status."""

from __future__ import annotations

import argparse
import dataclasses
import json
import sys
from collections.abc import Callable, Mapping
from datetime import datetime
from typing import Any, cast

from parley_client.client import Parley
from parley_client.errors import ParleyError
from parley_client.options import MessageDetails, QuestionDetails, Ref
from parley_client.records import FeedbackRequest

DONE, REJECTED, NOT_DECIDED, FAILED, STILL_PENDING = range(5)
Command = Callable[[Parley, argparse.Namespace], int]


def ask(parley: Parley, given: argparse.Namespace) -> int:
    """Asks; the status tells the decision."""
    request = parley.ask(_session(parley, given), given.prompt, wait=given.wait, **_details(given))
    _print(request, indent=2)
    return exit_status(request)


def send(parley: Parley, given: argparse.Namespace) -> int:
    """Sends."""
    details: MessageDetails = {"urgent": given.urgent}
    if given.idempotency_key:
        details["idempotency_key"] = given.idempotency_key
    _print(parley.send(_session(parley, given), given.text, **details), indent=2)
    return DONE


def sessions(parley: Parley, given: argparse.Namespace) -> int:
    """Lists, one a line."""
    for session in parley.sessions(limit=given.limit):
        _print(session)
    return DONE


def watch(parley: Parley, given: argparse.Namespace) -> int:
    """Prints events, one a line, until nothing happened for so long."""
    after = given.after
    while events := parley.events(given.session, after=after, wait=given.seconds):
        for event in events:
            _print(event)
        after = events[-1].seq
    return DONE


RUN: Mapping[str, Command] = {"ask": ask, "send": send, "sessions": sessions, "watch": watch}


def exit_status(request: FeedbackRequest) -> int:
    """The status that tells how a question stands."""
    if request.is_pending:
        return STILL_PENDING
    if request.status != "answered":
        return NOT_DECIDED
    return REJECTED if request.kind == "approval" and not request.is_approved else DONE


def _session(parley: Parley, given: argparse.Namespace) -> Ref:
    if given.session:
        return str(given.session)
    if given.idempotency_key:
        raise ParleyError(
            "wrong_arguments",
            "--idempotency-key needs --session; --user begins a new one each time.",
        )
    return parley.create_session(given.user, title=given.title)


def _details(given: argparse.Namespace) -> QuestionDetails:
    details: dict[str, Any] = {"kind": given.kind, "delivery": "all" if given.all else "route"}
    said = {name: getattr(given, option) for name, option in _OPTIONS.items()}
    details |= {name: value for name, value in said.items() if value is not None}
    details |= {flag: True for flag in _FLAGS if getattr(given, flag)}
    return cast("QuestionDetails", details)


_OPTIONS = {
    "options": "option",
    "schema": "schema",
    "action": "action",
    "expires_in": "expires",
    "reminders": "remind",
    "min_assurance": "min_assurance",
    "idempotency_key": "idempotency_key",
}
"""The details of a question by the options that give them."""
_FLAGS = ("urgent", "dangerous", "allow_edit")


def _print(record: Any, indent: int | None = None) -> None:
    text = json.dumps(dataclasses.asdict(record), default=_text, ensure_ascii=False, indent=indent)
    sys.stdout.write(text + "\n")
    sys.stdout.flush()


def _text(value: object) -> str:
    if isinstance(value, datetime):
        return value.isoformat().replace("+00:00", "Z")
    raise TypeError(type(value).__name__)
