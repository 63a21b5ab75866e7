"""The provider reports on a delivery: it arrived, was read, or bounced."""

from __future__ import annotations

from parley_orchestrator.domain.delivery import OUT, State
from parley_orchestrator.domain.inbound import Heard, Item, Report, Verdict
from parley_orchestrator.ports import Unit
from parley_orchestrator.use_cases.enqueue import Enqueue
from parley_orchestrator.use_cases.publish import publish_deliveries
from parley_orchestrator.use_cases.record_outcomes import fall_back

_FORWARD = {
    "delivered": (State.DELIVERED, (State.SENT,)),
    "read": (State.READ, (State.SENT, State.DELIVERED)),
    "bounced_hard": (State.DEAD, OUT),
}


def hear_report(unit: Unit, enqueue: Enqueue, item: Item, report: Report) -> Heard:
    """Moves a delivery's state, only forward; a hard bounce falls back to the next channel."""
    delivery = unit.deliveries.get([report.delivery_id]).get(report.delivery_id)
    if delivery is None or delivery.channel != item.channel:
        return Heard(Verdict.UNROUTED, "it names no delivery of this channel")
    if report.state not in _FORWARD:
        return Heard(Verdict.ACCEPTED, f"noted: {report.state}")
    state, among = _FORWARD[report.state]
    why = f"{report.state.replace('_', ' ')} {report.code}: {report.detail}"
    changed = unit.deliveries.set_state([delivery.id], state, why[:500], among)
    publish_deliveries(unit, changed)
    if state is State.DEAD and changed and delivery.route:
        fall_back(unit, enqueue, [(delivery, report.code or "bounced")])
    return Heard(Verdict.ACCEPTED, why[:500])
