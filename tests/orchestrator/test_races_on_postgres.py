"""Two orchestrators on one PostgreSQL: what happens between one's reading and its writing."""

import asyncio
import threading
from types import SimpleNamespace

import pytest
from tests.orchestrator.running import agent_caller, orchestrator, user_caller
from tests.orchestrator.workshop import Workshop

from parley_kit.clock import utc_now
from parley_kit.errors import FailedPreconditionError, ServiceError
from parley_kit.store import Database
from parley_orchestrator.bootstrap import MIGRATIONS
from parley_orchestrator.domain.delivery import Kind, State
from parley_orchestrator.use_cases import resolve as resolve_module

pytestmark = pytest.mark.postgres


@pytest.fixture
async def shops(postgres):
    """Two workshops on one database, by the real clock."""
    url = postgres.new_database()
    databases = [Database(url), Database(url)]
    await MIGRATIONS.apply(databases[0])
    made = [Workshop(database, utc_now) for database in databases]
    await made[0].begin(channels=("gmail",))
    for name in ("agent", "ann", "session"):
        setattr(made[1], name, getattr(made[0], name))
    yield made
    for database in databases:
        await database.close()


async def test_a_card_that_is_taken_while_its_request_ends_is_changed_or_not_sent(shops):
    """The answer has read the card as waiting; a worker takes it before the answer cancels it."""
    answering, working = shops
    asked = await answering.ask()
    has_read, may_cancel = threading.Event(), threading.Event()
    cancel = resolve_module._cancel_waiting

    def wait_first(unit, cards):
        has_read.set()
        may_cancel.wait(10)
        cancel(unit, cards)

    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(resolve_module, "_cancel_waiting", wait_first)
        answer = asyncio.create_task(answering.answer(asked))
        await asyncio.to_thread(has_read.wait, 10)
        work = await working.claim("gmail", 100, 10)
        may_cancel.set()
        await answer
    outcomes = await working.gmail.deliver(work.to_send)
    sent = zip(work.to_send, outcomes, strict=True)
    await working.record(work.lanes, [(job.delivery, outcome) for job, outcome in sent])
    await working.flow("gmail")
    card = (await answering.request(asked)).cards[0]
    assert (card.state, card.update_state) == ("sent", "sent")
    assert [job.delivery.kind for job in working.gmail.jobs] == [Kind.CARD, Kind.UPDATE]


async def test_a_delivery_cancelled_while_it_is_claimed_is_one_or_the_other(shops):
    """Never both: told that it is cancelled, and sent all the same."""
    cancelling, working = shops
    for n in range(15):
        message = await cancelling.say(str(n))
        one = (await cancelling.of(message))[0]
        done, _ = await asyncio.gather(
            cancelling.steer.cancel(cancelling.agent, one.id),
            working.turn("gmail"),
            return_exceptions=True,
        )
        await working.flow("gmail")
        is_cancelled = not isinstance(done, ServiceError)
        after = (await cancelling.of(message))[0]
        assert after.state is (State.CANCELLED if is_cancelled else State.SENT)
        assert working.gmail.accepted[one.id] == (0 if is_cancelled else 1)


async def test_many_answers_at_two_replicas_are_one_decision(postgres):
    """Eight people answer at once, over two orchestrators: one wins, seven are told who."""
    url = postgres.new_database()
    async with orchestrator(url) as first, orchestrator(url) as second:
        owner = agent_caller((await first.agent()).agent.id)
        people = [await first.user(owner, f"P{n}") for n in range(8)]
        talk = await first.session(owner, *people)
        for _ in range(3):
            asked = await second.ask(owner, talk)
            results = await asyncio.gather(
                *(
                    (first, second)[n % 2].answer(
                        user_caller(person.id), asked, ("approved", "rejected")[n % 2]
                    )
                    for n, person in enumerate(people)
                ),
                return_exceptions=True,
            )
            won = [r for r in results if not isinstance(r, Exception)]
            lost = [r for r in results if isinstance(r, FailedPreconditionError)]
            assert (len(won), len(lost)) == (1, 7), results
            winner = won[0].response.user_name
            assert all(f"by {winner} via api" in error.message for error in lost)
            seen = await first.request(asked)
            assert seen.response.user_name == winner


async def test_messages_through_two_replicas_keep_one_log(postgres):
    """Numbered without gaps, each key once, whoever took it."""
    url = postgres.new_database()
    async with orchestrator(url) as first, orchestrator(url) as second:
        owner = agent_caller((await first.agent()).agent.id)
        talk = await first.session(owner, await first.user(owner))
        sent = await asyncio.gather(
            *(
                (first, second)[n % 2].send(owner, talk, "x", idempotency_key=f"k{n // 2}")
                for n in range(40)
            )
        )
        assert len({message.id for message in sent}) == 20
        events = await second.events(SimpleNamespace(id=talk.id), page_size=1_000)
        assert [event.seq for event in events] == list(range(1, len(events) + 1))
        assert sum(event.kind == "message.created" for event in events) == 20
