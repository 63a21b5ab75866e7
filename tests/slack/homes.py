"""What a person's home is made of: open and ended requests, and channels."""

from parley.channel.v1 import card_pb2
from parley.common.v1 import feedback_pb2
from parley.orchestrator.v1 import people_overview_pb2
from parley_kit.clock import utc_now

KINDS = feedback_pb2.FeedbackKind


def open_request(number=1, title="Release 1.0", **card):
    values = {
        "request_id": f"fbr_{number}",
        "kind": KINDS.FEEDBACK_KIND_APPROVAL,
        "prompt": f"Deploy **{number}**?",
        "digest": f"{number:064x}",
        "author_name": "Release bot",
    } | card
    return people_overview_pb2.OpenRequest(card=card_pb2.Card(**values), session_title=title)


def ended_request(number=1, label="approved", **card):
    one = open_request(number, **card).card
    one.resolution.status = feedback_pb2.FEEDBACK_STATUS_ANSWERED
    one.resolution.value_label = label
    one.resolution.responder_name = "Ann <!here>"
    one.resolution.channel = "gmail"
    one.resolution.resolved_at.FromDatetime(utc_now())
    return people_overview_pb2.EndedRequest(card=one)


def reachable(*names, without=()):
    return [
        people_overview_pb2.ReachableChannel(
            channel=name, display_name=name.title(), has_address=name not in without
        )
        for name in names
    ]
