"""Whatever happens in whatever order: one decision, and one end for every message."""

import asyncio

import hypothesis.strategies as st
from hypothesis import HealthCheck, settings
from hypothesis.stateful import (
    Bundle,
    RuleBasedStateMachine,
    consumes,
    initialize,
    invariant,
    rule,
)
from tests.orchestrator.fake_port import WENT_OUT
from tests.orchestrator.workshop import LEASE_SECONDS, workshop

from parley_kit.errors import ServiceError
from parley_orchestrator.domain.delivery import OUT, Kind, Result, State
from parley_orchestrator.domain.feedback import Status
from parley_orchestrator.ports import Page, Viewer

BOUNDED = settings(
    max_examples=20,
    stateful_step_count=25,
    deadline=None,
    suppress_health_check=list(HealthCheck),
    derandomize=True,
)
FAILURES = [
    Result.NOT_SENT,
    Result.AMBIGUOUS,
    Result.PERMANENT,
    Result.REJECTED,
    Result.RECONNECT,
    WENT_OUT,
]
PASSING = [Result.NOT_SENT, Result.AMBIGUOUS, Result.RECONNECT, WENT_OUT]
CHANNELS = st.sampled_from(["gmail", "slack"])


class InALoop(RuleBasedStateMachine):
    """A workshop in an event loop of its own, as long as the machine runs."""

    def __init__(self):
        super().__init__()
        self.loop = asyncio.new_event_loop()
        self._open = workshop()
        self.shop = self.run(self._open.__aenter__())

    def run(self, awaitable):
        return self.loop.run_until_complete(awaitable)

    def teardown(self):
        self.run(self._open.__aexit__(None, None, None))
        self.loop.close()

    @rule(seconds=st.sampled_from([0.2, 2, 6, 40, 200]))
    def time_passes(self, seconds):
        self.shop.clock.pass_by(seconds=seconds)


class Deliveries(InALoop):
    """Messages, failures, crashes, a person who comes and goes: each message ends in one place."""

    messages = Bundle("messages")
    claims = Bundle("claims")

    @initialize(chosen=st.permutations(["websocket", "gmail", "slack"]))
    def begin(self, chosen):
        self.run(self.shop.begin(channels=chosen))
        self.said = []

    @rule(target=messages)
    def say(self):
        message = self.run(self.shop.say(f"number {len(self.said)}"))
        self.said.append(message)
        return message

    @rule(channel=CHANNELS, fates=st.lists(st.sampled_from(FAILURES), min_size=1, max_size=4))
    def trouble_comes(self, channel, fates):
        self.shop.ports[channel].script.extend(fates)

    @rule(channel=CHANNELS)
    def look_ups_fail(self, channel):
        self.shop.ports[channel].look_ups.extend([Result.INCONCLUSIVE, Result.UNREACHABLE])

    @rule(channel=CHANNELS)
    def turn(self, channel):
        self.run(self.shop.turn(channel))

    @rule(target=claims, channel=CHANNELS)
    def claim_and_stall(self, channel):
        """A worker takes work, hands it over, and stalls before it records."""
        work = self.run(self.shop.claim(channel, 100, 10))
        port = self.shop.ports[channel]
        outcomes = self.run(port.deliver(work.to_send))
        found = self.run(port.look_up(work.to_look_up))
        jobs = [job.delivery for job in (*work.to_send, *work.to_look_up)]
        return work.lanes, list(zip(jobs, [*outcomes, *found], strict=True))

    @rule(claim=consumes(claims))
    def stalled_worker_records(self, claim):
        self.run(self.shop.record(*claim))

    @rule(claim=consumes(claims))
    def stalled_worker_dies(self, claim):
        """Its lease runs out."""
        self.shop.clock.pass_by(seconds=LEASE_SECONDS)

    @rule(name=CHANNELS, is_up=st.booleans())
    def channel_goes_and_comes(self, name, is_up):
        self.shop.channels.change(name, is_up=is_up)
        if is_up:
            self.run(self.shop.wake(name))

    @rule(is_there=st.booleans())
    def person_comes_and_goes(self, is_there):
        arrive = self.shop.arrive
        self.run(arrive.come([self.shop.ann.id], "g1") if is_there else arrive.go(None, "g1"))

    @rule(message=messages)
    def client_acknowledges(self, message):
        self.run(self.shop.acknowledge([(self.shop.ann.id, self.shop.session.id, message.seq)]))

    @rule()
    def silent_clients_are_given_up(self):
        self.run(self.shop.give_up())

    @rule(message=messages)
    def cancelled_by_hand(self, message):
        for one in self.run(self.shop.of(message)):
            try:
                self.run(self.shop.steer.cancel(self.shop.agent, one.id))
            except ServiceError:
                continue

    @invariant()
    def nothing_goes_out_twice(self):
        """Also where a worker died after the provider accepted: looked up, never resent."""
        for port in (self.shop.gmail, self.shop.slack):
            assert all(count == 1 for count in port.accepted.values())

    @invariant()
    def a_chain_has_one_living_end(self):
        for message in getattr(self, "said", []):
            chain = self.run(self.shop.of(message))
            handed_on = {d.fallback_of for d in chain}
            ends = [d for d in chain if d.id not in handed_on]
            assert len(ends) == 1, chain
            others = [d for d in chain if d.id in handed_on]
            assert all(d.state is State.DEAD for d in others), chain
            assert len(handed_on - {""}) == len(chain) - 1

    def teardown(self):
        self.everything_recovers()
        super().teardown()

    def everything_recovers(self):
        """Then every message comes to rest, each in one place; order was kept in each lane."""
        shop = self.shop
        for port in (shop.gmail, shop.slack):
            port.script.clear()
            port.look_ups.clear()
        for name in ("gmail", "slack"):
            shop.channels.change(name, is_up=True)
        for _ in range(8):
            shop.clock.pass_by(minutes=10)
            for name in ("gmail", "slack"):
                self.run(shop.wake(name))
            self.run(shop.give_up())
            self.run(shop.flow("gmail", "slack"))
        at_rest = (*OUT, State.UNKNOWN, State.DEAD, State.CANCELLED, State.PARKED)
        for one in self.run(shop.deliveries()):
            assert one.state in at_rest, one
            if one.state is State.PARKED:
                assert one.channel == "websocket", one
        self.nothing_goes_out_twice()


class Decisions(InALoop):
    """Clicks, replies, links, expiry, cancels: one decision, and a status that never turns back."""

    requests = Bundle("requests")

    @initialize()
    def begin(self):
        self.people = self.run(self.shop.begin(channels=("gmail", "slack"), people=2))
        self.seen = {}

    @rule(
        target=requests,
        approvals=st.integers(1, 2),
        delivery=st.sampled_from(["route", "all"]),
        expires=st.sampled_from([0, 3, 60]),
    )
    def ask(self, approvals, delivery, expires):
        return self.run(
            self.shop.ask(
                required_approvals=approvals, delivery=delivery, expires_in_seconds=expires
            )
        )

    @rule(
        request=requests,
        who=st.integers(0, 1),
        value=st.sampled_from(["approved", "rejected", "maybe"]),
    )
    def answer(self, request, who, value):
        before = self.run(self.shop.request(request))
        try:
            self.run(self.shop.answer(request, f'"{value}"', user=self.people[who]))
        except ServiceError:
            after = self.run(self.shop.request(request))
            assert (after.status, after.response) == (before.status, before.response)
        else:
            assert value != "maybe"
            assert before.status is Status.PENDING

    @rule(request=requests, who=st.integers(0, 1), value=st.sampled_from(["approved", "rejected"]))
    def click(self, request, who, value):
        for card in self.run(self.shop.cards(request)):
            if card.channel == "slack" and card.user_id == self.people[who].id:
                sender = {"slack_user_id": f"U{who}", "slack_team_id": "T1"}
                self.run(self.shop.click(card, value, addresses=sender))

    @rule(request=requests)
    def reply(self, request):
        for card in self.run(self.shop.cards(request)):
            if card.channel == "gmail" and card.user_id == self.people[0].id:
                self.run(self.shop.reply(card, "reject", decision="rejected"))

    @rule(request=requests)
    def cancel(self, request):
        try:
            self.run(self.shop.cancel_feedback(self.shop.agent, request.id))
        except ServiceError:
            return

    @rule()
    def expire(self):
        self.run(self.shop.expire())

    @rule()
    def flow(self):
        self.run(self.shop.flow("gmail", "slack"))

    @rule(channel=CHANNELS, fate=st.sampled_from(PASSING))
    def trouble_comes(self, channel, fate):
        self.shop.ports[channel].script.append(fate)

    @invariant()
    def what_ended_stays_as_it_ended(self):
        for request_id, (status, response) in list(getattr(self, "seen", {}).items()):
            now = self.run(self.shop.store.read(lambda u, i=request_id: u.feedback.get([i])))
            if status is not Status.PENDING:
                assert (now[request_id].status, now[request_id].response) == (status, response)

    @invariant()
    def an_answer_and_a_status_go_together(self):
        if not hasattr(self, "people"):
            return
        everything = self.shop.store.read(
            lambda u: u.feedback.listed(Viewer(), "", "", Page(1_000))
        )
        for request in self.run(everything):
            assert (request.response is not None) == (request.status is Status.ANSWERED)
            if request.status is Status.ANSWERED and request.response.value == "approved":
                assert request.approvals >= request.required_approvals
            self.seen[request.id] = request.status, request.response

    def teardown(self):
        self.every_card_follows()
        super().teardown()

    def every_card_follows(self):
        """Once all is calm, no card of an ended request looks as if it could be answered."""
        shop = self.shop
        for port in (shop.gmail, shop.slack):
            port.script.clear()
        for _ in range(4):
            shop.clock.pass_by(minutes=10)
            self.run(shop.expire())
            for name in ("gmail", "slack"):
                self.run(shop.wake(name))
            self.run(shop.flow("gmail", "slack"))
        for one in self.run(shop.deliveries()):
            if one.kind is not Kind.CARD or one.channel == "websocket":
                continue
            request = self.run(shop.store.read(lambda u, d=one: u.feedback.get([d.subject_id])))
            card = next(c for c in request[one.subject_id].cards if c.delivery_id == one.id)
            if request[one.subject_id].status is not Status.PENDING and one.state in OUT:
                assert card.update_state == "sent", (one, card)


TestDeliveries = Deliveries.TestCase
TestDeliveries.settings = BOUNDED
TestDecisions = Decisions.TestCase
TestDecisions.settings = BOUNDED
