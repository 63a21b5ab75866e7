"""Cards: what is shown, which controls, and what does not fit."""

import json
from datetime import UTC, datetime

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from tests.slack.block_kit import elements, judged, words

from parley.channel.v1 import card_pb2
from parley.common.v1 import feedback_pb2
from parley_slack.rendering.action import action_pieces, change_pieces
from parley_slack.rendering.answer_values import decode, encode
from parley_slack.rendering.card import CardRefusedError, card_post

KINDS = feedback_pb2.FeedbackKind
APPROVAL, CHOICE = KINDS.FEEDBACK_KIND_APPROVAL, KINDS.FEEDBACK_KIND_CHOICE
TEXT, COMMENT, FORM = (
    KINDS.FEEDBACK_KIND_TEXT,
    KINDS.FEEDBACK_KIND_COMMENT,
    KINDS.FEEDBACK_KIND_FORM,
)
SCHEMA = json.dumps({"type": "object", "properties": {"name": {"type": "string"}}})
PAGE = "https://parley.example/f/token"


def _card(**values):
    values = {
        "request_id": "fbr_1",
        "kind": APPROVAL,
        "prompt": "Ship?",
        "digest": "d" * 64,
    } | values
    return card_pb2.Card(**values)


def _options(count, label="Option"):
    return [feedback_pb2.FeedbackOption(value=f"v{n}", label=f"{label} {n}") for n in range(count)]


def test_an_approval_has_three_buttons_with_opaque_values():
    post = card_post(_card())
    labels = [element["text"]["text"] for element in elements(post)]
    assert labels == ["Approve", "Reject", "Reject with comment…"]
    values = [decode(element["value"]) for element in elements(post)]
    assert [v.value for v in values] == ["approved", "rejected", "comment"]
    assert {(v.request_id, v.digest) for v in values} == {("fbr_1", "d" * 16)}
    assert [b["block_id"] for b in post.blocks if "block_id" in b] == ["parley.fbr_1"]
    judged(post.blocks)


def _labels(**values):
    post = card_post(_card(**values))
    judged(post.blocks)
    return [element["text"]["text"] for element in elements(post)]


@pytest.mark.parametrize(
    ("values", "labels"),
    [
        ({"kind": TEXT}, ["Answer…"]),
        ({"kind": COMMENT}, ["Comment…", "Nothing to add"]),
        ({"kind": FORM, "schema_json": SCHEMA}, ["Fill in…"]),
        ({"allow_edit": True}, ["Approve", "Reject", "Reject with comment…"]),
        (
            {"allow_edit": True, "action_json": '{"replicas": 3}'},
            ["Approve", "Reject", "Reject with comment…", "Edit and approve…"],
        ),
        (
            {"allow_edit": True, "action_json": json.dumps({"list": ["x" * 3_000]})},
            ["Approve", "Reject", "Reject with comment…"],
        ),
    ],
)
def test_every_kind_has_its_controls(values, labels):
    assert _labels(**values) == labels


def test_nothing_to_add_is_an_empty_answer():
    _, nothing = elements(card_post(_card(kind=COMMENT)))
    assert nothing["action_id"].startswith("parley.answer.")
    assert decode(nothing["value"]).value == ""


@pytest.mark.parametrize(
    ("values", "is_danger"),
    [
        ({"action": {"dangerous": True}}, True),
        ({"action": {"destructive": True, "tool": "rm"}}, True),
        ({"is_dangerous": True}, True),
        ({"is_dangerous": True, "action": {"tool": "rm"}}, True),
        ({"action": {"dangerous": "true"}}, False),
        ({"action": {"dangerous": 1}}, False),
        ({"action": {"args": {"dangerous": True}}}, False),
        ({"action": ["dangerous"]}, False),
        ({"action": "dangerous"}, False),
        ({}, False),
    ],
)
def test_danger_asks_twice(values, is_danger):
    text = json.dumps(values["action"]) if "action" in values else ""
    card = _card(
        action_json=text,
        is_dangerous=values.get("is_dangerous", False),
        prompt="Drop **db** `x`?\n\nReally?",
    )
    post = card_post(card)
    judged(post.blocks)
    approve = elements(post)[0]
    assert ("confirm" in approve) is is_danger
    assert approve["style"] == ("danger" if is_danger else "primary")
    assert ("hard to undo" in words(post)) is is_danger
    if is_danger:
        assert approve["confirm"]["text"]["text"] == "Drop db x? Really?"


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
    assert change_pieces('{"a": 1, "b": "x"}', '{"a": 2, "b": "x", "c": null}')[0].text == (
        "```\n- a: 1\n+ a: 2\n+ c: null\n```"
    )
    assert change_pieces('{"a": 1}', '{"a": 1}') == []
    assert "not json" in action_pieces("not json")[0].text


def test_expiry_is_in_the_readers_time_zone():
    card = _card()
    card.expires_at.FromDatetime(datetime(2026, 11, 23, 10, 0, tzinfo=UTC))
    fallback = "2026-11-23 10:00 UTC"
    assert f"<!date^1795428000^{{date_short_pretty}} at {{time}}|{fallback}>" in words(
        card_post(card)
    )


@pytest.mark.parametrize(("count", "kind"), [(1, "button"), (5, "button"), (6, "static_select")])
def test_a_choice_is_buttons_and_above_five_a_select(count, kind):
    post = card_post(_card(kind=CHOICE, options=_options(count)))
    assert {element["type"] for element in elements(post)} == {kind}
    judged(post.blocks)


def test_labels_too_long_for_a_control_are_listed_in_full():
    label = "long" * 30
    post = card_post(_card(kind=CHOICE, options=_options(3, label)))
    assert f"2. {label} 1" in words(post).replace("\\n", "\n")
    judged(post.blocks)


ELSEWHERE = {
    "nothing to choose": {"kind": CHOICE},
    "value too long": {"kind": CHOICE, "options": [feedback_pb2.FeedbackOption(value="v" * 200)]},
    "form without fields": {"kind": FORM, "schema_json": "{}"},
    "form that is no schema": {"kind": FORM, "schema_json": "nonsense"},
    "must be signed in": {"min_assurance": feedback_pb2.ASSURANCE_SESSION},
    "must be signed in, and long": {
        "min_assurance": feedback_pb2.ASSURANCE_SESSION,
        "prompt": "word " * 4_000,
    },
}


@pytest.mark.parametrize("values", ELSEWHERE.values(), ids=ELSEWHERE.keys())
def test_what_slack_cannot_ask_is_asked_on_the_page(values):
    for card, page in ((_card(answer_url=PAGE, **values), ""), (_card(**values), PAGE)):
        post = card_post(card, page)
        (button,) = elements(post)
        assert button["url"] == PAGE
        assert not button["action_id"].startswith("parley.answer.")
        judged(post.blocks)


@pytest.mark.parametrize("values", ELSEWHERE.values(), ids=ELSEWHERE.keys())
def test_without_a_page_it_is_refused(values):
    with pytest.raises(CardRefusedError):
        card_post(_card(**values))


TOO_LONG = {
    "prompt": {"prompt": "word " * 1_600 + "*the end*\n\n" + "more " * 1_500},
    "action": {"action_json": json.dumps({"text": "x" * 20_000})},
    "dangerous action": {"action_json": json.dumps({"t": "x" * 20_000}), "is_dangerous": True},
    "options": {
        "kind": CHOICE,
        "prompt": "word " * 1_600,
        "options": [
            feedback_pb2.FeedbackOption(value=f"v{n}", label=f"{n}" * 70) for n in range(100)
        ],
    },
    "text": {"kind": TEXT, "prompt": "word " * 4_000},
    "comment": {"kind": COMMENT, "prompt": "word " * 4_000},
    "form": {"kind": FORM, "prompt": "word " * 4_000, "schema_json": SCHEMA},
}


@pytest.mark.parametrize("values", TOO_LONG.values(), ids=TOO_LONG.keys())
def test_what_is_too_long_for_a_message_is_read_before_it_is_answered(values):
    post = card_post(_card(**values))
    judged(post.blocks)
    (button,) = elements(post)
    assert button["action_id"] == "parley.open.review"
    assert "Too long" in words(post)


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
    for values in ({}, *TOO_LONG.values(), {"kind": CHOICE}):
        post = card_post(_card(resolution=resolution, **values))
        assert elements(post) == []
        assert shown in words(post)
        assert len(post.text) <= 3_000
        judged(post.blocks)


def test_what_was_changed_before_the_approval_is_told():
    resolution = card_pb2.Resolution(
        status=feedback_pb2.FEEDBACK_STATUS_ANSWERED,
        value_label="approved",
        edited_action_json='{"replicas": 5, "to": "<!here>"}',
    )
    action = '{"replicas": 3, "to": "<!here>"}'
    post = card_post(_card(resolution=resolution, action_json=action))
    judged(post.blocks)
    assert "- replicas: 3\\n+ replicas: 5\\n" in words(post)
    resolution.edited_action_json = json.dumps({"text": "y" * 30_000})
    judged(card_post(_card(resolution=resolution, action_json=action)).blocks)


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
        judged(card_post(card).blocks)
        card.resolution.comment = comment
        card.resolution.value_label = card.resolution.responder_name = comment
        judged(card_post(card).blocks)


@pytest.mark.parametrize("value", ["approved", "a|b|c", "", "x" * 100])
def test_values_come_back_as_they_were(value):
    assert decode(encode("fbr_1", "d" * 64, value)).value == value


@pytest.mark.parametrize("text", ["", "a", "a|b", "|b|c"])
def test_other_texts_are_no_values(text):
    assert decode(text) is None
