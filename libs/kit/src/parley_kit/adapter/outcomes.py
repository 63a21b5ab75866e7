"""Domain results to the contract's outcomes; pure."""

from __future__ import annotations

from datetime import timedelta

from google.protobuf.duration_pb2 import Duration

from parley.channel.v1 import outcome_pb2
from parley_kit.adapter.connections import UNREADABLE_TOKENS, UnreadableTokensError
from parley_kit.adapter.ledger import LedgerEntry, SentRecord
from parley_kit.adapter.provider import DeliveryFailedError
from parley_kit.clock import to_timestamp

SKIPPED = "skipped"


def sent_outcome(delivery_id: str, record: SentRecord) -> outcome_pb2.DeliveryOutcome:
    """The outcome of an accepted send."""
    return outcome_pb2.DeliveryOutcome(delivery_id=delivery_id, sent=to_sent(record))


def to_sent(record: SentRecord) -> outcome_pb2.Sent:
    """The contract's form of a send."""
    return outcome_pb2.Sent(
        provider_ref=record.provider_ref,
        thread_ref=record.thread_ref,
        sent_at=to_timestamp(record.sent_at),
        connection_id=record.connection_id,
        learned_addresses=record.learned_addresses,
    )


def failed_outcome(delivery_id: str, error: DeliveryFailedError) -> outcome_pb2.DeliveryOutcome:
    """The outcome of a failed send."""
    failure = outcome_pb2.Failure(
        failure_class=error.failure_class,
        code=error.code,
        message=error.message,
        retry_after=_duration(error.retry_after),
        connection_id=error.connection_id,
    )
    return outcome_pb2.DeliveryOutcome(delivery_id=delivery_id, failure=failure)


def known_outcome(entry: LedgerEntry) -> outcome_pb2.DeliveryOutcome:
    """The outcome of a delivery id that was claimed before."""
    if entry.sent is not None:
        return sent_outcome(entry.claim.delivery_id, entry.sent)
    return failed_outcome(
        entry.claim.delivery_id,
        DeliveryFailedError(
            outcome_pb2.FAILURE_CLASS_AMBIGUOUS,
            "already_claimed",
            "An earlier call with this delivery id has not ended for sure; look it up.",
        ),
    )


def unreadable(error: UnreadableTokensError) -> DeliveryFailedError:
    """The failure of a send from a connection whose tokens do not open."""
    return DeliveryFailedError(
        outcome_pb2.FAILURE_CLASS_RECONNECT,
        UNREADABLE_TOKENS,
        error.message,
        connection_id=error.connection_id,
    )


def skipped() -> DeliveryFailedError:
    """The failure of a message behind one that failed in the same conversation."""
    return DeliveryFailedError(
        outcome_pb2.FAILURE_CLASS_NOT_SENT,
        SKIPPED,
        "An earlier message of the same conversation did not go out; order is kept.",
    )


def _duration(delay: timedelta | None) -> Duration | None:
    if delay is None:
        return None
    duration = Duration()
    duration.FromTimedelta(delay)
    return duration
