"""Questions in mails: every kind, what they invite to, and how they ended."""

import pytest
from tests.gmail.letters import CHOICE, FORM, NOW, WRITER, built, card, message

from parley.channel.v1 import card_pb2
from parley.common.v1 import feedback_pb2
from parley_gmail.writing.views import resolution_sentence
from parley_kit.action_view import action_rows, action_text
from parley_kit.clock import local_time, to_timestamp


def test_choices_become_buttons_up_to_six():
    options = [feedback_pb2.FeedbackOption(value=f"v{n}", label=f"Label {n}") for n in range(7)]
    few = WRITER.card(card(kind=CHOICE, options=options[:6]))
    many = WRITER.card(card(kind=CHOICE, options=options))
    assert few.html.count('<a class="button') == 6
    assert many.html.count('<a class="button') == 1
    assert all(f"  - Label {n}" in many.text for n in range(7))


def test_a_form_is_filled_in_on_the_page():
    schema = '{"properties": {"when": {"title": "Maintenance window"}, "on_call": {}}}'
    letter = WRITER.card(card(kind=FORM, schema_json=schema))
    assert "Fill in the form" in letter.html
    assert "The form asks for: Maintenance window, on call." in letter.text
    assert "does not answer this" in letter.text


@pytest.mark.parametrize("schema", ["", "{}", "[]", "no json", '{"properties": 5}'])
def test_a_form_that_cannot_be_read_is_asked_for_all_the_same(schema):
    assert "Fill in the form" in WRITER.card(card(kind=FORM, schema_json=schema)).html


SURE = {
    feedback_pb2.ASSURANCE_LINK: ("Approve</a>", "Or reply with Approve or Reject"),
    feedback_pb2.ASSURANCE_REPLY: ("Look at it on the page</a>", "Reply with Approve or Reject"),
    feedback_pb2.ASSURANCE_SLACK: ("Sign in and answer</a>", "in the web chat or in Slack"),
    feedback_pb2.ASSURANCE_SESSION: ("Sign in and answer</a>", "signed in, in the web chat. "),
}


@pytest.mark.parametrize("assurance", SURE)
def test_a_mail_invites_only_to_what_will_count(assurance):
    letter = WRITER.card(card(min_assurance=assurance))
    button, words = SURE[assurance]
    assert button in letter.html
    assert words in letter.text
    assert ("does not answer this" in letter.text) == (assurance > feedback_pb2.ASSURANCE_REPLY)


def test_what_is_hard_to_undo_is_said_and_is_not_approved_by_reply():
    letter = WRITER.card(card(is_dangerous=True, allow_edit=True, action_json='{"a": 1}'))
    assert "Hard to undo." in letter.html
    assert "HARD TO UNDO." in letter.text
    assert "Review and approve</a>" in letter.html
    assert "Reject as the first word to stop it" in letter.text
    assert "change the action" in letter.html
    assert "change the action" in letter.text


def test_a_remark_may_be_empty():
    letter = WRITER.card(card(kind=feedback_pb2.FEEDBACK_KIND_COMMENT))
    assert "asks for your remarks" in letter.text
    assert "reply with your remark" in letter.text
    assert "nothing to add" in letter.html


@pytest.mark.parametrize(
    ("kind", "sender", "button"),
    [
        ("message", "Deploy bot via Parley", None),
        ("", "Deploy bot via Parley", None),
        ("reminder", "Deploy bot via Parley", "Answer now"),
        ("notice", "Parley", "Open the question"),
    ],
)
def test_what_parley_says_itself_comes_from_parley(kind, sender, button):
    request = message("Still waiting.", delivery_kind=kind)
    request.answer_url = "https://parley.example.com/f/x" if button else ""
    letter = WRITER.message(request)
    assert built(letter)["From"].addresses[0].display_name == sender.replace("Deploy bot", "Bot")
    assert (f"{button}</a>" in letter.html) is bool(button)
    assert ("https://parley.example.com/f/x" in letter.text) is bool(button)


ACTIONS = {
    '{"tool": "deploy", "count": 3, "dry": false, "note": null}': [
        ("tool", "deploy"), ("count", "3"), ("dry", "false"), ("note", "null"),
    ],
    '{"empty": "", "space": " x", "safe\\u202efdp": "a\\u0000b"}': [
        ("empty", '""'), ("space", '" x"'), ("safe\\u202efdp", "a\\u0000b"),
    ],
    '{"nested": {"a": 1}}': [],
    "[1, 2]": [],
    '"text"': [],
    "{}": [],
    "not json": [],
}  # fmt: skip


@pytest.mark.parametrize("action", ACTIONS)
def test_a_flat_action_is_shown_in_rows_in_its_order_and_misleads_nobody(action):
    assert action_rows(action) == ACTIONS[action]


def test_an_action_of_any_other_shape_is_shown_as_json():
    assert action_text('{"b":{"a":"\\u202e"},"n":12345678901234567890}') == (
        '{\n  "b": {\n    "a": "\\u202e"\n  },\n  "n": 12345678901234567890\n}'
    )
    assert action_text("not json \u202e") == "not json \\u202e"


def test_the_end_is_shown_in_the_readers_time():
    letter = WRITER.card(card(expires_at=to_timestamp(NOW)))
    assert "Open until Mon 23 Nov 2026, 11:12 CET." in letter.text


@pytest.mark.parametrize("zone", ["", "Nowhere/City", "../etc/passwd", "/etc/localtime", "\x00"])
def test_an_odd_time_zone_is_utc(zone):
    assert local_time(NOW, zone) == "Mon 23 Nov 2026, 10:12 UTC"


@pytest.mark.parametrize(
    ("values", "sentence"),
    [
        ({"value_label": "rejected", "responder_name": "Ann", "channel": "gmail"}, "Ann rejected this by mail."),
        ({"value_label": "Monday", "responder_name": "Ann", "channel": "websocket"},
         "Ann answered “Monday” in the web chat."),
        ({"value_label": "approved", "channel": "fax"}, "Somebody approved this on fax."),
        ({"status": feedback_pb2.FEEDBACK_STATUS_EXPIRED}, "Nobody answered in time."),
        ({"status": feedback_pb2.FEEDBACK_STATUS_CANCELLED}, "The question was withdrawn."),
    ],
)  # fmt: skip
def test_how_it_ended_is_one_sentence(values, sentence):
    answered = {"status": feedback_pb2.FEEDBACK_STATUS_ANSWERED}
    assert resolution_sentence(card_pb2.Resolution(**{**answered, **values})) == sentence
