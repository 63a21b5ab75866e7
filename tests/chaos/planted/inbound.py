"""Bugs with what comes in."""

from datetime import UTC, datetime

from tests.chaos.planted.replacing import replace, users_of


def no_dedupe():
    """What comes again is heard again, in the adapter's inbox and in the orchestrator's."""
    import uuid  # noqa: PLC0415

    from parley_kit.adapter import inbox  # noqa: PLC0415
    from parley_orchestrator.adapters.sql_store import live  # noqa: PLC0415

    def put_in(old):
        def always(self, tx, items):
            for item in items:
                item.inbound_id += f"/{uuid.uuid4().hex}"
            return old(self, tx, items)

        return always

    def remember(old):
        def anyway(self, channel, inbound_id, verdict, detail):
            old(self, channel, f"{inbound_id}/{uuid.uuid4().hex}", verdict, detail)

        return anyway

    replace(inbox.Inbox, "put_in", put_in)
    replace(live.SqlLive, "seen", lambda _old: lambda _self, _keys: {})
    replace(live.SqlLive, "remember", remember)


def skip_signature():
    """Whatever comes to Slack's endpoints is taken for Slack's."""
    from parley_slack.inbound import signature  # noqa: PLC0415

    replace(signature.Signatures, "is_signed", lambda _old: lambda _self, _headers, _body: True)


def skip_dmarc():
    """Whoever a mail says that it is from has written it."""
    from parley_gmail.reading import senders  # noqa: PLC0415

    for module in users_of(senders.dmarc, "dmarc"):
        replace(module, "dmarc", lambda _old: lambda _mail, _domain: senders.PASS)


def early_cursor():
    """A mailbox's cursor moves before its new mail is stored."""
    from parley_gmail.receiving import mailbox_poll  # noqa: PLC0415

    def store(old):
        async def first_the_cursor(self, account, items, cursor):
            if cursor is not None:
                await old(self, account, [], cursor)
            await old(self, account, items, None)

        return first_the_cursor

    replace(mailbox_poll.MailboxPoll, "_store", store)


def present_for_ever():
    """Who was connected once counts as connected."""
    from parley_orchestrator.adapters.sql_store import live  # noqa: PLC0415

    def for_ever(old):
        return lambda connection, _now, user_ids: old(connection, long_ago, user_ids)

    long_ago = datetime(2000, 1, 1, tzinfo=UTC)
    for module in users_of(live.present, "present"):
        replace(module, "present", for_ever)
