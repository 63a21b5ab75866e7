"""Mail that comes into a mailbox of the sandbox."""
# ruff: noqa: ASYNC110  # what is waited for offers no event

import asyncio

from parley.common.v1 import feedback_pb2

SURE = feedback_pb2.ASSURANCE_REPLY
UNSURE = feedback_pb2.ASSURANCE_UNSPECIFIED


TOKEN = "abcdefghijklmnopqrstuvwxyz234567"


def mail(text="Approve", *, to=f"agent+{TOKEN}@example.com", sender="ann@example.com", extra=""):
    return (
        f"From: Ann <{sender}>\nTo: {to}\nSubject: Re: Release 4.2\n"
        f"Message-ID: <m-{abs(hash((text, to, sender, extra)))}@example.com>\n{extra}"
        f'Content-Type: text/plain; charset="utf-8"\n\n{text}\n'
    )


async def deliver(suite, raw, **more):
    return await suite.control("POST", "/gmail/reply", raw=raw, **more)


async def settled(suite, polls=6):
    """Waits until the mailbox has been polled some more."""
    for _ in range(polls):
        before = len(await suite.calls("history.list"))
        async with asyncio.timeout(30):
            while len(await suite.calls("history.list")) == before:
                await asyncio.sleep(0.02)
