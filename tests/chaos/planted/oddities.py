"""Odd, but no bugs: a wrong clock, texts that kill."""

import functools
from datetime import timedelta

from tests.chaos.planted.replacing import replace, users_of


def clock_off(seconds):
    """This process's clock is wrong."""
    from parley_kit import clock  # noqa: PLC0415

    right, offset = clock.utc_now, timedelta(seconds=float(seconds))

    @functools.wraps(right)
    def utc_now():
        return right() + offset

    for module in users_of(right, "utc_now"):
        module.utc_now = utc_now


def deadly_text(word):
    """The process dies whenever it is to send a text with this word."""
    import os  # noqa: PLC0415
    import signal  # noqa: PLC0415

    from parley_slack import provider  # noqa: PLC0415

    def send_message(old):
        async def or_die(self, request):
            if word in request.text:
                os.kill(os.getpid(), signal.SIGKILL)
            return await old(self, request)

        return or_die

    replace(provider.SlackProvider, "send_message", send_message)


def unreadable_text(word):
    """A text with this word cannot be prepared for any channel."""
    from parley_orchestrator.use_cases import job_shelf  # noqa: PLC0415

    def job(old):
        def or_break(self, lane, delivery):
            made = old(self, lane, delivery)
            if made.message is not None and word in made.message.text:
                raise KeyError("planted")
            return made

        return or_break

    replace(job_shelf.JobShelf, "job", job)
