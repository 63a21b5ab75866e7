"""What is wrong is said, by name; nothing of it is stored, and others are spared."""

from types import SimpleNamespace

import grpc
import pytest
from tests.orchestrator.refused_requests import CHOICE, REFUSED, asking, options, sending

from parley.orchestrator.v1 import (
    deliveries_pb2,
    feedback_pb2,
    messages_pb2,
    sessions_pb2,
)
from parley_kit.errors import InvalidArgumentError


async def test_what_is_wrong_is_named_and_nothing_is_stored(world):
    session = SimpleNamespace(id=world.session)
    before = await world.parley.events(session), await world.parley.deliveries()
    for make, more, field in REFUSED:
        rpc, request = make(world, **more)
        case = f"{rpc} {str(more)[:80]}"
        try:
            answer = await world.parley.call(rpc, request)
        except InvalidArgumentError as error:
            named = error.metadata.get("field")
        else:
            pytest.fail(f"{case} was taken: {answer}")
        assert named == field, case
    assert (await world.parley.events(session), await world.parley.deliveries()) == before


@pytest.mark.parametrize("token", ["x", "ses_", "\x00", "ses_' OR 1=1 --", "SES_" + "0" * 26])
@pytest.mark.parametrize(
    "make",
    [
        lambda **page: ("SessionService/ListSessions", sessions_pb2.ListSessionsRequest(**page)),
        lambda **page: (
            "FeedbackService/ListFeedbackRequests",
            feedback_pb2.ListFeedbackRequestsRequest(**page),
        ),
        lambda **page: (
            "DeliveryService/ListDeliveries",
            deliveries_pb2.ListDeliveriesRequest(**page),
        ),
    ],
    ids=["sessions", "requests", "deliveries"],
)
async def test_a_made_up_page_is_refused(world, make, token):
    with pytest.raises(InvalidArgumentError) as refused:
        await world.parley.call(*make(caller=world.agent, page_token=token))
    assert refused.value.metadata == {"field": "page_token"}
    for size in (-1, 2**31 - 1):
        with pytest.raises(InvalidArgumentError) as refused:
            await world.parley.call(*make(caller=world.agent, page_size=size))
        assert refused.value.metadata == {"field": "page_size"}


async def test_unknown_filters_are_refused(world):
    for rpc, request in [
        (
            "DeliveryService/ListDeliveries",
            deliveries_pb2.ListDeliveriesRequest(caller=world.agent, state="lost"),
        ),
        (
            "FeedbackService/ListFeedbackRequests",
            feedback_pb2.ListFeedbackRequestsRequest(caller=world.agent, status=99),
        ),
    ]:
        with pytest.raises(InvalidArgumentError):
            await world.parley.call(rpc, request)


async def test_a_bad_item_of_a_batch_spares_the_others(world):
    request = messages_pb2.SendMessagesRequest(
        messages=[
            sending(world, text=text)[1]
            for text in ("good", "", "a\x00b", "x" * 50_000, "good too")
        ]
    )
    answer = await world.parley.call("MessageService/SendMessages", request)
    kinds = [one.WhichOneof("result") for one in answer.results]
    assert kinds == ["message", "problem", "problem", "problem", "message"]
    assert answer.results[1].problem.code == grpc.StatusCode.INVALID_ARGUMENT.value[0]
    assert answer.results[1].problem.metadata["field"] == "text"
    assert answer.results[4].message.seq == answer.results[0].message.seq + 1


@pytest.mark.parametrize("count", [0, 501])
async def test_a_batch_has_its_limits(world, count):
    request = messages_pb2.SendMessagesRequest(messages=[sending(world)[1]] * count)
    with pytest.raises(InvalidArgumentError):
        await world.parley.call("MessageService/SendMessages", request)


async def test_an_error_that_quotes_much_still_arrives(world):
    """Errors travel in headers, which are short; a hundred long options do not fit."""
    long_ones = options(*(f"{n:03}" + "☃" * 97 for n in range(100)))
    rpc, request = asking(world, **CHOICE, options=long_ones)
    asked = (await world.parley.call(rpc, request)).request
    with pytest.raises(InvalidArgumentError) as refused:
        await world.parley.answer(world.ann, asked, "none of them")
    assert refused.value.message.startswith("value: answer one of: 000☃")
    assert len(refused.value.message) <= 500
