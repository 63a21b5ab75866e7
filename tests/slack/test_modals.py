"""Modals: what they show, what they offer, and what a submission means."""

import json

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from tests.slack.block_kit import judged_view

from parley.channel.v1 import card_pb2
from parley.common.v1 import feedback_pb2
from parley_sandbox.slack.inputs import state_values
from parley_slack.rendering.form_values import FormError
from parley_slack.rendering.modal_answers import NAMES, Given, answer_in
from parley_slack.rendering.modals import (
    COMMENT,
    EDIT,
    FORM,
    REMARK,
    REVIEW,
    TEXT,
    modal,
    names_for,
)

KINDS = feedback_pb2.FeedbackKind
APPROVAL, CHOICE = KINDS.FEEDBACK_KIND_APPROVAL, KINDS.FEEDBACK_KIND_CHOICE
SCHEMA = json.dumps({"type": "object", "properties": {"name": {"type": "string"}}})
OPTIONS = [feedback_pb2.FeedbackOption(value=f'v"{n}', label=f"Option {n}") for n in range(12)]
ACTION = {
    "tool": "scale",
    "replicas": 3,
    "factor": 1.5,
    "sure": True,
    "note": "",
    "until": None,
    "hidden": "a\u202eb",
    "long": 10**20,
}


def _card(**values):
    values = {
        "request_id": "fbr_1",
        "kind": APPROVAL,
        "prompt": "Ship?",
        "digest": "d" * 64,
    } | values
    return card_pb2.Card(**values)


CARDS = {
    COMMENT: _card(),
    TEXT: _card(kind=KINDS.FEEDBACK_KIND_TEXT),
    FORM: _card(kind=KINDS.FEEDBACK_KIND_FORM, schema_json=SCHEMA),
    REMARK: _card(kind=KINDS.FEEDBACK_KIND_COMMENT),
    EDIT: _card(allow_edit=True, action_json=json.dumps(ACTION)),
}


def _submitted(name, card, /, **entered):
    """What Slack would bring back, with what a person entered by label."""
    view = judged_view(modal(name, card, "m"))
    return state_values(view["blocks"], entered, is_submission=True)


def _answer(name, card, /, **entered):
    return answer_in(name, card, _submitted(name, card, **entered))


def test_every_modal_has_a_card_here():
    assert {*CARDS, REVIEW} == NAMES


@pytest.mark.parametrize("name", CARDS)
def test_modals_are_within_slacks_limits(name):
    card = card_pb2.Card()
    card.CopyFrom(CARDS[name])
    card.prompt = "Prompt **x** " * 600
    view = judged_view(modal(name, card, "fbr_1|d|D1:1.1"))
    assert view["private_metadata"] == "fbr_1|d|D1:1.1"
    assert view["callback_id"] == f"parley.{name}"


@pytest.mark.parametrize(
    ("card", "names"),
    [
        (CARDS[COMMENT], {REVIEW, COMMENT}),
        (CARDS[TEXT], {REVIEW, TEXT}),
        (CARDS[FORM], {REVIEW, FORM}),
        (CARDS[REMARK], {REVIEW, REMARK}),
        (CARDS[EDIT], {REVIEW, COMMENT, EDIT}),
        (_card(kind=CHOICE, options=OPTIONS), {REVIEW}),
        (_card(allow_edit=True), {REVIEW, COMMENT}),
        (_card(action_json='{"a": 1}'), {REVIEW, COMMENT}),
        (_card(action_json="not json", allow_edit=True), {REVIEW, COMMENT}),
        (_card(kind=CHOICE, allow_edit=True, action_json='{"a": 1}'), {REVIEW}),
    ],
)
def test_a_card_opens_only_its_own_modals(card, names):
    assert names_for(card) == names


@pytest.mark.parametrize(
    ("name", "entered", "given"),
    [
        (COMMENT, {"Why not?": " too early "}, Given("rejected", "too early")),
        (TEXT, {"Your answer": "blue\u202e"}, Given("blue")),
        (FORM, {"name": "Ann"}, Given({"name": "Ann"})),
        (REMARK, {"Your comment": "fine"}, Given("fine")),
        (REMARK, {}, Given("")),
    ],
)
def test_what_was_entered_is_the_answer(name, entered, given):
    assert _answer(name, CARDS[name], **entered) == given


@pytest.mark.parametrize("name", [COMMENT, TEXT])
def test_nothing_but_hidden_characters_is_no_answer(name):
    with pytest.raises(FormError) as raised:
        answer_in(name, CARDS[name], {"parley.text": {"value": {"value": "\u200b\u2066 "}}})
    assert list(raised.value.errors) == ["parley.text"]


def test_the_review_shows_all_of_it_and_takes_every_kind():
    prompt = "word " * 1_500 + "THE END"
    action = json.dumps({"steps": [f"step {n}" for n in range(600)], "last": "LAST STEP"})
    review = _card(prompt=prompt, action_json=action, is_dangerous=True)
    shown = json.dumps(judged_view(modal(REVIEW, review, "m")))
    assert "THE END" in shown
    assert "LAST STEP" in shown
    assert "Hard to undo" in shown
    entered = {"Your decision": "Reject", "Comment": "no"}
    assert _answer(REVIEW, review, **entered) == Given("rejected", "no")
    choice = _card(kind=CHOICE, options=OPTIONS, prompt=prompt)
    assert _answer(REVIEW, choice, **{"Your choice": "Option 11"}) == Given('v"11')
    assert _answer(REVIEW, CARDS[TEXT], **{"Your answer": "x"}) == Given("x")
    assert _answer(REVIEW, CARDS[FORM], name="x") == Given({"name": "x"})
    assert _answer(REVIEW, CARDS[REMARK]) == Given("")


@pytest.mark.parametrize("value", ["12", "-1", '"approved"', "null", "{", None, 7])
def test_a_review_takes_only_what_it_offered(value):
    state = {"parley.decision": {"value": {"selected_option": {"value": value}}}}
    card = _card(kind=CHOICE, options=OPTIONS)
    with pytest.raises(FormError) as raised:
        answer_in(REVIEW, card, state)
    assert list(raised.value.errors) == ["parley.decision"]


def test_an_unchanged_action_is_a_plain_approval():
    assert _answer(EDIT, CARDS[EDIT]) == Given("approved")
    assert _answer(EDIT, CARDS[EDIT], Comment="fine") == Given("approved", "fine")


def test_a_changed_action_comes_back_whole_and_with_its_types():
    given = _answer(
        EDIT,
        CARDS[EDIT],
        tool="stop",
        replicas="5",
        factor="2",
        sure="No",
        note="now",
        until='"tonight"',
    )
    assert given.value == "approved"
    assert json.loads(given.edited_action_json) == ACTION | {
        "tool": "stop",
        "replicas": 5,
        "factor": 2.0,
        "sure": False,
        "note": "now",
        "until": "tonight",
    }


def test_what_people_cannot_see_is_edited_as_json():
    view = modal(EDIT, CARDS[EDIT], "m")
    inputs = {b["label"]["text"]: b for b in view["blocks"] if b["type"] == "input"}
    assert inputs["hidden"]["element"]["initial_value"] == '"a\\u202eb"'
    assert inputs["long"]["element"]["initial_value"] == str(10**20)
    assert "JSON" in inputs["hidden"]["hint"]["text"]


@pytest.mark.parametrize(
    ("entered", "block"),
    [
        ({"replicas": "many"}, "parley.value.1"),
        ({"replicas": "1.5"}, "parley.value.1"),
        ({"factor": "inf"}, "parley.value.2"),
        ({"until": "tonight"}, "parley.value.5"),
        ({"hidden": "NaN"}, "parley.value.6"),
    ],
)
def test_a_value_that_is_none_is_told_at_its_input(entered, block):
    with pytest.raises(FormError) as raised:
        _answer(EDIT, CARDS[EDIT], **entered)
    assert list(raised.value.errors) == [block]


NESTED = _card(allow_edit=True, action_json=json.dumps({"steps": [{"run": "a\u202eb"}]}))


def test_a_nested_action_is_edited_as_json():
    assert _answer(EDIT, NESTED) == Given("approved")
    given = _answer(EDIT, NESTED, Action='{"steps": [{"run": "c"}]}')
    assert json.loads(given.edited_action_json) == {"steps": [{"run": "c"}]}
    area = modal(EDIT, NESTED, "m")["blocks"][1]["element"]
    assert "\\u202e" in area["initial_value"]


@pytest.mark.parametrize(
    ("text", "told"),
    [
        ('{"steps": [}', "line 1, column 12"),
        ("[1]", "must stay an object"),
        ('{"a": NaN}', "no numbers"),
        ("[" * 2_000, "This is not JSON"),
    ],
)
def test_wrong_json_is_told_where(text, told):
    with pytest.raises(FormError) as raised:
        _answer(EDIT, NESTED, Action=text)
    assert told in raised.value.errors["parley.action"]


simple = (
    st.none()
    | st.booleans()
    | st.integers()
    | st.floats(allow_nan=False, allow_infinity=False)
    | st.text()
)
anything = st.recursive(
    simple,
    lambda inner: st.lists(inner, max_size=3) | st.dictionaries(st.text(), inner, max_size=5),
    max_leaves=10,
)


@settings(max_examples=100, deadline=None)
@given(anything)
def test_whatever_the_action_is_leaving_it_alone_changes_nothing(action):
    card = _card(allow_edit=True, action_json=json.dumps(action))
    if EDIT in names_for(card):
        assert _answer(EDIT, card) == Given("approved")
