"""What may be asked, what counts as an answer, who decides."""

import hashlib
from datetime import UTC, datetime

import pytest
from hypothesis import given
from hypothesis import strategies as st

from parley_orchestrator.domain.feedback import (
    FeedbackRequest,
    InvalidAnswerError,
    Kind,
    Response,
    Status,
    Step,
    answer_in_text,
    checked_value,
    decides,
    digest_of,
    value_label,
)
from parley_orchestrator.domain.form_schema import is_usable_schema
from parley_orchestrator.domain.views import request_view

NOW = datetime(2026, 1, 2, 3, 4, 5, 678_901, tzinfo=UTC)
FORM = {
    "type": "object",
    "properties": {"n": {"type": "integer", "minimum": 1}, "why": {"type": "string"}},
    "required": ["n"],
    "additionalProperties": False,
}


def request(kind=Kind.APPROVAL, **more):
    values = {
        "id": "fbr_1",
        "session_id": "ses_1",
        "seq": 3,
        "kind": kind,
        "prompt": "Deploy?",
        "options": (("blue", "Blue one"), ("red", "Red one")) if kind is Kind.CHOICE else (),
        "schema": FORM if kind is Kind.FORM else None,
        "action": None,
        "has_action": False,
        "digest": "d",
        "status": Status.PENDING,
        "respondents": ("usr_1",),
        "required_approvals": 1,
        "approvals": 0,
        "delivery": "route",
        "escalation": (Step(60, "slack"),),
        "escalated": 0,
        "min_assurance": 1,
        "expires_at": None,
        "created_at": NOW,
        "resolved_at": None,
        "response": None,
    }
    return FeedbackRequest(**{**values, **more})


@pytest.mark.parametrize(
    ("kind", "value"),
    [
        (Kind.APPROVAL, "approved"),
        (Kind.APPROVAL, "rejected"),
        (Kind.CHOICE, "red"),
        (Kind.TEXT, "Wait until Monday"),
        (Kind.TEXT, "x" * 8_000),
        (Kind.FORM, {"n": 1}),
        (Kind.FORM, {"n": 2, "why": "☃"}),
    ],
)
def test_what_counts(kind, value):
    assert checked_value(request(kind), value) == value


@pytest.mark.parametrize(
    ("kind", "value"),
    [
        *(
            (Kind.APPROVAL, v)
            for v in ("approve", "Approved", "", None, True, 1, [], {}, ["approved"])
        ),
        *((Kind.CHOICE, v) for v in ("Red one", "green", "", None, 0, [], {}, ["red"])),
        *((Kind.TEXT, v) for v in ("", " \n", None, 1, [], {}, "x" * 8_001)),
        *((Kind.FORM, v) for v in (None, "n", [], {}, {"n": 0}, {"n": "1"}, {"n": 1, "x": 1})),
    ],
)
def test_what_does_not_count(kind, value):
    with pytest.raises(InvalidAnswerError) as refused:
        checked_value(request(kind), value)
    assert str(refused.value)


def test_text_is_trimmed():
    assert checked_value(request(Kind.TEXT), "  yes\n") == "yes"


@pytest.mark.parametrize(
    ("value", "required", "before", "is_decided"),
    [
        ("approved", 1, 0, True),
        ("approved", 2, 0, False),
        ("approved", 2, 1, True),
        ("approved", 3, 1, False),
        ("rejected", 3, 0, True),
        ("rejected", 3, 2, True),
    ],
)
def test_how_many_approvals_decide(value, required, before, is_decided):
    assert decides(request(required_approvals=required), value, before) == is_decided


@pytest.mark.parametrize("kind", [Kind.CHOICE, Kind.TEXT, Kind.FORM])
def test_any_other_answer_decides_at_once(kind):
    assert decides(request(kind), "red", 0)


@pytest.mark.parametrize(
    ("kind", "text", "decision", "answer"),
    [
        (Kind.APPROVAL, "approve", "approved", "approved"),
        (Kind.APPROVAL, "no way", "rejected", "rejected"),
        (Kind.APPROVAL, "approved", "", None),
        (Kind.APPROVAL, "approved", "red", None),
        (Kind.TEXT, " Monday ", "", "Monday"),
        (Kind.TEXT, " ", "", None),
        (Kind.TEXT, "yes", "approved", "yes"),
        (Kind.CHOICE, "Blue one.", "", "blue"),
        (Kind.CHOICE, "RED\nbecause it is nicer", "", "red"),
        (Kind.CHOICE, "I would take red", "", None),
        (Kind.CHOICE, "", "", None),
        (Kind.CHOICE, "whatever", "red", "red"),
        (Kind.CHOICE, "red", "green", None),
        (Kind.FORM, '{"n": 1}', "approved", None),
    ],
)
def test_what_a_reply_clearly_answers(kind, text, decision, answer):
    assert answer_in_text(request(kind), text, decision) == answer


def test_a_reply_that_names_two_options_names_none():
    ambiguous = request(Kind.CHOICE, options=(("a", "Yes"), ("b", "yes")))
    assert answer_in_text(ambiguous, "yes", "") is None
    assert answer_in_text(ambiguous, "b", "") == "b"


SHOWN = {"kind": "approval", "prompt": "Deploy?", "options": (), "schema": None, "action": None}


def test_the_digest_is_the_published_one():
    """Any other implementation must come to the same: SHA-256 of the canonical JSON."""
    shown = {**SHOWN, "kind": "choice", "options": (("a", "É ☃"),), "action": {"b": 1, "a": [True]}}
    text = (
        '{"action":{"a":[true],"b":1},"kind":"choice","options":[{"label":"É ☃","value":"a"}],'
        '"prompt":"Deploy?","schema":null}'
    )
    assert digest_of(**shown) == hashlib.sha256(text.encode()).hexdigest()


@pytest.mark.parametrize(
    "change",
    [
        {"kind": "text"},
        {"prompt": "Deploy? "},
        {"options": (("a", "b"),)},
        {"schema": {}},
        {"action": {}},
        {"action": {"deploy": "1.0"}},
        {"action": "null"},
    ],
)
def test_whatever_is_shown_is_bound(change):
    assert digest_of(**{**SHOWN, **change}) != digest_of(**SHOWN)


JSON = st.recursive(
    st.none() | st.booleans() | st.integers(-(2**53), 2**53) | st.text(max_size=5),
    lambda inner: (
        st.lists(inner, max_size=3) | st.dictionaries(st.text(max_size=5), inner, max_size=3)
    ),
    max_leaves=8,
)


@given(action=JSON)
def test_the_digest_does_not_depend_on_the_order_of_keys(action):
    def turned(value):
        if isinstance(value, dict):
            return {key: turned(value[key]) for key in reversed(list(value))}
        return [turned(one) for one in value] if isinstance(value, list) else value

    assert digest_of(**{**SHOWN, "action": action}) == digest_of(
        **{**SHOWN, "action": turned(action)}
    )


@pytest.mark.parametrize(
    "schema",
    [
        None,
        [],
        "object",
        {},
        {"type": "object"},
        {"type": "string", "properties": {}},
        {"type": "object", "properties": []},
        {"type": "object", "properties": {"n": {"type": "nonsense"}}},
        {"type": "object", "properties": {"n": {"pattern": "("}}},
        {"type": "object", "properties": {"n": {"$ref": "file:///etc/passwd"}}},
        {"type": "object", "properties": {"n": {"$ref": "#"}}},
        {"type": "object", "properties": {}, "allOf": [{"$dynamicRef": "#"}]},
        {"type": "object", "properties": {}, "allOf": [{"$recursiveRef": "#"}]},
    ],
)
def test_what_is_no_form(schema):
    assert not is_usable_schema(schema)


@pytest.mark.parametrize("schema", [FORM, {"type": "object", "properties": {}}])
def test_what_is_a_form(schema):
    assert is_usable_schema(schema)


def test_a_property_may_be_called_like_a_reference():
    assert is_usable_schema(
        {"type": "object", "properties": {"why": {"description": "a $ref is not followed"}}}
    )


@pytest.mark.parametrize(
    ("kind", "value", "label"),
    [
        (Kind.APPROVAL, "approved", "approved"),
        (Kind.CHOICE, "red", "Red one"),
        (Kind.CHOICE, "gone", "gone"),
        (Kind.TEXT, "Monday", "Monday"),
        (Kind.FORM, {"n": 1, "why": "x"}, "n: 1, why: x"),
    ],
)
def test_how_people_read_a_value(kind, value, label):
    assert value_label(request(kind), value) == label


def test_what_rest_shows():
    answer = Response("approved", "", "usr_1", "Ann", "slack", 3, NOW)
    shown = request_view(request(status=Status.ANSWERED, response=answer, resolved_at=NOW))
    assert shown["response"] == {
        "value": "approved",
        "comment": None,
        "user_id": "usr_1",
        "user_name": "Ann",
        "channel": "slack",
        "assurance": "slack",
        "responded_at": "2026-01-02T03:04:05.678Z",
        "edited_action": None,
        "digest": "",
    }
    assert (shown["status"], shown["expires_at"]) == ("answered", None)
    assert shown["escalation"] == [{"after_seconds": 60, "channel": "slack"}]
    assert shown["min_assurance"] == "link"
