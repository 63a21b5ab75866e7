"""The use cases on a real store in memory, with channels that run and a clock that is moved."""

import contextlib
import itertools
from datetime import UTC, datetime, timedelta
from unittest.mock import patch

from tests.migrated import migrate
from tests.orchestrator.fake_port import FakePort

from parley_kit.sealing import KeyRing, Secret
from parley_kit.store import Database
from parley_orchestrator.adapters.sql_store import SqlStore
from parley_orchestrator.bootstrap import MIGRATIONS
from parley_orchestrator.domain.delivery import Kind, State
from parley_orchestrator.domain.inbound import Click, ConnectionChanged, Item, Report, Text
from parley_orchestrator.domain.people import Preferences, Sender, User
from parley_orchestrator.domain.routing import ChannelFacts
from parley_orchestrator.ports import Page, Viewer
from parley_orchestrator.use_cases.acknowledge import Acknowledge, Arrive, GiveUpOnSilentClients
from parley_orchestrator.use_cases.admit import Admit
from parley_orchestrator.use_cases.authorise import ADMIN, AGENT, USER, Caller
from parley_orchestrator.use_cases.claim_work import ClaimWork
from parley_orchestrator.use_cases.converse import CreateSession
from parley_orchestrator.use_cases.end_feedback import CancelFeedback, ExpireFeedback
from parley_orchestrator.use_cases.enqueue import Enqueue
from parley_orchestrator.use_cases.escalate import Escalate
from parley_orchestrator.use_cases.hand_on import HandOn
from parley_orchestrator.use_cases.hear_text import HearText
from parley_orchestrator.use_cases.ingest import Ingest
from parley_orchestrator.use_cases.new_request import NewRequest
from parley_orchestrator.use_cases.record_outcomes import RecordOutcomes
from parley_orchestrator.use_cases.record_response import NewResponse, RecordResponse
from parley_orchestrator.use_cases.register import CreateAgent, CreateUser, PutPreferences
from parley_orchestrator.use_cases.request_feedback import RequestFeedback
from parley_orchestrator.use_cases.send_messages import NewMessage, SendMessages
from parley_orchestrator.use_cases.steer_deliveries import SteerDeliveries
from parley_orchestrator.use_cases.switch_channel import SwitchChannel
from parley_orchestrator.use_cases.wake_parked import WakeParked

LEASE_SECONDS = 15.0
ACK_SECONDS = 15.0
KEYS = [Secret("k" * 40)]
FINAL = (State.SENT, State.DELIVERED, State.READ, State.UNKNOWN, State.DEAD, State.CANCELLED)


class Clock:
    """A time that passes only when it is told to."""

    def __init__(self):
        self.now = datetime(2026, 1, 2, 3, 4, 5, tzinfo=UTC)

    def __call__(self):
        return self.now

    def pass_by(self, **span):
        self.now += timedelta(**span)


class Channels:
    """Implements `ports.ChannelFactsSource` by what a test says."""

    def __init__(self):
        self._facts = {
            "websocket": ChannelFacts("websocket"),
            "gmail": ChannelFacts("gmail", address_keys=("email",), needs_answer_links=True),
            "slack": ChannelFacts("slack", address_keys=("slack_user_id", "email")),
        }

    def facts(self):
        return self._facts

    def change(self, name, **values):
        known = vars(self._facts[name])
        self._facts = {**self._facts, name: ChannelFacts(**{**known, **values})}


class Workshop:
    """Everything of the orchestrator but its processes: steps are taken by hand."""

    def __init__(self, database, clock):
        self.clock = clock
        self.database = database
        self.store = SqlStore(database)
        self.channels = Channels()
        self.ports = {name: FakePort(name) for name in ("gmail", "slack", "webhook")}
        self.gmail, self.slack = self.ports["gmail"], self.ports["slack"]
        self.chance = 0.5
        self.keys = KeyRing(KEYS)
        self._numbers = itertools.count()
        store, enqueue = self.store, Enqueue(self.channels, self.keys, ACK_SECONDS)
        self.enqueue = enqueue
        self.create_agent = CreateAgent(store, self.keys)
        self.create_user = CreateUser(store)
        self.put_preferences = PutPreferences(store, self.channels)
        self.create_session = CreateSession(store)
        self.switch_channel = SwitchChannel(store, enqueue)
        self.send_messages = SendMessages(store, enqueue)
        self.request_feedback = RequestFeedback(store, enqueue)
        self.record_response = RecordResponse(store)
        self.cancel_feedback = CancelFeedback(store)
        self.expire = ExpireFeedback(store)
        self.escalate = Escalate(store, enqueue)
        self.ingest_items = Ingest(
            store, HearText(self.send_messages, enqueue), enqueue, "https://parley.example.com"
        )
        self.steer = SteerDeliveries(store)
        self.wake = WakeParked(store, enqueue)
        self.hand_on = HandOn(store, enqueue, clock)
        self.admit = Admit(store)
        self.acknowledge = Acknowledge(store)
        self.give_up = GiveUpOnSilentClients(store, enqueue)
        self.arrive = Arrive(store, ACK_SECONDS, 30.0)
        self.claim = ClaimWork(store, self.keys, enqueue, LEASE_SECONDS)
        self.record = RecordOutcomes(store, enqueue, lambda: self.chance)

    async def begin(self, *, email="ann@example.com", channels=(), webhook_url="", people=1):
        """An agent with a session; the first person is Ann."""
        created = await self.create_agent(Caller(ADMIN), "Deploy agent", webhook_url)
        self.agent = Caller(AGENT, created.agent.id)
        users = [await self.person(n, email, channels) for n in range(people)]
        self.ann = users[0]
        self.session = await self.create_session(self.agent, [u.id for u in users], "Release", "")
        return users

    async def person(self, number, email, channels):
        name = ("Ann", "Bob", "Cid", "Dan")[number]
        address = email.replace("ann", name.lower()) if email else ""
        user = await self.create_user(
            self.agent,
            User("", name, address, f"U{number}", "T1", "", Preferences(), "", self.clock()),
        )
        if channels:
            await self.put_preferences(self.agent, user.id, Preferences(tuple(channels)))
        return user

    def as_user(self, user=None):
        return Caller(USER, (user or self.ann).id)

    async def put_preferences_of(self, *channels):
        await self.put_preferences(self.agent, self.ann.id, Preferences(channels))

    async def say(self, text="Hello", caller=None, **more):
        new = NewMessage(caller or self.agent, self.session.id, text, **more)
        result = (await self.send_messages([new]))[0]
        if isinstance(result, Exception):
            raise result
        return result

    async def ask(self, **more):
        values = {"prompt": "Deploy?", "kind": "approval", **more}
        return await self.request_feedback(NewRequest(self.agent, self.session.id, **values))

    async def answer(self, request, value='"approved"', user=None, **more):
        values = {"channel": "websocket", **more}
        return await self.record_response(
            NewResponse(self.as_user(user), request.id, value, **values)
        )

    async def request(self, request):
        return (await self.store.read(lambda u: u.feedback.get([request.id])))[request.id]

    async def deliveries(self, **filters):
        wanted = {"subject_id": "", "state": "", "session_id": "", **filters}
        found = await self.store.read(
            lambda u: u.deliveries.listed(Viewer(), page=Page(1_000), **wanted)
        )
        return sorted(found, key=lambda d: (d.created_at, bool(d.fallback_of), d.id))

    async def of(self, subject, kind=None):
        found = await self.deliveries(subject_id=subject.id)
        return [d for d in found if kind is None or d.kind is kind]

    async def cards(self, request):
        return await self.of(request, Kind.CARD)

    async def attempts(self, delivery):
        found = await self.store.read(lambda u: u.deliveries.attempts_of([delivery.id]))
        return [str(one.outcome) for one in found.get(delivery.id, [])]

    async def kinds(self):
        """The kinds of the session's events, in order."""
        found = await self.store.read(
            lambda u: u.conversations.events_after(self.session.id, 0, 1_000)
        )
        return [event.kind for event in found]

    async def answers(self):
        """Every answer that was kept, also refused ones: (accepted, value, refusal)."""
        query = "SELECT is_accepted, value, refusal FROM feedback_responses ORDER BY id"
        rows = await self.database.read(lambda c: c.exec_driver_sql(query).all())
        return [(bool(row[0]), row[1], row[2]) for row in rows]

    async def turn(self, channel):
        """One turn of the dispatcher's: claim, deliver and look up, record; answers the lanes."""
        work = await self.claim(channel, 100, 10)
        port = self.ports[channel]
        sent = zip(work.to_send, await port.deliver(work.to_send), strict=True)
        found = zip(work.to_look_up, await port.look_up(work.to_look_up), strict=True)
        outcomes = [(job.delivery, outcome) for job, outcome in (*sent, *found)]
        outcomes += work.broken
        await self.record(work.lanes, outcomes)
        return len(work.lanes) or int(work.wait == timedelta(0))

    async def flow(self, *channels):
        """Turns until nothing is due now."""
        names = channels or tuple(self.ports)
        for _ in range(500):
            if not sum([await self.turn(name) for name in names]):
                return
        raise AssertionError("the queue never comes to rest")

    async def click(self, card, value="approved", **more):
        """A click on a card's button in Slack, by whom the sender shows."""
        values = {
            "inbound_id": f"Ev{next(self._numbers)}",
            "addresses": {"slack_user_id": "U0", "slack_team_id": "T1"},
            "assurance": 3,
            "comment": "",
            "digest": "",
            "request_id": card.subject_id,
            "channel": card.channel,
            **more,
        }
        content = Click(
            values["request_id"],
            value,
            values["comment"],
            card.id,
            values["digest"],
            "edited_action" in more,
            more.get("edited_action"),
            unconfirmed_at=more.get("unconfirmed_at", ""),
        )
        return await self._heard(values, content)

    async def reply(self, delivery=None, text="Hello", channel="gmail", **more):
        """A mail; a reply to a delivery where one is given."""
        values = {
            "inbound_id": f"mail{next(self._numbers)}",
            "addresses": {"email": "ann@example.com"},
            "assurance": 2,
            "decision": "",
            "reply_token": "",
            "omitted": "",
            "channel": channel,
            "decides_nothing": False,
            "is_from_list": False,
            **more,
        }
        content = Text(
            text,
            delivery.id if delivery else "",
            values["reply_token"],
            values["decision"],
            values["omitted"],
            decides_nothing=values["decides_nothing"],
            is_from_list=values["is_from_list"],
        )
        return await self._heard(values, content)

    async def report(self, delivery, state, code="5.1.1", **more):
        values = {"inbound_id": f"rep{next(self._numbers)}", "addresses": {}, "assurance": 0}
        content = Report(delivery.id, state, code, "said the provider")
        return await self._heard({**values, "channel": delivery.channel, **more}, content)

    async def change(self, channel="gmail", inbound_id="", **more):
        """A connection of a channel came, went or broke."""
        values = {"addresses": {}, "assurance": 0, "channel": channel}
        values["inbound_id"] = inbound_id or f"con{next(self._numbers)}"
        return await self._heard(values, ConnectionChanged("con_1", **more))

    async def _heard(self, values, content):
        sender = Sender(values["addresses"], values["assurance"])
        item = Item(values["channel"], values["inbound_id"], sender, content)
        return (await self.ingest_items([item]))[0]


@contextlib.asynccontextmanager
async def workshop():
    """A workshop with an empty store, whose database goes by the workshop's clock."""
    clock = Clock()
    with (
        patch("parley_kit.store.database.utc_now", clock),
        patch("parley_orchestrator.adapters.sql_store.store.utc_now", clock),
    ):
        database = Database("sqlite:///:memory:")
        await migrate(database, MIGRATIONS)
        try:
            yield Workshop(database, clock)
        finally:
            await database.close()
