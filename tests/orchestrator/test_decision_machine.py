"""Whatever happens in whatever order: one decision, and a status that never turns back."""

import json

import hypothesis.strategies as st
from hypothesis.stateful import Bundle, initialize, invariant, rule
from tests.orchestrator.machines import CHANNELS, PASSING, RUNS, TIMED, InALoop

from parley_kit.errors import ServiceError
from parley_orchestrator.domain.delivery import OUT, Kind
from parley_orchestrator.domain.feedback import Status, Step
from parley_orchestrator.ports import Page, Viewer

ACTION, EDITED = '{"replicas":3}', '{"replicas":2}'
VALUES = {
    "approval": ["approved", "rejected", "maybe"],
    "choice": ["blue", "green", "red"],
    "text": ["some words", ""],
    "comment": ["seen", ""],
}
OPTIONS = (("blue", "Blue"), ("green", "Green"))


class Decisions(InALoop):
    """Clicks, replies, frames, edits, escalation, expiry, cancels: one decision."""

    requests = Bundle("requests")

    @initialize()
    def begin(self):
        self.people = self.run(self.shop.begin(channels=("gmail", "slack"), people=2))
        self.seen = {}

    @rule(
        target=requests,
        kind=st.sampled_from(["approval", "approval", "approval", "choice", "text", "comment"]),
        approvals=st.integers(1, 2),
        delivery=st.sampled_from(["route", "all"]),
        expires=st.sampled_from([0, 3, 60]),
        more=st.sampled_from(
            [
                {},
                {"action_json": ACTION, "dangerous": True},
                {"action_json": ACTION, "allow_edit": True},
                {"reminders": (2, 10)},
                {"escalation": (Step(3, "slack"), Step(30, "gmail"))},
                {"min_assurance": 3},
            ]
        ),
    )
    def ask(self, kind, approvals, delivery, expires, more):
        wanted = {
            "kind": kind,
            "delivery": delivery,
            "expires_in_seconds": expires,
            "options": OPTIONS if kind == "choice" else (),
            **({} if "allow_edit" in more and kind != "approval" else more),
        }
        if kind == "approval" and "allow_edit" not in more:
            wanted["required_approvals"] = approvals
        return self.run(self.shop.ask(**wanted))

    @rule(
        request=requests,
        who=st.integers(0, 1),
        pick=st.integers(0, 2),
        more=st.sampled_from(
            [{}, {}, {"digest": "0" * 64}, {"edited_action_json": EDITED}, {"digest": "right"}]
        ),
    )
    def answer(self, request, who, pick, more):
        values = VALUES[request.kind]
        value = json.dumps(values[pick % len(values)])
        more = {**more, "digest": request.digest} if more.get("digest") == "right" else more
        before = self.run(self.shop.request(request))
        try:
            self.run(self.shop.answer(request, value, user=self.people[who], **more))
        except ServiceError:
            after = self.run(self.shop.request(request))
            assert (after.status, after.response) == (before.status, before.response)
        else:
            assert before.status is Status.PENDING
            assert value not in ('"maybe"', '"red"')
            assert more.get("digest") != "0" * 64

    @rule(request=requests, who=st.integers(0, 1), value=st.sampled_from(["approved", "rejected"]))
    def click(self, request, who, value):
        for card in self.run(self.shop.cards(request)):
            if card.channel == "slack" and card.user_id == self.people[who].id:
                sender = {"slack_user_id": f"U{who}", "slack_team_id": "T1"}
                self.run(self.shop.click(card, value, addresses=sender))

    @rule(request=requests)
    def stranger_clicks(self, request):
        before = self.run(self.shop.request(request))
        for card in self.run(self.shop.cards(request)):
            sender = {"slack_user_id": "U7", "slack_team_id": "T1"}
            self.run(self.shop.click(card, "approved", addresses=sender))
        assert self.run(self.shop.request(request)).status is before.status

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
    def escalate_and_remind(self):
        self.run(self.shop.escalate())

    @rule()
    def flow(self):
        self.run(self.shop.flow("gmail", "slack"))

    @rule(channel=CHANNELS, fate=st.sampled_from(PASSING))
    def trouble_comes(self, channel, fate):
        self.meets(channel, [fate])

    @invariant()
    def each_request_ends_once(self):
        if hasattr(self, "people"):
            requests, log = self.everything(), self.log()
            self.what_ended_stays_as_it_ended(requests)
            self.an_end_is_told_once(requests, log)

    def what_ended_stays_as_it_ended(self, requests):
        for request in requests:
            now = request.status, request.response
            before = self.seen.get(request.id, now)
            assert before[0] is Status.PENDING or before == now
            self.an_answer_and_a_status_go_together(request)
            self.seen[request.id] = now

    @staticmethod
    def an_answer_and_a_status_go_together(request):
        assert (request.response is not None) == (request.status is Status.ANSWERED)
        if request.status is Status.ANSWERED and request.response.value == "approved":
            assert request.approvals >= request.required_approvals

    @staticmethod
    def an_end_is_told_once(requests, log):
        ends = [event.data["id"] for event in log if event.kind == "feedback.resolved"]
        over = [r.id for r in requests if r.status is not Status.PENDING]
        assert sorted(ends) == sorted(over)

    def everything(self):
        listed = self.shop.store.read(lambda u: u.feedback.listed(Viewer(), "", "", Page(1_000)))
        return self.run(listed)

    def log(self):
        session_id = self.shop.session.id
        return self.run(
            self.shop.store.read(lambda u: u.conversations.events_after(session_id, 0, 10_000))
        )

    def teardown(self):
        if hasattr(self, "people"):
            self.every_card_follows()
        super().teardown()

    def every_card_follows(self):
        """Once all is calm, no card of an ended request looks as if it could be answered."""
        self.calm_down()
        requests = self.everything()
        self.an_end_is_told_once(requests, self.log())
        by_id = {request.id: request for request in requests}
        for one in self.run(self.shop.deliveries()):
            if one.kind is not Kind.CARD or one.channel == "websocket" or one.state not in OUT:
                continue
            request = by_id[one.subject_id]
            card = next(c for c in request.cards if c.delivery_id == one.id)
            assert request.status is Status.PENDING or card.update_state == "sent", (one, card)


TestDecisions = Decisions.TestCase
TestDecisions.settings = RUNS
TestDecisions.pytestmark = [TIMED]
