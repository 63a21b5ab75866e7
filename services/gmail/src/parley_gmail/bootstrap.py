"""The composition root: the only place that puts concrete parts together."""

from __future__ import annotations

import asyncio

import aiohttp

from parley_gmail.authorization import Authorizations
from parley_gmail.google.access import Access
from parley_gmail.google.api import GmailApi
from parley_gmail.google.certificates import Certificates
from parley_gmail.google.http import open_session
from parley_gmail.google.sign_in import SignIn
from parley_gmail.google.tokens import TokenEndpoint
from parley_gmail.health import Health
from parley_gmail.look_up import LookUps
from parley_gmail.mailboxes import Mailboxes
from parley_gmail.pacing import limits_of
from parley_gmail.provider import GmailProvider
from parley_gmail.receiving.arrivals import Arrivals
from parley_gmail.receiving.listener import Listener
from parley_gmail.receiving.mailbox_poll import MailboxPoll
from parley_gmail.receiving.push import Pushes
from parley_gmail.receiving.push_token import ExpectedPush
from parley_gmail.receiving.watches import Watches
from parley_gmail.sending import Postman
from parley_gmail.settings import GmailSettings, set_up_oauthlib
from parley_gmail.writing.letters import LetterWriter
from parley_gmail.writing.rendering import Renderer
from parley_gmail.writing.samples import samples
from parley_kit.adapter.service import ChannelService, Storage, open_storage, prepare
from parley_kit.clock import Clock, utc_now
from parley_kit.sealing import KeyRing
from parley_kit.store import Database

CHANNEL = "gmail"


async def serve(settings: GmailSettings, stopping: asyncio.Event) -> None:
    """Runs the service until told to stop.

    Raises:
        ValueError: The settings cannot work; says what to set.
    """
    keys = KeyRing(settings.keys)
    database = Database(settings.database_url)
    try:
        await prepare(CHANNEL, settings, database)
        async with open_session() as session:
            service = make_service(settings, open_storage(CHANNEL, database, keys), session)
            await service.serve_until(stopping)
    finally:
        await database.close()


def make_service(
    settings: GmailSettings,
    storage: Storage,
    session: aiohttp.ClientSession,
    clock: Clock = utc_now,
) -> ChannelService:
    """The service over an opened storage and session; not started."""
    set_up_oauthlib(settings)
    endpoint = TokenEndpoint(session, settings, clock)
    access = Access(storage.connections, storage.leases, endpoint, clock)
    api = GmailApi(session, access, settings.api_url, clock)
    mailboxes = Mailboxes(storage.connections)
    watches = Watches(settings.pubsub_topic, api, storage, clock)
    listener = Listener(
        MailboxPoll(api, storage), watches, storage.connections, settings.poll_interval_seconds
    )
    provider = GmailProvider(
        pacing=limits_of(settings),
        writer=LetterWriter(_renderer(settings)),
        postman=Postman(api, storage.ledger, clock, settings.delivered_after),
        look_ups=LookUps(api, storage.connections, clock, settings.delivered_after),
        mailboxes=mailboxes,
        connections=storage.connections,
        authorizations=Authorizations(
            settings, storage, SignIn(settings), endpoint, access, api, mailboxes
        ),
        health=Health(settings, api, storage.connections),
        pushes=Pushes(
            _expected(settings), Certificates(session, settings.certs_url), listener.wake
        ),
    )
    return ChannelService(
        settings,
        settings.port,
        storage,
        provider,
        [listener.run, Arrivals(storage, settings.delivered_after).run],
        claims_updates=True,
    )


def _renderer(settings: GmailSettings) -> Renderer:
    renderer = Renderer(settings.template_dir)
    if settings.template_dir is not None:
        renderer.check(samples())
    return renderer


def _expected(settings: GmailSettings) -> ExpectedPush | None:
    if not settings.takes_pushes:
        return None
    return ExpectedPush(settings.pubsub_audience, settings.pubsub_service_account)
