"""The App Home as blocks: what a person sees there."""

import json

import pytest
from tests.slack.block_kit import judged_view
from tests.slack.homes import KINDS, ended_request, open_request, reachable

from parley.common.v1 import feedback_pb2
from parley.orchestrator.v1 import people_overview_pb2
from parley_slack.rendering.home import home_view

PAGE = "https://parley.example"


def _view(**overview):
    return judged_view(home_view(people_overview_pb2.GetOverviewResponse(**overview), PAGE))


def test_an_empty_home_says_so():
    shown = json.dumps(_view())
    assert "Nothing waits for you" in shown
    assert "actions" not in shown


def test_everything_is_there():
    view = _view(
        open=[
            open_request(1),
            open_request(2, kind=KINDS.FEEDBACK_KIND_COMMENT, prompt="Any <!here> remarks?"),
            open_request(3, kind=KINDS.FEEDBACK_KIND_TEXT, action_json='{"a": 1}', title=""),
            open_request(4, min_assurance=feedback_pb2.ASSURANCE_SESSION),
        ],
        open_count=4,
        ended=[ended_request(8), ended_request(9, "rejected")],
        channels=reachable("slack", "websocket", "gmail", without=("gmail",)),
    )
    shown = json.dumps(view, ensure_ascii=False)
    assert "4 requests wait for you" in shown
    for words in ("Release 1.0", "Deploy *1*?", "Any &lt;!here&gt; remarks?", "a: 1"):
        assert words in shown
    for words in ("✅ *Approved* by Ann &lt;!here&gt; in Gmail", "❌ *Rejected*", "Deploy 8?"):
        assert words in shown
    labels = [
        e["text"]["text"] for b in view["blocks"] if b["type"] == "actions" for e in b["elements"]
    ]
    assert labels == [
        "Approve", "Reject", "Reject with comment…",
        "Comment…", "Nothing to add",
        "Answer…",
        "Open to answer",
    ]  # fmt: skip
    chooser = view["blocks"][-1]["accessory"]
    assert chooser["initial_option"]["value"] == "slack"
    assert [option["value"] for option in chooser["options"]] == ["slack", "websocket"]


def test_what_is_long_is_read_before_it_is_answered():
    view = _view(open=[open_request(prompt="word " * 1_500, is_dangerous=True)], open_count=1)
    (row,) = [b for b in view["blocks"] if b["type"] == "actions"]
    assert [e["action_id"] for e in row["elements"]] == ["parley.open.review"]


@pytest.mark.parametrize("count", [1, 30, 50])
def test_as_many_as_fit_are_shown_and_the_rest_counted(count):
    choice = {
        "kind": KINDS.FEEDBACK_KIND_CHOICE,
        "options": [feedback_pb2.FeedbackOption(value=str(n), label=str(n)) for n in range(100)],
    }
    view = _view(
        open=[open_request(n, **choice) for n in range(count)],
        open_count=count,
        ended=[ended_request(100 + n) for n in range(10)],
        channels=reachable("slack"),
    )
    rows = [b for b in view["blocks"] if b["type"] == "actions"]
    shown = json.dumps(view)
    assert len(rows) == count or f"{count - len(rows)} more wait" in shown
