"""Questions and their answers, as the JSON that clients read. Pure."""

from __future__ import annotations

from parley.orchestrator.v1 import feedback_pb2
from parley_gateway.translate.fields import Json, json_text, moment
from parley_gateway.words import assurance_word, kind_word, status_word


def response_view(response: feedback_pb2.FeedbackResponse) -> Json:
    """An answer."""
    return {
        "value": json_text(response.value_json),
        "comment": response.comment or None,
        "user_id": response.user_id,
        "user_name": response.user_name,
        "channel": response.channel,
        "assurance": assurance_word(response.assurance),
        "responded_at": moment(response, "responded_at"),
        "edited_action": json_text(response.edited_action_json),
        "digest": response.digest,
    }


def kept_answer_view(answer: feedback_pb2.KeptAnswer) -> Json:
    """An answer as it is kept for audit."""
    return {
        **response_view(answer.response),
        "is_accepted": answer.is_accepted,
        "refusal": answer.refusal or None,
    }


def feedback_view(request: feedback_pb2.FeedbackRequest) -> Json:
    """A question that needs one decision."""
    return {
        "id": request.id,
        "session_id": request.session_id,
        "seq": request.seq,
        "kind": kind_word(request.kind),
        "prompt": request.prompt,
        "options": [{"value": one.value, "label": one.label} for one in request.options],
        "schema": json_text(request.schema_json),
        "action": json_text(request.action_json),
        "digest": request.digest,
        "status": status_word(request.status),
        "response": response_view(request.response) if request.HasField("response") else None,
        "cards": [_card_view(card) for card in request.cards],
        "respondents": list(request.respondents),
        "required_approvals": request.required_approvals,
        "approvals": request.approvals,
        "delivery": request.delivery,
        "escalation": [
            {"after_seconds": step.after_seconds, "channel": step.channel}
            for step in request.escalation
        ],
        "reminders": list(request.reminders),
        "min_assurance": assurance_word(request.min_assurance),
        "urgent": request.urgent,
        "dangerous": request.dangerous,
        "allow_edit": request.allow_edit,
        "on_behalf_of": request.on_behalf_of or None,
        "expires_at": moment(request, "expires_at"),
        "created_at": moment(request, "created_at"),
        "resolved_at": moment(request, "resolved_at"),
    }


def _card_view(card: feedback_pb2.CardState) -> Json:
    return {
        "channel": card.channel,
        "state": card.state,
        "user_id": card.user_id,
        "delivery_id": card.delivery_id,
        "update_state": card.update_state,
    }
