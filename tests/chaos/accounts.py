"""What was promised against what arrived: nothing lost, nothing doubled, nothing misreported."""

import time
from collections import Counter
from dataclasses import dataclass, field

OUT = {"sent", "delivered", "read"}
FEW = 20
MOVING = ("queued", "sending", "parked")
AMBIGUOUS = {"ambiguous", "interrupted", "inconclusive", "unreachable"}


@dataclass(frozen=True)
class Accounts:
    """The end of a run.

    Attributes:
        acknowledged: Message id by the mark in its text.
        arrived: How often each mark reached its person.
        deliveries: By message id, as the API shows them, oldest first.
    """

    acknowledged: dict[str, str]
    arrived: Counter
    deliveries: dict[str, list] = field(repr=False)

    @property
    def lost(self):
        """Acknowledged, did not arrive, and nothing says so."""
        return sorted(
            mark
            for mark, message_id in self.acknowledged.items()
            if not self.arrived[mark] and self.end_of(message_id) not in ("dead", "unknown")
        )

    @property
    def doubled(self):
        return {mark: count for mark, count in self.arrived.items() if count > 1}

    @property
    def misreported(self):
        """Arrived, and the API says that it is dead."""
        return sorted(
            mark
            for mark, message_id in self.acknowledged.items()
            if self.arrived[mark] and self.end_of(message_id) == "dead"
        )

    @property
    def unknown(self):
        return [i for i in self.acknowledged.values() if self.end_of(i) == "unknown"]

    @property
    def ambiguous(self):
        """Messages with an attempt of which nobody knew whether it went out."""
        return [
            message_id
            for message_id, chain in self.deliveries.items()
            if any(a["outcome"] in AMBIGUOUS for d in chain for a in d["attempts"])
        ]

    @property
    def ends(self):
        return Counter(self.end_of(i) for i in self.acknowledged.values())

    def end_of(self, message_id):
        chain = self.deliveries.get(message_id)
        return chain[-1]["state"] if chain else "nowhere"

    def check(self, at_least):
        """The promise, and that this run could have broken it."""
        assert len(self.acknowledged) >= at_least, f"only {len(self.acknowledged)} acknowledged"
        assert not self.doubled, f"doubled: {self.doubled}"
        assert not self.lost, f"lost: {self.lost} {self.ends}"
        assert not self.misreported, f"misreported: {self.misreported}"
        assert len(self.unknown) <= len(self.ambiguous), f"unknown: {self.ends}"
        out = sum(self.arrived[mark] for mark in self.acknowledged)
        assert out >= 0.9 * len(self.acknowledged), f"hardly anything arrived: {self.ends}"


def settled(world, acknowledged, arrived):
    """The accounts, once nothing moves any more.

    Args:
        arrived: Answers the marks that arrived, counted, whenever it is called.
    """
    ids = set(acknowledged.values())
    deadline = time.monotonic() + world.patience_seconds
    while waiting := _moving(world, ids):
        assert time.monotonic() < deadline, f"still moving: {waiting[:3]} of {len(waiting)}"
        time.sleep(0.3)
    return Accounts(acknowledged, arrived(), _chains(world, ids))


def _moving(world, message_ids):
    if len(message_ids) <= FEW:
        chains = _chains(world, message_ids).values()
        return [d for chain in chains for d in chain if d["state"] in MOVING]
    return [
        delivery
        for state in MOVING
        for delivery in listed(world, "/api/deliveries", "deliveries", state=state)
        if delivery["subject_id"] in message_ids
    ]


def _chains(world, message_ids):
    """Deliveries by message, oldest first."""
    if len(message_ids) <= FEW:
        return {i: world.deliveries(i)[::-1] for i in message_ids}
    found = {}
    for delivery in listed(world, "/api/deliveries", "deliveries"):
        found.setdefault(delivery["subject_id"], []).insert(0, delivery)
    return found


def listed(world, path, name, **parameters):
    """Every entry of a list that comes in pages."""
    found, token = [], ""
    while True:
        page = world.get(path, limit=500, page_token=token, **parameters)
        found += page[name]
        token = page["next_page_token"]
        if not token:
            return found
