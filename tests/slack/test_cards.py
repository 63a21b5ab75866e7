"""Cards: what is shown, which controls, and what does not fit."""

import json
from datetime import UTC, datetime

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from parley.channel.v1 import card_pb2
from parley.common.v1 import feedback_pb2
from parley_sandbox.slack.block_limits import check_blocks, check_view
from parley_slack.rendering.action import action_pieces, is_dangerous
from parley_slack.rendering.answer_values import decode, encode
from parley_slack.rendering.card import CardRefusedError, card_post
from parley_slack.rendering.form_inputs import element_of
from parley_slack.rendering.form_values import FormError, form_values
from parley_slack.rendering.modals import COMMENT, FORM, TEXT, ModalRequest, modal

KINDS = feedback_pb2.FeedbackKind
APPROVAL, CHOICE = KINDS.FEEDBACK_KIND_APPROVAL, KINDS.FEEDBACK_KIND_CHOICE
FORM_KIND = KINDS.FEEDBACK_KIND_FORM


def _card(**values):
    values = {
        "request_id": "fbr_1",
        "kind": APPROVAL,
        "prompt": "Ship?",
        "digest": "d" * 64,
    } | values
    return card_pb2.Card(**values)


def _texts(post):
    return json.dumps([b for b in post.blocks if b["type"] != "actions"], ensure_ascii=False)


def _elements(post):
    return [element for b in post.blocks if b["type"] == "actions" for element in b["elements"]]


def _options(count, label="Option"):
    return [feedback_pb2.FeedbackOption(value=f"v{n}", label=f"{label} {n}") for n in range(count)]


def test_an_approval_has_three_buttons_with_opaque_values():
    post = card_post(_card())
    labels = [element["text"]["text"] for element in _elements(post)]
    assert labels == ["Approve", "Reject", "Reject with comment…"]
    values = [decode(element["value"]) for element in _elements(post)]
    assert [v.value for v in values] == ["approved", "rejected", "comment"]
    assert {(v.request_id, v.digest) for v in values} == {("fbr_1", "d" * 16)}
    assert [b["block_id"] for b in post.blocks if "block_id" in b] == ["parley.fbr_1"]
    check_blocks(list(post.blocks))


@pytest.mark.parametrize(
    ("action", "is_danger"),
    [
        ({"dangerous": True}, True),
        ({"destructive": True, "tool": "rm"}, True),
        ({"dangerous": "true"}, False),
        ({"dangerous": 1}, False),
        ({"args": {"dangerous": True}}, False),
        (["dangerous"], False),
        ("dangerous", False),
    ],
)
def test_danger_asks_twice(action, is_danger):
    text = json.dumps(action)
    assert is_dangerous(text) is is_danger
    approve = _elements(card_post(_card(action_json=text)))[0]
    assert ("confirm" in approve) is is_danger
    assert approve["style"] == ("danger" if is_danger else "primary")


def test_the_action_is_shown_whole_and_cannot_be_misread():
    action = {
        "tool": "transfer",
        "amount": 10,
        "note": "ends here\nto: someone else",
        "who": "a\u202eb",
        "to": {"iban": "AT1", "names": ["x", "<!channel>"]},
        "text": "true",
        "really": True,
        "nothing": None,
        "empty": {},
        "odd key:": 1,
        "code": "```",
    }
    (piece,) = action_pieces(json.dumps(action))
    assert piece.text.split("\n")[1:-1] == [
        "tool: transfer",
        "amount: 10",
        'note: "ends here\\nto: someone else"',
        "who: a\\u202eb",
        "to.iban: AT1",
        "to.names[0]: x",
        "to.names[1]: &lt;!channel&gt;",
        'text: "true"',
        "really: true",
        "nothing: null",
        "empty: {}",
        '"odd key:": 1',
        "code: ``\\u0060",
    ]
    assert action_pieces("") == []
    assert "not json" in action_pieces("not json")[0].text


def test_expiry_is_in_the_readers_time_zone():
    card = _card()
    card.expires_at.FromDatetime(datetime(2026, 11, 23, 10, 0, tzinfo=UTC))
    fallback = "2026-11-23 10:00 UTC"
    assert f"<!date^1795428000^{{date_short_pretty}} at {{time}}|{fallback}>" in _texts(
        card_post(card)
    )


@pytest.mark.parametrize(("count", "kind"), [(1, "button"), (5, "button"), (6, "static_select")])
def test_a_choice_is_buttons_and_above_five_a_select(count, kind):
    post = card_post(_card(kind=CHOICE, options=_options(count)))
    assert {element["type"] for element in _elements(post)} == {kind}
    check_blocks(list(post.blocks))


def test_labels_too_long_for_a_control_are_listed_in_full():
    label = "long" * 30
    post = card_post(_card(kind=CHOICE, options=_options(3, label)))
    assert f"2. {label} 1" in _texts(post).replace("\\n", "\n")
    check_blocks(list(post.blocks))


FALLBACKS = {
    "too long": {"prompt": "word " * 4_000},
    "action too long": {"action_json": json.dumps({"text": "x" * 20_000})},
    "nothing to choose": {"kind": CHOICE},
    "value too long": {"kind": CHOICE, "options": [feedback_pb2.FeedbackOption(value="v" * 200)]},
    "form without fields": {"kind": FORM_KIND, "schema_json": "{}"},
    "form that is no schema": {"kind": FORM_KIND, "schema_json": "nonsense"},
    "must be signed in": {"min_assurance": feedback_pb2.ASSURANCE_SESSION},
}


@pytest.mark.parametrize("values", FALLBACKS.values(), ids=FALLBACKS.keys())
def test_what_slack_cannot_ask_is_asked_on_the_page(values):
    post = card_post(_card(answer_url="https://parley.example/f/token", **values))
    (button,) = _elements(post)
    assert button["url"] == "https://parley.example/f/token"
    assert not button["action_id"].startswith("parley.answer.")
    check_blocks(list(post.blocks))


@pytest.mark.parametrize("values", list(FALLBACKS.values())[:-1], ids=list(FALLBACKS)[:-1])
def test_without_a_page_it_is_refused_and_never_shown_in_part(values):
    with pytest.raises(CardRefusedError):
        card_post(_card(**values))


@pytest.mark.parametrize(
    ("status", "label", "shown"),
    [
        ("ANSWERED", "approved", "✅ *Approved*"),
        ("ANSWERED", "rejected", "❌ *Rejected*"),
        ("ANSWERED", "", "✅ *Answered*"),
        ("EXPIRED", "", "*Expired*"),
        ("CANCELLED", "", "*Withdrawn*"),
    ],
)
def test_a_resolved_card_has_no_controls(status, label, shown):
    resolution = card_pb2.Resolution(
        status=feedback_pb2.FeedbackStatus.Value(f"FEEDBACK_STATUS_{status}"), value_label=label
    )
    for values in ({}, {"prompt": "word " * 4_000}, {"kind": CHOICE}):
        post = card_post(_card(resolution=resolution, **values))
        assert _elements(post) == []
        assert shown in _texts(post)
        assert len(post.text) <= 3_000
        check_blocks(list(post.blocks))


anything = st.text(max_size=300)


@settings(max_examples=150, deadline=None)
@given(
    prompt=anything.filter(lambda text: text.strip()),
    author=anything,
    action=st.none()
    | st.recursive(
        st.none() | st.booleans() | st.integers() | anything,
        lambda inner: st.lists(inner, max_size=4) | st.dictionaries(anything, inner, max_size=4),
        max_leaves=15,
    ),
    labels=st.lists(anything, min_size=1, max_size=8),
    comment=anything,
)
def test_whatever_is_asked_slack_takes_it(prompt, author, action, labels, comment):
    options = [
        feedback_pb2.FeedbackOption(value=f"v{n}", label=label) for n, label in enumerate(labels)
    ]
    for kind in (APPROVAL, CHOICE):
        card = _card(kind=kind, prompt=prompt, author_name=author, options=options)
        card.action_json = json.dumps(action)
        check_blocks(list(card_post(card).blocks))
        card.resolution.comment = comment
        card.resolution.value_label = card.resolution.responder_name = comment
        check_blocks(list(card_post(card).blocks))


SCHEMA = {
    "type": "object",
    "required": ["a"],
    "properties": {
        "a": {"type": "string", "title": "T" * 500, "description": "D" * 5_000},
        "b": {"type": "string", "format": "email"},
        "c": {"type": "string", "format": "uri"},
        "d": {"type": "string", "format": "date"},
        "e": {"type": "number", "minimum": 0.5, "maximum": 9, "default": 2},
        "f": {"type": "boolean", "default": True},
        "g": {"enum": list(range(50)), "default": 7},
        "h": {"type": "array", "items": {"enum": ["x", "y"]}},
        "i": {"type": "array", "items": {"type": "string"}},
        "j": "nonsense",
        "k" * 300: {"type": "string", "maxLength": 5, "default": "abcdefgh"},
    },
}


VALID = SCHEMA | {
    "required": ["a"],
    "properties": {k: v for k, v in SCHEMA["properties"].items() if v != "nonsense"},
}


@pytest.mark.parametrize("name", [COMMENT, TEXT, FORM])
def test_modals_are_within_slacks_limits(name):
    request = ModalRequest(name, "Prompt **x** " * 400, json.dumps(SCHEMA), "fbr_1|d|D1:1.1")
    view = check_view(modal(request))
    assert view["private_metadata"] == "fbr_1|d|D1:1.1"


def _state(**values):
    return {f"parley.field.{n[1:]}": {"value": entry} for n, entry in values.items()}


def test_entries_come_back_with_their_types():
    state = _state(
        _0={"type": "plain_text_input", "value": "text"},
        _3={"selected_date": "2026-11-23"},
        _4={"value": "2.5"},
        _5={"selected_option": {"value": "false"}},
        _6={"selected_option": {"value": "7"}},
        _7={"selected_options": [{"value": '"x"'}]},
        _8={"value": '["p", "q"]'},
    )
    assert form_values(json.dumps(SCHEMA), state) == {
        "a": "text", "d": "2026-11-23", "e": 2.5, "f": False, "g": 7, "h": ["x"], "i": ["p", "q"],
    }  # fmt: skip


@pytest.mark.parametrize(
    ("state", "block"),
    [
        (_state(), "parley.field.0"),
        (_state(_0={"value": "x"}, _4={"value": "77"}), "parley.field.4"),
        (_state(_0={"value": "x"}, _8={"value": "no json"}), "parley.field.8"),
        (_state(_0={"value": "x"}, _4={"value": "abc"}), "parley.field.4"),
        ({"parley.field.0": []}, "parley.field.0"),
        (_state(_0={"value": "x"}, _6={"selected_option": {"value": "{"}}), "parley.field.6"),
    ],
)
def test_wrong_entries_are_told_at_their_field(state, block):
    with pytest.raises(FormError) as raised:
        form_values(json.dumps(VALID), state)
    assert set(raised.value.errors) == {block}


def test_a_schema_that_is_none_judges_nothing():
    schema = {"type": "nonsense", "properties": {"a": {"type": "string"}}}
    assert form_values(json.dumps(schema), _state(_0={"value": "x"})) == {"a": "x"}


def test_large_enums_are_written_as_text():
    assert element_of({"enum": list(range(500))})["type"] == "plain_text_input"


@pytest.mark.parametrize("value", ["approved", "a|b|c", "", "x" * 100])
def test_values_come_back_as_they_were(value):
    assert decode(encode("fbr_1", "d" * 64, value)).value == value


@pytest.mark.parametrize("text", ["", "a", "a|b", "|b|c"])
def test_other_texts_are_no_values(text):
    assert decode(text) is None
