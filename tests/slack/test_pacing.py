"""Slack's documented limits, and before whom they are held."""

import pytest

from parley.channel.v1 import channel_pb2
from parley_slack.pacing import limits

SLACK = "https://slack.com/api/"


def _limits(tools, tmp_path, url, mode="auto"):
    return limits(tools.settings(tmp_path, api_url=url, pacing=mode))


@pytest.mark.parametrize(
    ("url", "mode", "dormant"),
    [
        (SLACK, "auto", {False}),
        ("https://acme.enterprise.slack.com/api/", "auto", {False}),
        ("http://127.0.0.1:8080/api/", "auto", {True}),
        ("https://slack.com.example.org/api/", "auto", {True}),
        ("http://127.0.0.1:8080/api/", "always", {False}),
        (SLACK, "never", set()),
    ],
)
def test_they_are_held_before_slack_itself(tools, tmp_path, url, mode, dormant):
    assert {limit.is_dormant for limit in _limits(tools, tmp_path, url, mode)} == dormant


def test_they_are_those_that_slack_documents(tools, tmp_path):
    found = {
        (limit.scope, kind): limit.count * 60 / limit.period.seconds
        for limit in _limits(tools, tmp_path, SLACK)
        for kind in limit.delivery_kinds
    }
    person, workspace = channel_pb2.PACING_SCOPE_RECIPIENT, channel_pb2.PACING_SCOPE_CONNECTION
    for kind in ("message", "card", "notice"):
        assert found[person, kind] == 60
        assert 200 <= found[workspace, kind] <= 400
    assert found[workspace, "update"] == 50
    assert len(found) == 7


async def test_the_service_tells_them(suite):
    answer = await suite.stub.Describe(channel_pb2.DescribeRequest())
    assert [limit.is_dormant for limit in answer.pacing_limits] == [True] * 3
