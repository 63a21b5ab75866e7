"""Forms: a JSON Schema as inputs, and what was entered as the object that it describes."""

import json

import pytest
from tests.slack.block_kit import judged_view

from parley.channel.v1 import card_pb2
from parley.common.v1 import feedback_pb2
from parley_slack.rendering.form_inputs import element_of
from parley_slack.rendering.form_values import FormError, form_values
from parley_slack.rendering.modals import FORM, modal

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
        "l": {"type": "string", "format": "date-time", "default": "2026-11-23T10:00:00Z"},
        "m": {"oneOf": [{"const": 1, "title": "One"}, {"const": None}], "default": 1},
        "n": {"type": ["string", "null"]},
        "o": {"type": ["integer", "null"]},
    },
}


VALID = SCHEMA | {
    "required": ["a"],
    "properties": {k: v for k, v in SCHEMA["properties"].items() if v != "nonsense"},
}


def test_a_form_of_every_sort_is_within_slacks_limits():
    card = card_pb2.Card(
        kind=feedback_pb2.FEEDBACK_KIND_FORM, prompt="Please", schema_json=json.dumps(SCHEMA)
    )
    view = judged_view(modal(FORM, card, "m"))
    kinds = [b["element"]["type"] for b in view["blocks"] if b["type"] == "input"]
    assert kinds == [
        "plain_text_input",
        "email_text_input",
        "url_text_input",
        "datepicker",
        "number_input",
        "radio_buttons",
        "static_select",
        "multi_static_select",
        "plain_text_input",
        "plain_text_input",
        "plain_text_input",
        "datetimepicker",
        "radio_buttons",
        "plain_text_input",
        "number_input",
    ]


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
        _11={"selected_date_time": 1_795_428_000},
        _12={"selected_option": {"value": "null"}},
        _13={"value": "n"},
        _14={"value": "7"},
    )
    assert form_values(json.dumps(SCHEMA), state) == {
        "a": "text", "d": "2026-11-23", "e": 2.5, "f": False, "g": 7, "h": ["x"], "i": ["p", "q"],
        "l": "2026-11-23T10:00:00Z", "m": None, "n": "n", "o": 7,
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
        (_state(_0={"value": "x"}, _6={"selected_option": 7}), "parley.field.6"),
        (_state(_0={"value": "x"}, _7={"selected_options": [None]}), "parley.field.7"),
        (_state(_0={"value": "x"}, _4={"value": "nan"}), "parley.field.4"),
        (_state(_0={"value": "x"}, _10={"selected_date_time": "x"}), "parley.field.10"),
        (_state(_0={"value": "x"}, _10={"selected_date_time": 1e30}), "parley.field.10"),
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
    assert element_of({"enum": ["x" * 200, "y"]})["type"] == "plain_text_input"
