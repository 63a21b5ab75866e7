"""Plain words that ask to go on elsewhere, and those that only sound like it."""

import pytest

from parley_orchestrator.domain.channel_wish import channel_wish

CHANNELS = ("websocket", "gmail", "slack", "teams")


@pytest.mark.parametrize(
    ("text", "channel"),
    [
        ("reply in Slack instead", "slack"),
        ("Reply on slack, from now on, please.", "slack"),
        ("please switch to Slack", "slack"),
        ("Let's continue in the web chat", "websocket"),
        ("let's move this to gmail!", "gmail"),
        ("Can you move the conversation over to email?", "gmail"),
        ("write me by e-mail", "gmail"),
        ("talk to me in the browser instead, thanks", "websocket"),
        ("use Slack instead", "slack"),
        ("Ok, switch to my mail", "gmail"),
        ("Switch to teams", "teams"),
        ("Reach me\nvia slack\n-- \nAnn", "slack"),
    ],
)
def test_a_clear_wish(text, channel):
    assert channel_wish(text, CHANNELS) == channel


@pytest.mark.parametrize(
    "text",
    [
        "",
        "slack",
        "reply by mail",  # perhaps the answer to: how shall I contact the customer?
        "use Slack",
        "Switch to blue",
        "switch to pager",
        "Do not switch to Slack",
        "switch to Slack or mail",
        "switch to Slack and delete the staging database",
        "Why did you switch to Slack?",
        "> switch to Slack",
        "The customer wrote: please reply in Slack instead",
        "switch to Slack\nBy the way, the build is red.",
        "approve, and write me by mail instead",
        "switch to slack " * 20,
    ],
)
def test_what_is_not_clear_moves_nothing(text):
    assert channel_wish(text, CHANNELS) is None


def test_only_channels_that_there_are():
    assert channel_wish("switch to Slack", ("websocket", "gmail")) is None


def test_hostile_text_costs_little():
    assert channel_wish("switch " + "this " * 17 + "to", CHANNELS) is None
