"""The provider reports on a delivery: it arrived, was read, or bounced."""

from __future__ import annotations

from parley_orchestrator.domain.delivery import ACTIVE, OUT, State
from parley_orchestrator.domain.inbound import Heard, Item, Report, Verdict
from parley_orchestrator.ports import Unit
from parley_orchestrator.use_cases.enqueue import Enqueue
from parley_orchestrator.use_cases.publish import publish_deliveries
from parley_orchestrator.use_cases.record_outcomes import fall_back

_MOVES = {
    "delivered": (State.DELIVERED, (State.SENT,)),
    "read": (State.READ, (State.SENT, State.DELIVERED)),
    "bounced_soft": (State.SENT, (State.SENT, State.DELIVERED)),
    "bounced_hard": (State.DEAD, (*OUT, State.UNKNOWN)),
}


def hear_report(unit: Unit, enqueue: Enqueue, item: Item, report: Report) -> Heard:
    """Moves a delivery's state as the provider says; a hard bounce falls back to the next channel.

    A soft bounce takes back that it arrived, but not that it may yet: the provider goes on trying,
    and another channel would ask the person twice. A report can come before the answer of the send
    that it is about was recorded, and waits for it.
    """
    delivery = unit.deliveries.get([report.delivery_id]).get(report.delivery_id)
    if delivery is None or delivery.channel != item.channel or not delivery.user_id:
        return Heard(Verdict.UNROUTED, "it names no delivery of this channel")
    if delivery.state in ACTIVE:
        return Heard(Verdict.LATER, "the send is not settled yet")
    if report.state not in _MOVES:
        return Heard(Verdict.ACCEPTED, f"noted: {report.state}")
    state, among = _MOVES[report.state]
    why = f"{report.state.replace('_', ' ')} {report.code}: {report.detail}"
    changed = unit.deliveries.set_state([delivery.id], state, why[:500], among)
    publish_deliveries(unit, changed)
    if state is State.DEAD and changed and delivery.route:
        fall_back(unit, enqueue, [(delivery, report.code or "bounced")])
    return Heard(Verdict.ACCEPTED, why[:500])
