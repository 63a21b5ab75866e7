"""One mail of every kind, by the Gmail service's own code."""

from __future__ import annotations

from datetime import UTC, datetime

from parley.channel.v1 import card_pb2, channel_pb2, recipient_pb2
from parley.common.v1 import feedback_pb2
from parley_gmail.writing.letters import Letter, LetterWriter
from parley_gmail.writing.rendering import Renderer
from parley_gmail.writing.threads import MailThread
from parley_kit.clock import to_timestamp

URL = "https://parley.example.com/f/2v6rlwfq7hzk4m3nxyt5c2abdeg7q6zs"
ANN = recipient_pb2.Recipient(
    user_id="usr_ann",
    name="Ann Example",
    addresses={"email": "ann@example.com"},
    timezone="Europe/Vienna",
)
CONVERSATION = recipient_pb2.Conversation(session_id="ses_1", title="Billing 4.2")
ENDS = to_timestamp(datetime(2026, 11, 24, 13, 5, tzinfo=UTC))
DELIVERY = "dlv_06h1a08agqui3i6qcgm3uiu2fg"
SCHEMA = (
    '{"type":"object","required":["window"],"properties":{"window":{"title":"Maintenance window"},'
    '"owner":{"title":"Who is on call"},"notify":{"title":"Tell the customers","type":"boolean"}}}'
)
REPORT = """\
The nightly export finished, with **two** rows that look wrong:

| invoice | customer | amount |
|---|---|---|
| 2026-1187 | Example Ltd | 0.00 |
| 2026-1190 | Example GmbH | -12.50 |

1. I left them out of the export.
2. The file is in `exports/2026-11-23.csv`.

```
exported 4,812 rows in 38 s
```

Shall I [open a ticket](https://example.com/tickets)?
"""


def card(kind: str, prompt: str, **more: object) -> channel_pb2.RequestFeedbackRequest:
    """A question of the sample agent."""
    shown = card_pb2.Card(
        request_id="fbr_1",
        kind=feedback_pb2.FeedbackKind.Value(f"FEEDBACK_KIND_{kind.upper()}"),
        prompt=prompt,
        author_name="Deploy bot",
        answer_url=URL,
        expires_at=ENDS,
        **more,  # type: ignore[arg-type]
    )
    return channel_pb2.RequestFeedbackRequest(
        delivery_id=DELIVERY, recipient=ANN, conversation=CONVERSATION, card=shown
    )


def message(text: str, **more: str) -> channel_pb2.SendMessageRequest:
    """A message of the sample agent."""
    return channel_pb2.SendMessageRequest(
        delivery_id=DELIVERY,
        recipient=ANN,
        conversation=CONVERSATION,
        text=text,
        author_name="Deploy bot",
        **more,
    )


def resolution(**values: object) -> channel_pb2.UpdateFeedbackRequest:
    """How a question ended."""
    asked = card("approval", "Deploy **billing 4.2** to production?", action_json=DEPLOY)
    ended = card_pb2.Resolution(
        status=feedback_pb2.FEEDBACK_STATUS_ANSWERED,
        channel="slack",
        resolved_at=ENDS,
        **values,  # type: ignore[arg-type]
    )
    asked.card.resolution.CopyFrom(ended)
    return channel_pb2.UpdateFeedbackRequest(
        delivery_id=DELIVERY, recipient=ANN, conversation=CONVERSATION, card=asked.card
    )


DEPLOY = (
    '{"tool": "deploy", "service": "billing", "version": "4.2.0", "to": "production", '
    '"migrations": 3, "restart": true}'
)
NESTED = (
    '{"tool": "refund", "invoices": [{"id": "2026-1187", "amount": 129.5}], "reason": "double"}'
)
COLOURS = [
    feedback_pb2.FeedbackOption(value=value, label=label)
    for value, label in (
        ("now", "Now, during business hours"),
        ("tonight", "Tonight at 22:00, with the on-call engineer"),
        ("never", "Not this week"),
    )
]


def letters(writer: LetterWriter) -> dict[str, Letter]:
    """A letter for each sample."""
    return {
        "message": writer.message(message(REPORT)),
        "reminder": writer.message(
            message(
                "Still waiting for your answer:\n\n> Deploy **billing 4.2** to production?",
                delivery_kind="reminder",
                answer_url=URL,
            )
        ),
        "notice": writer.message(
            message(
                "Your reply reached the conversation, but it does not answer the request clearly. "
                "To answer, reply with the single word **approve** or **reject**.",
                delivery_kind="notice",
                answer_url=URL,
            )
        ),
        "approval": writer.card(
            card("approval", "Deploy **billing 4.2** to production?", action_json=DEPLOY)
        ),
        "dangerous": writer.card(
            card(
                "approval",
                "Delete the **staging** database? Its last backup is 20 minutes old.",
                action_json='{"tool": "drop_database", "name": "staging", "tables": 48}',
                is_dangerous=True,
                allow_edit=True,
            )
        ),
        "nested": writer.card(card("approval", "Refund these invoices?", action_json=NESTED)),
        "choice": writer.card(
            card("choice", "When shall I roll out **billing 4.2**?", options=COLOURS)
        ),
        "text": writer.card(card("text", "What shall the release note say about the new export?")),
        "form": writer.card(
            card("form", "I need a maintenance window for **billing 4.2**.", schema_json=SCHEMA)
        ),
        "comment": writer.card(
            card("comment", "Here is the draft of the incident report. Anything to add?")
        ),
        "signed-in": writer.card(
            card(
                "approval",
                "Pay **EUR 12,400** to Example GmbH?",
                action_json='{"tool": "pay", "amount": "12400.00", "currency": "EUR"}',
                min_assurance=feedback_pb2.ASSURANCE_SLACK,
            )
        ),
        "by-reply": writer.card(
            card(
                "approval",
                "Pay **EUR 124** to Example GmbH?",
                action_json='{"tool": "pay", "amount": "124.00", "currency": "EUR"}',
                min_assurance=feedback_pb2.ASSURANCE_REPLY,
            )
        ),
        "resolved": writer.resolution(
            resolution(
                value_label="approved",
                responder_name="Bob Example",
                comment="Go, but watch the **queue depth**.",
                edited_action_json=DEPLOY.replace("production", "canary"),
            ),
            MailThread(),
        ),
        "resolved-own": writer.resolution(
            resolution(
                value_label="rejected", responder_name="Ann Example", responder_user_id="usr_ann"
            ),
            MailThread(),
        ),
    }


def mails() -> dict[str, Letter]:
    """By the name of its picture."""
    return letters(LetterWriter(Renderer()))
