"""Delivery status notifications (RFC 3464), worded as Gmail words them."""

import secrets
from dataclasses import dataclass
from datetime import UTC, datetime
from email.utils import format_datetime

from parley_sandbox.google.mime import Mail
from parley_sandbox.google.trace import new_message_id


@dataclass(frozen=True, slots=True)
class Reason:
    """Why a mail came back: `action` is `failed` or `delayed`, `status` one of RFC 3463."""

    action: str
    status: str
    headline: str
    diagnostic: str
    sentence: str

    @property
    def subject(self) -> str:
        """The subject's last word."""
        return "Failure" if self.action == "failed" else "Delay"


NO_SUCH_ADDRESS = Reason(
    "failed",
    "5.1.1",
    "Address not found",
    "550 5.1.1 The email account that you tried to reach does not exist.",
    "Your message wasn't delivered to {recipient} because the address couldn't be found, or is "
    "unable to receive mail.",
)
REASONS = {
    "hard": NO_SUCH_ADDRESS,
    "soft": Reason(
        "delayed",
        "4.2.2",
        "Delivery incomplete",
        "452 4.2.2 The email account that you tried to reach is over quota.",
        "There was a temporary problem delivering your message to {recipient}. Gmail will retry "
        "for 47 more hours. You'll be notified if the delivery fails permanently.",
    ),
    "gave_up": Reason(
        "failed",
        "4.4.1",
        "Message not delivered",
        "The recipient server did not accept our requests to connect.",
        "There was a problem delivering your message to {recipient}, and Gmail has given up.",
    ),
}

# Written out, because the email package would re-write the mail that comes back.
_REPORT = """\
From: Mail Delivery Subsystem <mailer-daemon@googlemail.com>
To: {sender}
Auto-Submitted: auto-replied
Subject: Delivery Status Notification ({subject})
References: {original_id}
In-Reply-To: {original_id}
X-Failed-Recipients: {recipient}
Message-ID: {message_id}
Date: {date}
MIME-Version: 1.0
Content-Type: multipart/report; boundary="{boundary}"; report-type=delivery-status

--{boundary}
Content-Type: text/plain; charset="UTF-8"

** {headline} **

{sentence}

The response was:

{diagnostic}

--{boundary}
Content-Type: message/delivery-status

Reporting-MTA: dns; googlemail.com
Arrival-Date: {date}
X-Original-Message-ID: {original_id}

Final-Recipient: rfc822; {recipient}
Action: {action}
Status: {status}
Diagnostic-Code: smtp; {diagnostic}
Last-Attempt-Date: {date}

--{boundary}
Content-Type: message/rfc822

"""


def bounce_report(original: Mail, sender: str, recipient: str, now: float, reason: Reason) -> bytes:
    """Return the report to `sender` that a mail to `recipient` did not get there."""
    boundary = "00000000000" + secrets.token_hex(8)
    report = _REPORT.format(
        sender=sender,
        recipient=recipient,
        original_id=original.message_id,
        message_id=new_message_id(),
        date=format_datetime(datetime.fromtimestamp(now, tz=UTC)),
        boundary=boundary,
        subject=reason.subject,
        headline=reason.headline,
        sentence=reason.sentence.format(recipient=recipient),
        action=reason.action,
        status=reason.status,
        diagnostic=reason.diagnostic,
    )
    head = report.replace("\n", "\r\n").encode()
    return head + original.raw + f"\r\n--{boundary}--\r\n".encode()
