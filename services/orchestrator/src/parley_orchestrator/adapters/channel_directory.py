"""What is known of the channels: described once, asked for their health again and again."""

from __future__ import annotations

import asyncio
from collections.abc import Awaitable, Callable, Mapping
from dataclasses import replace

from parley.channel.v1 import channel_pb2, channel_pb2_grpc
from parley_kit.clock import Clock
from parley_kit.errors import ServiceError
from parley_kit.logs import get_logger
from parley_orchestrator.domain.pacing import RETRY_TIME
from parley_orchestrator.domain.routing import WEBSOCKET, ChannelFacts
from parley_orchestrator.ports import ChannelState
from parley_orchestrator.translate.channels import from_connection, from_limit

log = get_logger(__name__)
CHECK_SECONDS = 5.0
DOWN_CHECK_SECONDS = 1.0
"""While a channel is down, so that its return is noticed soon."""
CALL_SECONDS = 4.0
OnChange = Callable[["ChannelState"], Awaitable[None]]


class ChannelDirectory:
    """Implements `ports.ChannelFactsSource`.

    Args:
        stubs: By channel name, in the configured order.
        on_change: Called when a channel's status changed, or who can be reached there; again
            with the next check if it fails.
    """

    def __init__(
        self, stubs: Mapping[str, channel_pb2_grpc.ChannelServiceStub], clock: Clock
    ) -> None:
        self._stubs = stubs
        self._clock = clock
        self._states = {name: _unseen(name) for name in stubs}
        self._facts = self._all_facts()
        self._asked = asyncio.Event()
        self._untold: set[str] = set()
        self.on_change: OnChange | None = None

    def facts(self) -> Mapping[str, ChannelFacts]:
        """By name: websocket, then the configured ones."""
        return self._facts

    def states(self) -> list[ChannelState]:
        """All channels, websocket first."""
        websocket = ChannelState(
            WEBSOCKET, "Web chat", "ok", "", self._facts[WEBSOCKET], checked_at=self._clock()
        )
        return [websocket, *self._states.values()]

    def on_hints(self, hints: frozenset[str]) -> None:
        """Asks at once when a connection changed."""
        if any(hint.startswith("connection:") for hint in hints):
            self._asked.set()

    async def run(self) -> None:
        """Asks all channels at an interval until cancelled."""
        while True:
            await self.check_all()
            try:
                await asyncio.wait_for(self._asked.wait(), self._pause())
            except TimeoutError:
                continue
            self._asked.clear()

    def _pause(self) -> float:
        is_all_up = all(state.facts.is_up for state in self._states.values())
        return CHECK_SECONDS if is_all_up else DOWN_CHECK_SECONDS

    async def check_all(self) -> None:
        """Asks all channels now."""
        await asyncio.gather(*(self._check(name) for name in self._stubs))

    async def _check(self, name: str) -> None:
        before = self._states[name]
        after = await self._asked_state(name, before)
        self._states[name] = after
        self._facts = self._all_facts()
        if _outlook(before) != _outlook(after):
            log.info("a channel changed", channel=name, status=after.status, detail=after.detail)
            self._untold.add(name)
        if name in self._untold and self.on_change is not None:
            await self._tell(after, self.on_change)

    async def _tell(self, state: ChannelState, on_change: OnChange) -> None:
        try:
            await on_change(state)
        except ServiceError as error:
            log.warning("a channel's change waits", channel=state.name, reason=error.message)
        else:
            self._untold.discard(state.name)

    async def _asked_state(self, name: str, before: ChannelState) -> ChannelState:
        stub = self._stubs[name]
        try:
            if not before.is_described:
                description = await stub.Describe(
                    channel_pb2.DescribeRequest(), timeout=CALL_SECONDS, wait_for_ready=False
                )
                before = _described(before, description)
            health = await stub.CheckHealth(
                channel_pb2.CheckHealthRequest(), timeout=CALL_SECONDS, wait_for_ready=False
            )
        except ServiceError as error:
            return self._down(before, error)
        return self._seen(before, health)

    def _down(self, before: ChannelState, error: ServiceError) -> ChannelState:
        log.debug("a channel does not answer", channel=before.name, reason=error.message)
        return replace(
            before,
            status="down",
            detail="The channel's service does not answer; is it running?",
            facts=replace(
                before.facts,
                is_up=False,
                silent_since=before.facts.silent_since or self._clock(),
            ),
            checked_at=self._clock(),
        )

    def _seen(self, before: ChannelState, health: channel_pb2.CheckHealthResponse) -> ChannelState:
        connections = tuple(from_connection(one) for one in health.connections)
        usable = [one for one in connections if one.is_usable]
        shared = [one.connection_id for one in usable if not one.user_id]
        own = {one.user_id: one.connection_id for one in usable if one.user_id}
        facts = replace(
            before.facts,
            is_up=health.status != "down",
            silent_since=None,
            has_shared_connection=bool(shared),
            connected_users=frozenset(own),
            own_connections=own,
            shared_connection=shared[0] if len(shared) == 1 else "",
        )
        return replace(
            before,
            status=health.status,
            detail=health.detail,
            facts=facts,
            connections=connections,
            checked_at=self._clock(),
        )

    def _all_facts(self) -> Mapping[str, ChannelFacts]:
        return {
            WEBSOCKET: ChannelFacts(WEBSOCKET),
            **{name: state.facts for name, state in self._states.items()},
        }


def _outlook(state: ChannelState) -> tuple[object, ...]:
    facts = state.facts
    return state.status, facts.is_up, facts.has_shared_connection, facts.connected_users


def _unseen(name: str) -> ChannelState:
    facts = ChannelFacts(name, is_up=False, has_shared_connection=False)
    return ChannelState(name, name.capitalize(), "down", "not asked yet", facts)


def _described(state: ChannelState, description: channel_pb2.DescribeResponse) -> ChannelState:
    facts = replace(
        state.facts,
        address_keys=tuple(description.address_keys),
        needs_answer_links=description.needs_answer_links,
        max_batch_size=description.max_batch_size or 100,
        limits=tuple(from_limit(one) for one in description.pacing_limits) or (RETRY_TIME,),
    )
    return replace(
        state,
        display_name=description.display_name or state.display_name,
        facts=facts,
        is_described=True,
    )
