"""The answer page in each of its states, by the gateway's own code."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta
from types import SimpleNamespace
from typing import Any, cast

from scripts.pictures.mails import COLOURS, DEPLOY, SCHEMA
from starlette.requests import Request
from starlette.responses import Response

from parley.common.v1 import feedback_pb2 as common_pb2
from parley.orchestrator.v1 import access_pb2, feedback_pb2
from parley_gateway.answer_rendering import asked_once_more, refusal, shown
from parley_gateway.answer_rendering import bad_link as bad_link_error
from parley_gateway.answer_submission import submission_of
from parley_gateway.answer_view import AnswerView, view_of
from parley_kit.clock import to_timestamp
from parley_kit.sealing import KeyRing, Secret

TOKEN = "2v6rlwfq7hzk4m3nxyt5c2abdeg7q6zs"  # noqa: S105  # opens nothing
NOW = datetime(2026, 11, 24, 9, 0, tzinfo=UTC)
DROP = '{"tool": "drop_database", "name": "staging", "tables": 48, "keep_backup": true}'
_KEYS = KeyRing([Secret("k" * 40)])


def request(**query: str) -> Request:
    """What a browser asks for, as far as the page looks at it."""
    gateway = SimpleNamespace(keys=_KEYS, settings=SimpleNamespace(is_secure=True))
    asked = SimpleNamespace(
        app=SimpleNamespace(state=SimpleNamespace(gateway=gateway)),
        cookies={},
        query_params=query,
        url=SimpleNamespace(path=f"/f/{TOKEN}"),
    )
    return cast("Request", asked)


def view(kind: str = "approval", signed_in: str = "", **more: Any) -> AnswerView:
    """A question of the sample agent to Ann."""
    values = {
        "id": "fbr_1",
        "kind": common_pb2.FeedbackKind.Value(f"FEEDBACK_KIND_{kind.upper()}"),
        "status": common_pb2.FEEDBACK_STATUS_PENDING,
        "prompt": "Deploy **billing 4.2** to production?",
        "digest": "d" * 64,
        "expires_at": to_timestamp(NOW + timedelta(hours=4, minutes=5)),
        "min_assurance": common_pb2.ASSURANCE_LINK,
    }
    opened = access_pb2.OpenAnswerLinkResponse(
        request=feedback_pb2.FeedbackRequest(**{**values, **more}),
        user_id="usr_ann",
        user_name="Ann Example",
        author_name="Deploy bot",
        user_timezone="Europe/Vienna",
    )
    return view_of(opened, NOW, signed_in)


def answered(**more: Any) -> AnswerView:
    """The same, decided by somebody else."""
    response = feedback_pb2.FeedbackResponse(
        **{
            "value_json": '"approved"',
            "user_id": "usr_bob",
            "user_name": "Bob Example",
            "channel": "slack",
            "comment": "Go, but watch the queue depth.",
            "responded_at": to_timestamp(NOW),
            **more,
        }
    )
    status = common_pb2.FEEDBACK_STATUS_ANSWERED
    return view(action_json=DEPLOY, response=response, status=status)


def pages() -> dict[str, str]:
    """HTML by the name of its picture."""
    editable = view(action_json=DEPLOY, allow_edit=True)
    hard = view(
        action_json=DROP,
        dangerous=True,
        prompt="Delete the **staging** database? Its last backup is 20 minutes old.",
    )
    form = view("form", schema_json=SCHEMA, prompt="I need a maintenance window.")
    empty = {"field.owner": "Bob"}
    changed = {"value": "approved", "edits": "1", "action.to": "canary"}
    edit = {"edits": "1", "action.to": "canary", "action.migrations": "three"}
    wrong = submission_of(editable, {"value": "approved", **edit})
    found: dict[str, Response] = {
        "page-approval": shown(request(), TOKEN, view(action_json=DEPLOY)),
        "page-dangerous": shown(request(), TOKEN, hard),
        "page-confirm": asked_once_more(
            request(), TOKEN, hard, submission_of(hard, {"value": "approved"})
        ),
        "page-edit": shown(
            request(), TOKEN, editable, posted=edit, given=wrong,
            notice="Please look at the marked fields.",
        ),
        "page-changed": asked_once_more(
            request(), TOKEN, editable, submission_of(editable, changed)
        ),
        "page-choice": shown(
            request(choose="2"),
            TOKEN,
            view("choice", options=COLOURS, prompt="When shall I roll out **billing 4.2**?"),
        ),
        "page-text": shown(request(), TOKEN, view("text", prompt="What shall the note say?")),
        "page-form": shown(
            request(), TOKEN, form, posted=empty, given=submission_of(form, empty),
            notice="Please look at the marked fields.",
        ),
        "page-comment": shown(
            request(), TOKEN, view("comment", prompt="Here is the draft. Anything to add?")
        ),
        "page-sign-in": shown(
            request(), TOKEN, view(action_json=DEPLOY, min_assurance=common_pb2.ASSURANCE_SESSION)
        ),
        "page-wrong-person": shown(request(), TOKEN, view(signed_in="usr_bob")),
        "page-decided": shown(request(), TOKEN, answered()),
        "page-late": shown(
            request(), TOKEN,
            answered(edited_action_json=DEPLOY.replace("production", "canary")),
            notice="Your answer came too late.",
        ),
        "page-expired": shown(
            request(), TOKEN, view(status=common_pb2.FEEDBACK_STATUS_EXPIRED)
        ),
        "page-bad-link": refusal(bad_link_error()),
    }  # fmt: skip
    return {name: bytes(response.body).decode() for name, response in found.items()}
