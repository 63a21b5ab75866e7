"""Deliveries, channels and the inbox over gRPC."""

from __future__ import annotations

from datetime import timedelta
from typing import Any

from parley.orchestrator.v1 import (
    channels_pb2,
    channels_pb2_grpc,
    deliveries_pb2,
    deliveries_pb2_grpc,
    inbox_pb2,
    inbox_pb2_grpc,
)
from parley_kit.errors import invalid_field, unknown_id
from parley_orchestrator.adapters.channel_directory import ChannelDirectory
from parley_orchestrator.domain.delivery import Attempt, Delivery, State
from parley_orchestrator.ports import Store, Unit
from parley_orchestrator.translate.callers import to_caller
from parley_orchestrator.translate.channels import Operations, to_channel_state
from parley_orchestrator.translate.deliveries import to_delivery
from parley_orchestrator.translate.inbox import from_item, to_result
from parley_orchestrator.use_cases.authorise import ADMIN, Caller, visible_session
from parley_orchestrator.use_cases.ingest import Ingest
from parley_orchestrator.use_cases.steer_deliveries import SteerDeliveries
from parley_orchestrator.use_cases.validate import page_of

WINDOW = timedelta(minutes=15)


class DeliveryServicer(deliveries_pb2_grpc.DeliveryServiceServicer):
    """Serves DeliveryService."""

    def __init__(self, steer: SteerDeliveries, store: Store) -> None:
        self._steer = steer
        self._store = store

    async def ListDeliveries(
        self, request: deliveries_pb2.ListDeliveriesRequest, context: Any
    ) -> deliveries_pb2.ListDeliveriesResponse:
        """Lists deliveries with their attempts."""
        caller = to_caller(request.caller)
        page = page_of(request.page_size, request.page_token, 100, 500)
        if request.state and request.state not in tuple(State):
            raise invalid_field("state", f"is none of: {', '.join(State)}")

        def query(unit: Unit) -> tuple[list[Delivery], dict[str, list[Attempt]]]:
            _check_message(unit, caller, request.message_id)
            if request.session_id:
                visible_session(unit, caller, request.session_id)
            found = unit.deliveries.listed(
                caller.viewer,
                subject_id=request.message_id,
                state=request.state,
                session_id=request.session_id,
                page=page,
            )
            return found, unit.deliveries.attempts_of([d.id for d in found])

        found, attempts = await self._store.read(query)
        return deliveries_pb2.ListDeliveriesResponse(
            deliveries=[to_delivery(d, attempts.get(d.id, ())) for d in found],
            next_page_token=found[-1].id if len(found) == page.size else "",
        )

    async def RetryDelivery(
        self, request: deliveries_pb2.RetryDeliveryRequest, context: Any
    ) -> deliveries_pb2.RetryDeliveryResponse:
        """Tries again."""
        delivery = await self._steer.retry(to_caller(request.caller), request.delivery_id)
        return deliveries_pb2.RetryDeliveryResponse(delivery=to_delivery(delivery))

    async def CancelDelivery(
        self, request: deliveries_pb2.CancelDeliveryRequest, context: Any
    ) -> deliveries_pb2.CancelDeliveryResponse:
        """Gives up."""
        delivery = await self._steer.cancel(to_caller(request.caller), request.delivery_id)
        return deliveries_pb2.CancelDeliveryResponse(delivery=to_delivery(delivery))


def _check_message(unit: Unit, caller: Caller, message_id: str) -> None:
    if not message_id:
        return
    message = unit.conversations.messages([message_id]).get(message_id)
    request = None if message else unit.feedback.get([message_id]).get(message_id)
    subject = message or request
    if subject is None:
        raise unknown_id("message", message_id)
    visible_session(unit, caller, subject.session_id)


class ChannelDirectoryServicer(channels_pb2_grpc.ChannelDirectoryServiceServicer):
    """Serves ChannelDirectoryService."""

    def __init__(self, directory: ChannelDirectory, store: Store) -> None:
        self._directory = directory
        self._store = store

    async def ListChannels(
        self, request: channels_pb2.ListChannelsRequest, context: Any
    ) -> channels_pb2.ListChannelsResponse:
        """Lists channels with their figures."""
        is_admin = to_caller(request.caller).role == ADMIN
        states = self._directory.states()

        def query(unit: Unit) -> list[Operations]:
            breakers = unit.gates.breakers()
            return [
                Operations(
                    figures=unit.deliveries.figures(state.name, unit.now - WINDOW),
                    breakers=breakers,
                    paces=unit.gates.paces_of(state.name),
                    now=unit.now,
                )
                for state in states
            ]

        operations = await self._store.read(query)
        return channels_pb2.ListChannelsResponse(
            channels=[
                to_channel_state(state, one, with_connections=is_admin)
                for state, one in zip(states, operations, strict=True)
            ]
        )


class InboxServicer(inbox_pb2_grpc.InboxServiceServicer):
    """Serves InboxService."""

    def __init__(self, ingest: Ingest) -> None:
        self._ingest = ingest

    async def Ingest(
        self, request: inbox_pb2.IngestRequest, context: Any
    ) -> inbox_pb2.IngestResponse:
        """Takes in what was heard."""
        items = [from_item(item) for item in request.items]
        heard = await self._ingest(items)
        results = [to_result(item, one) for item, one in zip(items, heard, strict=True)]
        return inbox_pb2.IngestResponse(results=results)
