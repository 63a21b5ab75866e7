"""Jobs as the channel contract's requests, and its outcomes as ours."""

from __future__ import annotations

from parley.channel.v1 import card_pb2, channel_pb2, outcome_pb2, recipient_pb2
from parley.common.v1.feedback_pb2 import FeedbackOption
from parley_orchestrator.domain.delivery import SPOKEN, Outcome, Result
from parley_orchestrator.domain.feedback import FeedbackRequest, Status, value_label
from parley_orchestrator.ports import Job
from parley_orchestrator.translate.feedback import KINDS, STATUSES, edited_json
from parley_orchestrator.translate.stamps import any_json_text, json_text, stamp

SKIPPED = "skipped"
_RESULTS = {
    outcome_pb2.FAILURE_CLASS_NOT_SENT: Result.NOT_SENT,
    outcome_pb2.FAILURE_CLASS_AMBIGUOUS: Result.AMBIGUOUS,
    outcome_pb2.FAILURE_CLASS_PERMANENT: Result.PERMANENT,
    outcome_pb2.FAILURE_CLASS_RECONNECT: Result.RECONNECT,
    outcome_pb2.FAILURE_CLASS_REJECTED: Result.REJECTED,
}
_VERDICTS = {
    channel_pb2.LOOK_UP_VERDICT_FOUND: Result.FOUND,
    channel_pb2.LOOK_UP_VERDICT_NOT_SENT: Result.NOT_FOUND,
}


def to_recipient(job: Job) -> recipient_pb2.Recipient:
    """To whom."""
    user = job.user
    if user is None:
        return recipient_pb2.Recipient()
    return recipient_pb2.Recipient(
        user_id=user.id, name=user.name, addresses=user.addresses, timezone=user.timezone
    )


def to_conversation(job: Job) -> recipient_pb2.Conversation:
    """In which conversation."""
    return recipient_pb2.Conversation(
        session_id=job.session.id,
        title=job.session.title,
        thread_ref=job.thread_ref,
        connection_id=job.connection_id,
    )


def to_send_message(job: Job, answer_url: str) -> channel_pb2.SendMessageRequest:
    """A message, or a notice or reminder with the page that it speaks of."""
    message = job.message
    return channel_pb2.SendMessageRequest(
        delivery_id=job.delivery.id,
        recipient=to_recipient(job),
        conversation=to_conversation(job),
        text=message.text if message else job.delivery.text,
        author_name=message.author.name if message else job.session.agent_name,
        reply_token=job.reply_token,
        message_id=message.id if message else "",
        delivery_kind=job.delivery.kind,
        answer_url=answer_url,
    )


def to_request_feedback(
    job: Job, request: FeedbackRequest, answer_url: str
) -> channel_pb2.RequestFeedbackRequest:
    """A card."""
    return channel_pb2.RequestFeedbackRequest(
        delivery_id=job.delivery.id,
        recipient=to_recipient(job),
        conversation=to_conversation(job),
        card=to_card(job, request, answer_url),
        reply_token=job.reply_token,
    )


def to_update_feedback(job: Job, request: FeedbackRequest) -> channel_pb2.UpdateFeedbackRequest:
    """A change to a card that is out."""
    return channel_pb2.UpdateFeedbackRequest(
        delivery_id=job.delivery.id,
        card_delivery_id=job.delivery.card_delivery_id,
        provider_ref=job.card.provider_ref if job.card else "",
        recipient=to_recipient(job),
        conversation=to_conversation(job),
        card=to_card(job, request, ""),
    )


def to_look_up(job: Job) -> channel_pb2.LookUpDeliveryRequest:
    """A question after a delivery's fate."""
    return channel_pb2.LookUpDeliveryRequest(
        delivery_id=job.delivery.id,
        recipient=to_recipient(job),
        conversation=to_conversation(job),
        attempted_at=stamp(job.delivery.started_at),
        connection_id=job.delivery.connection_id,
    )


def to_card(job: Job, request: FeedbackRequest, answer_url: str) -> card_pb2.Card:
    """A request as the person of a job sees it."""
    return card_of(request, job.session.agent_name, answer_url)


def card_of(request: FeedbackRequest, author_name: str, answer_url: str = "") -> card_pb2.Card:
    """A request as one person sees it."""
    return card_pb2.Card(
        request_id=request.id,
        kind=KINDS[request.kind],
        prompt=request.prompt,
        options=[FeedbackOption(value=value, label=label) for value, label in request.options],
        schema_json=json_text(request.schema),
        action_json=any_json_text(request.action) if request.has_action else "",
        digest=request.digest,
        expires_at=stamp(request.expires_at),
        author_name=author_name,
        answer_url=answer_url,
        resolution=_resolution(request),
        min_assurance=request.min_assurance,  # type: ignore[arg-type]  # the numbers are the same
        is_dangerous=request.dangerous,
        allow_edit=request.allow_edit,
    )


def _resolution(request: FeedbackRequest) -> card_pb2.Resolution | None:
    if request.status is Status.PENDING:
        return None
    response = request.response
    if response is None:
        return card_pb2.Resolution(
            status=STATUSES[request.status], resolved_at=stamp(request.resolved_at)
        )
    return card_pb2.Resolution(
        status=STATUSES[request.status],
        value_label=value_label(request, response.value),
        responder_name=response.user_name,
        channel=response.channel,
        comment=response.comment,
        resolved_at=stamp(request.resolved_at),
        edited_action_json=edited_json(response),
        responder_user_id=response.user_id,
        assurance=response.assurance,  # type: ignore[arg-type]  # the numbers are the same
    )


def from_outcome(outcome: outcome_pb2.DeliveryOutcome) -> Outcome:
    """The contract's outcome as ours; one without a result is ambiguous."""
    if outcome.HasField("sent"):
        return from_sent(outcome.sent, Result.SENT)
    failure = outcome.failure
    result = _RESULTS.get(failure.failure_class, Result.AMBIGUOUS)
    if result is Result.NOT_SENT and failure.code == SKIPPED:
        result = Result.SKIPPED
    has_time = failure.HasField("retry_after")
    return Outcome(
        result,
        code=failure.code,
        detail=failure.message,
        retry_after=failure.retry_after.ToTimedelta() if has_time else None,
        connection_id=failure.connection_id,
    )


def from_sent(sent: outcome_pb2.Sent, result: Result, detail: str = "") -> Outcome:
    """A send that the provider accepted."""
    return Outcome(
        result,
        detail=detail,
        provider_ref=sent.provider_ref,
        thread_ref=sent.thread_ref,
        connection_id=sent.connection_id,
        learned=dict(sent.learned_addresses),
    )


def from_look_up(answer: channel_pb2.LookUpDeliveryResponse) -> Outcome:
    """What a look-up found."""
    result = _VERDICTS.get(answer.verdict, Result.INCONCLUSIVE)
    if result is Result.FOUND:
        return from_sent(answer.sent, result, answer.detail)
    return Outcome(result, detail=answer.detail)


def is_message(job: Job) -> bool:
    """Whether the job goes out with SendMessages."""
    return job.delivery.kind in SPOKEN
