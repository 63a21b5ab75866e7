"""Composition root: the only place that knows which parts make the service."""

from __future__ import annotations

from collections.abc import AsyncIterator
from contextlib import asynccontextmanager

import aiohttp

from parley.orchestrator.v1 import people_overview_pb2_grpc
from parley_kit.adapter.service import ChannelService, Storage, open_storage, prepare
from parley_kit.clock import Clock, utc_now
from parley_kit.rpc import ServiceClient
from parley_kit.sealing import KeyRing
from parley_kit.store import Database
from parley_slack.homes.keeper import HomeKeeper
from parley_slack.homes.store import Homes
from parley_slack.homes.tables import MIGRATIONS
from parley_slack.inbound.card_clicks import CardClicks
from parley_slack.inbound.cards import Cards
from parley_slack.inbound.choosing import Choosing
from parley_slack.inbound.clicks import Clicks, Taker
from parley_slack.inbound.events import Events
from parley_slack.inbound.interactions import Interactions
from parley_slack.inbound.lifecycle import Lifecycle
from parley_slack.inbound.messages import Messages
from parley_slack.inbound.origin import Origins
from parley_slack.inbound.preferring import Preferring
from parley_slack.inbound.refusals import Refusals
from parley_slack.inbound.replying import Replying
from parley_slack.inbound.signature import Signatures
from parley_slack.inbound.socket_mode import SocketMode
from parley_slack.inbound.submissions import Submissions
from parley_slack.inbound.webhooks import Webhooks
from parley_slack.pacing import limits
from parley_slack.provider import SlackProvider
from parley_slack.sending.direct import DirectMessages
from parley_slack.sending.history import History
from parley_slack.sending.look_up import LookUps
from parley_slack.sending.posting import Posting
from parley_slack.settings import SlackSettings
from parley_slack.workspaces.authorization import Authorization
from parley_slack.workspaces.clients import SlackClients, http_session
from parley_slack.workspaces.health import Health
from parley_slack.workspaces.identities import Identities
from parley_slack.workspaces.people import People
from parley_slack.workspaces.renewals import Renewals
from parley_slack.workspaces.teams import Teams
from parley_slack.workspaces.tokens import OAuthCalls, TokenRotation
from parley_slack.workspaces.workspaces import Workspaces

CHANNEL = "slack"


@asynccontextmanager
async def open_service(
    settings: SlackSettings, clock: Clock = utc_now
) -> AsyncIterator[ChannelService]:
    """The service with its database migrated and its HTTP session open.

    Raises:
        ValueError: The settings cannot work; says what to set.
    """
    keys = KeyRing(settings.keys)
    database = Database(settings.database_url)
    orchestrator = ServiceClient(settings.orchestrator, settings)
    try:
        await prepare(CHANNEL, settings, database, MIGRATIONS)
        async with http_session() as session:
            storage = open_storage(CHANNEL, database, keys)
            yield compose(settings, storage, session, orchestrator, clock)
    finally:
        await orchestrator.close()
        await database.close()


def compose(
    settings: SlackSettings,
    storage: Storage,
    session: aiohttp.ClientSession,
    orchestrator: ServiceClient,
    clock: Clock,
) -> ChannelService:
    """The parts, put together."""
    clients = SlackClients(session, settings.api_url)
    calls = OAuthCalls(settings, clients, clock)
    rotation = TokenRotation(storage.connections, storage.leases, calls, clock)
    renewals = Renewals(rotation, storage.connections)
    workspaces = Workspaces(storage.connections, clients, renewals)
    people, history = People(workspaces, Teams(workspaces)), History()
    posting = Posting(people, workspaces, history)
    messages = DirectMessages(workspaces, posting, history, clock)
    homes = Homes(storage.database)
    overviews = orchestrator.stub(people_overview_pb2_grpc.PeopleOverviewServiceStub)
    identities = Identities(workspaces)
    keeper = HomeKeeper(homes, overviews, workspaces, identities, settings.public_url)
    events, interactions = _inbound(storage, workspaces, homes, clock)
    provider = SlackProvider(
        posting=posting,
        people=people,
        look_ups=LookUps(people, history, clock),
        authorization=Authorization(
            settings, storage.connections, storage.oauth_states, calls, workspaces
        ),
        health=Health(settings, workspaces, renewals),
        webhooks=Webhooks(Signatures(settings.signing_secret, clock), events, interactions),
        clock=clock,
        page_url=settings.public_url,
        limits=limits(settings),
    )
    background = [Replying(storage.replies, messages).run, keeper.watch, keeper.draw]
    if settings.app_token.get_secret_value():
        background.append(SocketMode(settings.app_token, clients, events, interactions).run)
    return ChannelService(
        settings, settings.port, storage, provider, background, identify=identities.of
    )


def _inbound(
    storage: Storage, workspaces: Workspaces, homes: Homes, clock: Clock
) -> tuple[Events, Interactions]:
    inbox, origins, refusals = storage.inbox, Origins(workspaces), Refusals(storage.inbox, clock)
    lifecycle = Lifecycle(storage.connections, workspaces, clock)
    events = Events(origins, Messages(storage.ledger, inbox), lifecycle, homes, inbox)
    cards = Cards(storage.ledger, homes)
    takers: list[Taker] = [
        CardClicks(cards, workspaces, refusals),
        Choosing(storage.replies, inbox),
        Preferring(),
    ]
    clicks = Clicks(takers, inbox, clock)
    submissions = Submissions(cards, refusals, inbox, clock)
    return events, Interactions(origins, clicks, submissions, refusals)
