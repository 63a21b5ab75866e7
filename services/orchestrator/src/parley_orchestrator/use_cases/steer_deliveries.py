"""Retries and cancels deliveries by hand, and wakes those that were parked."""

from __future__ import annotations

from parley_kit.errors import FailedPreconditionError
from parley_orchestrator.domain.delivery import Delivery, State
from parley_orchestrator.domain.routing import WEBSOCKET
from parley_orchestrator.ports import Store, Unit
from parley_orchestrator.use_cases.authorise import (
    ADMIN,
    AGENT,
    Caller,
    require,
    visible_delivery,
)
from parley_orchestrator.use_cases.publish import publish_deliveries

_RETRYABLE = (State.PARKED, State.DEAD, State.UNKNOWN)
_CANCELLABLE = (State.QUEUED, State.PARKED, State.UNKNOWN)


class SteerDeliveries:
    """What an agent or the operator does with a delivery."""

    def __init__(self, store: Store) -> None:
        self._store = store

    async def retry(self, caller: Caller, delivery_id: str) -> Delivery:
        """Puts a stopped delivery back into the queue."""

        def command(unit: Unit) -> Delivery:
            delivery = self._mine(unit, caller, delivery_id)
            if delivery.channel == WEBSOCKET:
                raise _wrong_state(delivery, "flows by itself when the person connects")
            changed = unit.deliveries.requeue([delivery_id], f"retried by {caller.role}")
            if not changed:
                raise _wrong_state(delivery, "only parked, dead and unknown ones are retried")
            publish_deliveries(unit, changed)
            return changed[0]

        return await self._store.transact(command)

    async def cancel(self, caller: Caller, delivery_id: str) -> Delivery:
        """Gives up a delivery that is not out."""

        def command(unit: Unit) -> Delivery:
            delivery = self._mine(unit, caller, delivery_id)
            changed = unit.deliveries.set_state(
                [delivery_id], State.CANCELLED, f"cancelled by {caller.role}", _CANCELLABLE
            )
            if not changed:
                raise _wrong_state(delivery, "only what is not out can be cancelled")
            publish_deliveries(unit, changed)
            return changed[0]

        return await self._store.transact(command)

    def _mine(self, unit: Unit, caller: Caller, delivery_id: str) -> Delivery:
        delivery = visible_delivery(unit, caller, delivery_id)
        require(caller, AGENT, ADMIN)
        return delivery


def _wrong_state(delivery: Delivery, rule: str) -> FailedPreconditionError:
    return FailedPreconditionError(
        f"The delivery is {delivery.state}: {rule}.", metadata={"state": str(delivery.state)}
    )
