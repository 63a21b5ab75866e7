"""Values that the store's tests put in."""

from dataclasses import dataclass, replace
from datetime import UTC, datetime, timedelta

from parley_kit.clock import utc_now
from parley_kit.ids import new_id
from parley_orchestrator.domain.conversation import Author, Message, NewEvent, Session
from parley_orchestrator.domain.delivery import Delivery, Kind, Outcome, Result, State
from parley_orchestrator.domain.feedback import FeedbackRequest, Response, Status
from parley_orchestrator.domain.feedback import Kind as FeedbackKind
from parley_orchestrator.domain.people import Agent, Preferences, User
from parley_orchestrator.domain.verdict import decide
from parley_orchestrator.ports import Settled

LONG_AGO = datetime(2026, 1, 1, tzinfo=UTC)
HOUR = timedelta(hours=1)


def agent(name="Deployer", webhook_url=""):
    return Agent(new_id("agt", utc_now()), name, webhook_url, utc_now())


def user(name="Ann", email="", created_by="", **more):
    values = {
        "id": new_id("usr", utc_now()),
        "name": name,
        "email": email,
        "slack_user_id": "",
        "slack_team_id": "",
        "timezone": "",
        "preferences": Preferences(),
        "created_by": created_by,
        "created_at": utc_now(),
    }
    return User(**{**values, **more})


def session(by, *people):
    return Session(
        id=new_id("ses", utc_now()),
        agent_id=by.id,
        agent_name=by.name,
        participants=tuple((person.id, person.name) for person in people),
        title="Release",
        metadata={"build": 7},
        channel="",
        last_seq=0,
        created_at=utc_now(),
        read_seqs={person.id: 0 for person in people},
    )


def message(within, text="Hello", seq=1, **more):
    return Message(
        id=new_id("msg", utc_now()),
        session_id=within.id,
        seq=seq,
        author=Author("agent", within.agent_id, within.agent_name),
        text=text,
        reply_to="",
        metadata={},
        channel="api",
        created_at=utc_now(),
        **more,
    )


def delivery(within, to, channel, position=1, **more):
    values = {
        "id": new_id("dlv", utc_now()),
        "kind": Kind.MESSAGE,
        "session_id": within.id,
        "user_id": to.id,
        "subject_id": "msg_1",
        "channel": channel,
        "position": position,
        "state": State.QUEUED,
        "explanation": "chosen",
        "created_at": LONG_AGO,
        "updated_at": LONG_AGO,
        "next_attempt_at": LONG_AGO,
    }
    return Delivery(**{**values, **more})


def request(within, *respondents, **more):
    values = {
        "id": new_id("fbr", utc_now()),
        "session_id": within.id,
        "seq": 1,
        "kind": FeedbackKind.APPROVAL,
        "prompt": "Deploy?",
        "options": (),
        "schema": None,
        "action": {"deploy": "1.0"},
        "has_action": True,
        "digest": "d" * 64,
        "status": Status.PENDING,
        "respondents": tuple(person.id for person in respondents),
        "required_approvals": 1,
        "approvals": 0,
        "delivery": "route",
        "escalation": (),
        "escalated": 0,
        "min_assurance": 1,
        "expires_at": None,
        "created_at": utc_now(),
        "resolved_at": None,
        "response": None,
    }
    return FeedbackRequest(**{**values, **more})


def response(by, value="approved", **more):
    return Response(
        value=value,
        comment="fine",
        user_id=by.id,
        user_name=by.name,
        channel="slack",
        assurance=3,
        responded_at=utc_now(),
        **more,
    )


def events(within, count, kind="note"):
    return [NewEvent(within.id, kind, {"n": n}) for n in range(count)]


def settled(one, result=Result.SENT, **more):
    """What the dispatcher would record of a delivery."""
    outcome = Outcome(result, **more)
    return Settled(one, outcome, decide(one, outcome, utc_now(), 0.5))


@dataclass(frozen=True)
class World:
    """One agent with one session with two people; `channel` belongs to this test alone."""

    agent: Agent
    ann: User
    bob: User
    session: Session
    channel: str

    @classmethod
    async def made(cls, store, mark):
        by = agent()
        ann = user("Ann", f"ann-{mark}@example.com", by.id)
        bob = user("Bob", f"bob-{mark}@example.com", by.id)
        made = cls(by, ann, bob, session(by, ann, bob), f"fax-{mark}")

        def command(unit):
            unit.people.add_agent(by, f"key-{mark}", "sealed")
            unit.people.add_user(ann)
            unit.people.add_user(bob)
            unit.conversations.add_session(made.session)

        await store.transact(command)
        return made

    def deliver(self, position=1, to=None, **more):
        channel = more.pop("channel", self.channel)
        return delivery(self.session, to or self.ann, channel, position, **more)

    async def another_session(self, store, *people):
        made = session(self.agent, *(people or (self.ann,)))
        await store.transact(lambda unit: unit.conversations.add_session(made))
        return made


def changed(one, **values):
    return replace(one, **values)
