"""How many mails a mailbox may send: Gmail's quota units a minute, and its mails a day; pure.

Source: developers.google.com/workspace/gmail/api/reference/quota (6,000 units a mailbox and minute
for projects since May 2026) and support.google.com/a/answer/166852 (mails a day).
"""

from __future__ import annotations

from datetime import timedelta

from parley.channel.v1 import channel_pb2
from parley_gmail.settings import GOOGLES_API, GmailSettings
from parley_kit.adapter.pacing import PER_CONNECTION, limit, pacing_limits

UNITS_A_MINUTE = 6_000
# drafts.create, drafts.send, and messages.get for the Message-ID.
UNITS_A_MAIL = 10 + 100 + 20
# Kept for hearing: polls (2 each), mails that come in (20 each), watches (100), profiles, look-ups.
RESERVED_UNITS = 1_300
BURST = 6


def limits_of(settings: GmailSettings) -> list[channel_pb2.PacingLimit]:
    """What `Describe` tells.

    Of a day's mails a quarter may go at once, the rest evenly: in no 24 hours can it be more.
    """
    a_minute = (UNITS_A_MINUTE - RESERVED_UNITS) // UNITS_A_MAIL - BURST
    at_once = settings.daily_messages // 4
    return pacing_limits(
        settings.pacing,
        [
            limit(
                "mails of a mailbox in a minute",
                PER_CONNECTION,
                a_minute,
                timedelta(minutes=1),
                burst=BURST,
            ),
            limit(
                "mails of a mailbox in a day",
                PER_CONNECTION,
                settings.daily_messages - at_once,
                timedelta(days=1),
                burst=at_once,
            ),
        ],
        is_own_address=settings.api_url == GOOGLES_API,
    )
