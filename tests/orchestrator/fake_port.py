"""A channel as the dispatcher sees it, that runs: it keeps what went out and fails as told."""

import asyncio
from collections import Counter, deque

from parley_orchestrator.domain.delivery import Outcome, Result

WENT_OUT = "went out, no answer"


class FakePort:
    """Implements `ports.ChannelPort`.

    Attributes:
        script: What the next deliveries meet, first first; a Result, an Outcome, an exception
            to raise, or WENT_OUT. Without one, they are sent.
        always: What every delivery to a user meets, by the user's id.
        connections: The connection that carries what goes to a user, by the user's id.
        look_ups: What the next look-ups answer; without one, the truth.
        accepted: How often each delivery went out.
    """

    def __init__(self, name):
        self.name = name
        self.script, self.look_ups = deque(), deque()
        self.always, self.connections = {}, {}
        self.accepted, self.tried, self.asked = Counter(), [], []
        self.jobs = []
        self.may_answer = asyncio.Event()
        self.may_answer.set()
        self.begun = asyncio.Event()

    async def deliver(self, jobs):
        self.begun.set()
        outcomes = [self._outcome(job) for job in jobs]
        await self.may_answer.wait()
        return outcomes

    async def look_up(self, jobs):
        return [self._looked_up(job) for job in jobs]

    def _outcome(self, job):
        self.jobs.append(job)
        self.tried.append(job.delivery.id)
        fate = self.always.get(job.delivery.user_id)
        if fate is None:
            fate = self.script.popleft() if self.script else Result.SENT
        if isinstance(fate, Exception):
            raise fate
        if fate == WENT_OUT or fate is Result.SENT:
            self.accepted[job.delivery.id] += 1
        if isinstance(fate, Outcome):
            return fate
        if fate == WENT_OUT:
            return Outcome(Result.AMBIGUOUS, "timeout")
        if fate is Result.SENT:
            return self._sent(job)
        connection_id = self.connections.get(job.delivery.user_id, "")
        return Outcome(fate, f"fake_{fate}", connection_id=connection_id)

    def _looked_up(self, job):
        self.asked.append(job.delivery.id)
        if self.look_ups:
            result = self.look_ups.popleft()
            return self._sent(job, result) if result is Result.FOUND else Outcome(result)
        if self.accepted[job.delivery.id]:
            return self._sent(job, Result.FOUND)
        return Outcome(Result.NOT_FOUND)

    def _sent(self, job, result=Result.SENT):
        return Outcome(
            result,
            provider_ref=f"ref-{job.delivery.id}",
            thread_ref=f"thread-{job.session.id}",
            connection_id=self.connections.get(job.delivery.user_id, "con_1"),
        )
