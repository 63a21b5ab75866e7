"""Delivery status notifications (RFC 3464), worded as Gmail words them."""

import secrets
from datetime import UTC, datetime
from email.utils import format_datetime

from parley_sandbox.google.mime import Mail
from parley_sandbox.google.trace import new_message_id

# Written out, because the email package would re-write the mail that comes back.
_REPORT = """\
From: Mail Delivery Subsystem <mailer-daemon@googlemail.com>
To: {sender}
Auto-Submitted: auto-replied
Subject: Delivery Status Notification (Failure)
References: {original_id}
In-Reply-To: {original_id}
X-Failed-Recipients: {recipient}
Message-ID: {message_id}
Date: {date}
MIME-Version: 1.0
Content-Type: multipart/report; boundary="{boundary}"; report-type=delivery-status

--{boundary}
Content-Type: text/plain; charset="UTF-8"

** Address not found **

Your message wasn't delivered to {recipient} because the address couldn't be found, or is
unable to receive mail.

The response was:

550 5.1.1 The email account that you tried to reach does not exist.

--{boundary}
Content-Type: message/delivery-status

Reporting-MTA: dns; googlemail.com
Arrival-Date: {date}
X-Original-Message-ID: {original_id}

Final-Recipient: rfc822; {recipient}
Action: failed
Status: 5.1.1
Diagnostic-Code: smtp; 550-5.1.1 The email account that you tried to reach does not exist.
Last-Attempt-Date: {date}

--{boundary}
Content-Type: message/rfc822

"""


def bounce_report(original: Mail, sender: str, recipient: str, now: float) -> bytes:
    """Return the report to `sender` that `recipient` does not exist."""
    boundary = "00000000000" + secrets.token_hex(8)
    report = _REPORT.format(
        sender=sender,
        recipient=recipient,
        original_id=original.message_id,
        message_id=new_message_id(),
        date=format_datetime(datetime.fromtimestamp(now, tz=UTC)),
        boundary=boundary,
    )
    head = report.replace("\n", "\r\n").encode()
    return head + original.raw + f"\r\n--{boundary}--\r\n".encode()
