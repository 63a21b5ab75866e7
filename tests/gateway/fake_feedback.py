"""The part of the fake orchestrator that asks and decides."""

import asyncio
import json
from typing import Any

from parley.common.v1 import feedback_pb2 as common_pb2
from parley.orchestrator.v1 import feedback_pb2, feedback_pb2_grpc
from parley_kit.clock import to_timestamp, utc_now
from parley_kit.errors import FailedPreconditionError, Reason, unknown_id


class FakeFeedback(feedback_pb2_grpc.FeedbackServiceServicer):
    """Needs `calls`, `raises` and `_session` of the whole."""

    calls: Any
    raises: Any
    _session: Any

    def __init__(self) -> None:
        self.answers: list[feedback_pb2.RecordResponseRequest] = []
        self.asked: list[feedback_pb2.CreateFeedbackRequestRequest] = []
        self.requests: dict[str, feedback_pb2.FeedbackRequest] = {}
        self.is_link_used = False

    def pose(self, kind=common_pb2.FEEDBACK_KIND_APPROVAL, **values: Any):
        """A pending request, as if an agent had asked."""
        usual = {
            "id": f"fbr_{len(self.requests) + 1}",
            "session_id": "ses_1",
            "prompt": "Deploy?",
            "digest": "d" * 64,
            "status": common_pb2.FEEDBACK_STATUS_PENDING,
            "respondents": ["usr_ann"],
            "required_approvals": 1,
            "min_assurance": common_pb2.ASSURANCE_LINK,
            "delivery": "route",
        }
        request = feedback_pb2.FeedbackRequest(kind=kind, **(usual | values))
        self.requests[request.id] = request
        return request

    async def CreateFeedbackRequest(self, request, context):
        self.asked.append(request)
        self._session(request.caller, request.session_id)
        posed = self.pose(
            request.kind,
            prompt=request.prompt,
            options=request.options,
            schema_json=request.schema_json,
            action_json=request.action_json,
        )
        return feedback_pb2.CreateFeedbackRequestResponse(request=posed)

    def _request(self, caller, request_id):
        request = self.requests.get(request_id)
        if request is None:
            raise unknown_id("feedback request", request_id)
        if caller.WhichOneof("principal") is not None:
            self._session(caller, request.session_id)
        return request

    async def GetFeedbackRequest(self, request, context):
        self.calls["GetFeedbackRequest"] += 1
        found = self._request(request.caller, request.request_id)
        ends = asyncio.get_running_loop().time() + request.wait_seconds
        while found.status == common_pb2.FEEDBACK_STATUS_PENDING:
            if asyncio.get_running_loop().time() >= ends:
                break
            await asyncio.sleep(0.01)
        return feedback_pb2.GetFeedbackRequestResponse(request=found)

    async def ListFeedbackRequests(self, request, context):
        found = [
            one
            for one in self.requests.values()
            if request.status in {0, one.status} and request.session_id in {"", one.session_id}
        ]
        return feedback_pb2.ListFeedbackRequestsResponse(requests=found)

    async def RecordResponse(self, request, context):
        self.answers.append(request)
        if self.raises is not None:
            raise self.raises
        found = self._request(request.caller, request.request_id)
        if found.status != common_pb2.FEEDBACK_STATUS_PENDING:
            winner = {
                "value": json.loads(found.response.value_json),
                "channel": found.response.channel,
            }
            raise FailedPreconditionError(
                "Already answered.",
                reason=Reason.ERROR_REASON_ALREADY_DECIDED,
                metadata={"status": "answered", "response": json.dumps(winner)},
            )
        self.decide(found, request.value_json, request.channel or "gmail", request.comment)
        found.response.edited_action_json = request.edited_action_json
        self.is_link_used = self.is_link_used or bool(request.link_token)
        return feedback_pb2.RecordResponseResponse(request=found)

    def decide(self, found, value_json='"approved"', channel="slack", comment=""):
        found.status = common_pb2.FEEDBACK_STATUS_ANSWERED
        found.response.CopyFrom(
            feedback_pb2.FeedbackResponse(
                value_json=value_json,
                comment=comment,
                user_id="usr_ann",
                user_name="Ann",
                channel=channel,
                assurance=common_pb2.ASSURANCE_SLACK,
                responded_at=to_timestamp(utc_now()),
            )
        )

    async def ListAnswers(self, request, context):
        found = self._request(request.caller, request.request_id)
        kept = [feedback_pb2.KeptAnswer(response=found.response, is_accepted=True)]
        return feedback_pb2.ListAnswersResponse(answers=kept)

    async def CancelFeedbackRequest(self, request, context):
        found = self._request(request.caller, request.request_id)
        found.status = common_pb2.FEEDBACK_STATUS_CANCELLED
        return feedback_pb2.CancelFeedbackRequestResponse(request=found)
