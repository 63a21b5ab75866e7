"""Whatever happens in whatever order: each message ends in one place, and nothing goes out twice."""

from collections import defaultdict
from datetime import timedelta

import hypothesis.strategies as st
from hypothesis.stateful import Bundle, consumes, initialize, invariant, rule
from tests.orchestrator.machines import CHANNELS, FAILURES, RUNS, TIMED, InALoop
from tests.orchestrator.workshop import LEASE_SECONDS

from parley_kit.errors import ServiceError
from parley_orchestrator.domain.delivery import OUT, Kind, Result, State
from parley_orchestrator.domain.pacing import Limit, Scope
from parley_orchestrator.domain.people import Preferences, QuietHours

SPOKEN = frozenset({"message", "card", "notice", "reminder"})
TO_ONE = Limit("posts to one person", Scope.RECIPIENT, 1, timedelta(seconds=1), kinds=SPOKEN)
DORMANT = Limit(
    "posts", Scope.CONNECTION, 20, timedelta(minutes=1), burst=3, kinds=SPOKEN, is_dormant=True
)
STOPPED = (State.PARKED, State.UNKNOWN, State.DEAD, State.CANCELLED)
NEXT = {
    State.SENT: {*OUT, State.DEAD, State.PARKED},
    State.DELIVERED: {*OUT, State.DEAD},
    State.READ: {State.READ, State.DEAD},
    State.DEAD: {State.DEAD},
    State.CANCELLED: {State.CANCELLED},
    State.UNKNOWN: {State.UNKNOWN, State.CANCELLED, State.DEAD, *OUT},
}
"""Where a delivery may go from where it is; from elsewhere anywhere. By hand, further."""


class Deliveries(InALoop):
    """Messages, failures, crashes, limits, breakers, quiet hours, a person who comes and goes."""

    messages = Bundle("messages")
    claims = Bundle("claims")

    @initialize(chosen=st.permutations(["websocket", "gmail", "slack"]))
    def begin(self, chosen):
        self.run(self.shop.begin(channels=chosen))
        self.order = tuple(chosen)
        self.said, self.states, self.by_hand = [], {}, set()

    @rule(target=messages, urgent=st.booleans(), wanted=st.sampled_from(["", "", "slack"]))
    def say(self, urgent, wanted):
        text = f"number {len(self.said)}"
        message = self.run(self.shop.say(text, urgent=urgent, channel=wanted))
        self.said.append(message)
        return message

    @rule(channel=CHANNELS, fates=st.lists(st.sampled_from(FAILURES), min_size=1, max_size=6))
    def trouble_comes(self, channel, fates):
        self.meets(channel, fates)

    @rule(target=messages)
    def say_where_it_fails(self):
        """At the person's first channel: another has to take over, once."""
        channel = next(name for name in self.order if name in self.shop.ports)
        self.shop.ports[channel].script.appendleft(Result.PERMANENT)
        message = self.say(urgent=False, wanted="")
        self.turn(channel)
        return message

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
        silent_since = None if is_up else self.shop.clock()
        self.shop.channels.change(name, is_up=is_up, silent_since=silent_since)
        if is_up:
            self.run(self.shop.wake(name))

    @rule(limits=st.sampled_from([(), (TO_ONE,), (DORMANT,), (TO_ONE, DORMANT)]))
    def slack_gets_limits(self, limits):
        self.shop.channels.change("slack", limits=limits, shared_connection="con_1")

    @rule()
    def what_waits_behind_a_breaker_is_handed_on(self):
        self.run(self.shop.hand_on())

    @rule(is_quiet=st.booleans())
    def quiet_hours_begin_and_end(self, is_quiet):
        hours = QuietHours("00:00", "23:59") if is_quiet else None
        wanted = Preferences(self.order, hours)
        self.run(self.shop.put_preferences(self.shop.agent, self.shop.ann.id, wanted))

    @rule(channel=st.sampled_from(["", "websocket", "gmail", "slack"]))
    def the_session_moves(self, channel):
        self.run(self.shop.switch_channel(self.shop.agent, self.shop.session.id, channel))

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

    @rule(
        message=messages,
        state=st.sampled_from(["delivered", "read", "bounced_soft", "bounced_hard"]),
    )
    def provider_reports(self, message, state):
        for one in self.run(self.shop.of(message)):
            if one.channel != "websocket" and self.shop.ports[one.channel].accepted[one.id]:
                self.run(self.shop.report(one, state))

    @rule(message=messages)
    def cancelled_by_hand(self, message):
        for one in self.run(self.shop.of(message)):
            try:
                self.run(self.shop.steer.cancel(self.shop.agent, one.id))
            except ServiceError:
                continue

    @rule(message=messages)
    def retried_by_hand(self, message):
        """Only what surely did not go out: a person who retries an unknown one knows the risk."""
        chain = self.run(self.shop.of(message))
        end = next(d for d in chain if d.id not in {one.fallback_of for one in chain})
        if end.channel == "websocket" or self.shop.ports[end.channel].accepted[end.id]:
            return
        try:
            self.run(self.shop.steer.retry(self.shop.agent, end.id))
        except ServiceError:
            assert end.state not in (State.DEAD, State.PARKED, State.UNKNOWN)
        else:
            self.by_hand.add(end.id)

    @invariant()
    def nothing_goes_out_twice(self):
        """Also where a worker died after the provider accepted: looked up, never resent."""
        for port in (self.shop.gmail, self.shop.slack):
            assert all(count == 1 for count in port.accepted.values())

    @invariant()
    def each_delivery_goes_its_way(self):
        if not hasattr(self, "said"):
            return
        found = self.run(self.shop.deliveries())
        self.a_chain_has_one_living_end(found)
        self.no_state_turned_back(found)

    @staticmethod
    def a_chain_has_one_living_end(deliveries):
        chains = defaultdict(list)
        for one in deliveries:
            if one.kind is Kind.MESSAGE:
                chains[one.subject_id].append(one)
        for chain in chains.values():
            handed_on = {d.fallback_of for d in chain}
            ends = [d for d in chain if d.id not in handed_on]
            assert len(ends) == 1, chain
            others = [d for d in chain if d.id in handed_on]
            assert all(d.state is State.DEAD for d in others), chain
            assert len(handed_on - {""}) == len(chain) - 1

    def no_state_turned_back(self, deliveries):
        for one in deliveries:
            before = self.states.get(one.id)
            is_forward = one.state in NEXT.get(before, {one.state})
            assert is_forward or one.id in self.by_hand, (before, one)
            self.states[one.id] = one.state
        self.by_hand.clear()

    def teardown(self):
        self.everything_comes_to_rest()
        super().teardown()

    def everything_comes_to_rest(self):
        """Each message in one place; what waits, waits for the person to open the web chat."""
        if not hasattr(self, "said"):
            return
        self.quiet_hours_begin_and_end(is_quiet=False)
        self.calm_down()
        found = self.run(self.shop.deliveries())
        said = {message.id for message in self.said}
        assert said == {one.subject_id for one in found if one.kind is Kind.MESSAGE}
        for one in found:
            assert one.state in (*OUT, *STOPPED), one
            assert one.state is not State.PARKED or one.channel == "websocket", one
        self.nothing_goes_out_twice()
        self.a_chain_has_one_living_end(found)


TestDeliveries = Deliveries.TestCase
TestDeliveries.settings = RUNS
TestDeliveries.pytestmark = [TIMED]
