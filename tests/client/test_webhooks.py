"""Webhooks: what is Parley's, and what is not."""

import base64
import json
from datetime import timedelta

import pytest
from standardwebhooks import Webhook
from tests.client.documents import NOW

from parley_client import Event, ForgedWebhookError, ParleyError, verify_webhook
from parley_kit.clock import utc_now

SECRET = "whsec_" + base64.b64encode(b"s" * 32).decode()
BODY = json.dumps(
    {"type": "message.created", "timestamp": NOW, "session_id": "ses_1", "seq": 7,
     "data": {"text": "Grüße ✓"}}, ensure_ascii=False,
).encode()  # fmt: skip


def signed(body=BODY, age=timedelta(0), secret=SECRET):
    moment = utc_now() - age
    return {
        "webhook-id": "dlv_1",
        "webhook-timestamp": str(int(moment.timestamp())),
        "webhook-signature": Webhook(secret).sign("dlv_1", moment, body.decode()),
    }


def test_a_signed_webhook_is_an_event():
    event = verify_webhook(SECRET, signed(), BODY)
    assert isinstance(event, Event)
    assert (event.kind, event.session_id, event.seq) == ("message.created", "ses_1", 7)
    assert event.data == {"text": "Grüße ✓"}


def test_it_passes_while_the_secret_is_being_replaced():
    other = signed(secret="whsec_" + base64.b64encode(b"o" * 32).decode())
    both = {**signed(), "webhook-signature": f"{other['webhook-signature']} "
            f"{signed()['webhook-signature']}"}  # fmt: skip
    assert verify_webhook(SECRET, both, BODY).seq == 7


@pytest.mark.parametrize(
    "changed",
    [
        {"webhook-id": "dlv_2"},
        {"webhook-id": ""},
        {"webhook-timestamp": "1"},
        {"webhook-timestamp": "soon"},
        {"webhook-timestamp": "nan"},
        {"webhook-timestamp": "1e400"},
        {"webhook-signature": ""},
        {"webhook-signature": "v1"},
        {"webhook-signature": "v1,"},
        {"webhook-signature": "v1,!!!"},
        {"webhook-signature": "v1,ü"},
        {"webhook-signature": "v9,AAAA"},
        {"webhook-signature": ",,,"},
        {"webhook-signature": "v1," + base64.b64encode(b"x" * 32).decode()},
    ],
)
def test_a_changed_header_is_forged(changed):
    with pytest.raises(ForgedWebhookError):
        verify_webhook(SECRET, {**signed(), **changed}, BODY)


@pytest.mark.parametrize("body", [b"", b"{}", BODY + b"\n", BODY.replace(b"7", b"8"), b"\xff\xfe"])
def test_a_changed_body_is_forged(body):
    with pytest.raises(ForgedWebhookError):
        verify_webhook(SECRET, signed(), body)


@pytest.mark.parametrize("minutes", [6, -6, 60 * 24])
def test_an_old_or_early_one_is_forged(minutes):
    with pytest.raises(ForgedWebhookError):
        verify_webhook(SECRET, signed(age=timedelta(minutes=minutes)), BODY)


def test_four_minutes_are_fine():
    assert verify_webhook(SECRET, signed(age=timedelta(minutes=4)), BODY).seq == 7


@pytest.mark.parametrize("headers", [{}, {"webhook-id": "dlv_1"}])
def test_without_headers_it_is_forged(headers):
    with pytest.raises(ForgedWebhookError):
        verify_webhook(SECRET, headers, BODY)


@pytest.mark.parametrize("body", [b"[1]", b"null", b"not json", b'{"type": "a"}'])
def test_what_parley_would_not_send_is_told_although_signed(body):
    with pytest.raises(ParleyError) as raised:
        verify_webhook(SECRET, signed(body), body)
    assert raised.value.code == "unreadable_answer"
