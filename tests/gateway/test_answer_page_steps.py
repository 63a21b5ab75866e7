"""The page in more than one step: confirming, remarks, and who is signed in."""

import json

import pytest
from tests.gateway.action_forms import ACTION, editable, fields_of, hidden_of
from tests.gateway.fake_orchestrator import LINK
from tests.gateway.test_answer_page import OWN, PATH, opened, post, text_of

from parley.common.v1 import feedback_pb2 as common_pb2

pytestmark = pytest.mark.asyncio(loop_scope="module")


@pytest.fixture
def parley(shared):
    return shared


def dangerous(parley, **more):
    return parley.orchestrator.pose(dangerous=True, action_json=json.dumps(ACTION), **more)


async def test_what_is_hard_to_undo_is_asked_once_more(parley):
    dangerous(parley)
    page, hidden = await opened(parley)
    assert "Hard to undo." in text_of(page)
    second = await post(parley, hidden, value="approved", comment="Go")
    assert second.status_code == 200
    assert "This is hard to undo . Approve it all the same?" in text_of(second)
    assert "production" in text_of(second)
    assert not parley.orchestrator.answers
    confirmed = await post(parley, hidden_of(second))
    assert confirmed.status_code == 303
    (recorded,) = parley.orchestrator.answers
    assert json.loads(recorded.value_json) == "approved"
    assert (recorded.comment, recorded.edited_action_json) == ("Go", "")
    assert recorded.digest == "d" * 64


async def test_rejecting_it_takes_one_step(parley):
    dangerous(parley)
    _, hidden = await opened(parley)
    assert (await post(parley, hidden, value="rejected")).status_code == 303
    assert json.loads(parley.orchestrator.answers[0].value_json) == "rejected"


@pytest.mark.parametrize(
    "change",
    [
        {"confirm": ""},
        {"confirm": "a" * 32},
        {"confirm": "\u00e4"},
        {"edited": '{"to": "elsewhere"}'},
        {"nonce": "a" * 32},
    ],
)
async def test_the_second_step_holds_only_from_its_own_page(parley, change):
    dangerous(parley, allow_edit=True)
    _, hidden = await opened(parley)
    second = await post(parley, hidden, value="approved")
    answer = await post(parley, hidden_of(second) | change)
    assert answer.status_code in {200, 403}
    assert not parley.orchestrator.answers


async def test_the_nonce_of_the_first_page_confirms_nothing(parley):
    dangerous(parley)
    _, hidden = await opened(parley)
    answer = await post(parley, hidden, value="approved", confirm=hidden["nonce"])
    assert answer.status_code == 200
    assert not parley.orchestrator.answers


async def test_a_confirmation_of_another_browser_is_refused(parley):
    dangerous(parley)
    _, hidden = await opened(parley)
    second = hidden_of(await post(parley, hidden, value="approved"))
    parley.http.cookies.clear()
    await opened(parley)
    assert (await post(parley, second)).status_code == 403
    assert not parley.orchestrator.answers


async def test_going_back_keeps_what_was_written(parley):
    editable(parley, dangerous=True)
    _, hidden = await opened(parley)
    changed = fields_of(ACTION) | {"action.to": "canary", "action.dry": "on"}
    second = await post(parley, hidden, value="approved", comment="Go", **changed)
    first = await post(parley, hidden_of(second), back="1")
    assert first.status_code == 200
    assert 'value="canary"' in first.text
    assert 'name="action.dry" value="on" checked' in first.text
    assert ">Go</textarea>" in first.text
    assert not parley.orchestrator.answers


async def test_a_remark_may_say_nothing(parley):
    parley.orchestrator.pose(common_pb2.FEEDBACK_KIND_COMMENT)
    _, hidden = await opened(parley)
    empty = await post(parley, hidden, value=" ")
    assert empty.status_code == 422
    assert "say that you have nothing to add" in text_of(empty)
    assert (await post(parley, hidden, value="", nothing="1")).status_code == 303
    assert json.loads(parley.orchestrator.answers[0].value_json) == ""
    assert "Seen, nothing to add by you by e-mail" in text_of(await parley.http.get(PATH))


async def test_a_remark_is_passed_on(parley):
    parley.orchestrator.pose(common_pb2.FEEDBACK_KIND_COMMENT)
    _, hidden = await opened(parley)
    assert (await post(parley, hidden, value="Add the graph.")).status_code == 303
    assert json.loads(parley.orchestrator.answers[0].value_json) == "Add the graph."


OPTIONS = [common_pb2.FeedbackOption(value=one, label=one.upper()) for one in ("a", "b")]


@pytest.mark.parametrize(
    ("query", "marked"),
    [("choose=2", "b"), ("choose=1", "a"), ("choose=0", ""), ("choose=3", ""), ("choose=b", ""),
     ("choose=%C2%B2", ""), ("choose=-1", ""), ("", "")],
)  # fmt: skip
async def test_the_option_whose_button_was_pressed_in_the_mail_is_marked_and_no_more(
    parley, query, marked
):
    parley.orchestrator.pose(common_pb2.FEEDBACK_KIND_CHOICE, options=OPTIONS)
    page = await parley.http.get(f"{PATH}?{query}")
    assert page.text.count(" checked>") == bool(marked)
    if marked:
        assert f'value="{marked}" required checked>' in page.text
    assert f'<form method="post" action="/f/{LINK}"' in page.text
    assert not parley.orchestrator.answers


SESSION = {"min_assurance": common_pb2.ASSURANCE_SESSION}


async def test_who_is_signed_in_answers_where_a_link_is_not_enough(parley):
    parley.orchestrator.pose(**SESSION)
    first = await parley.http.get(PATH)
    assert f'href="{PATH}?again=1"' in first.text
    parley.http.cookies.set("parley_user", "token-usr_ann")
    page, hidden = await opened(parley)
    assert "Ann, who is signed in here" in text_of(page)
    assert (await post(parley, hidden, value="approved")).status_code == 303
    (recorded,) = parley.orchestrator.answers
    assert recorded.caller.user_id == "usr_ann"
    assert recorded.link_token == LINK


async def test_who_is_not_signed_in_after_all_is_told_how(parley):
    parley.orchestrator.pose(**SESSION)
    page = await parley.http.get(f"{PATH}?again=1")
    assert "Ann is not signed in in this browser" in text_of(page)
    assert "<form" not in page.text


@pytest.mark.parametrize("more", [{}, SESSION])
async def test_a_link_in_the_browser_of_somebody_else_takes_nothing(parley, more):
    parley.orchestrator.pose(**more)
    _, hidden = await opened_anyhow(parley)
    parley.http.cookies.set("parley_user", "token-usr_bob")
    page = await parley.http.get(PATH)
    assert page.status_code == 403
    assert "This was sent to Ann" in text_of(page)
    assert "<form" not in page.text
    answer = await post(parley, hidden, value="approved")
    assert answer.status_code == 403
    assert "Only Ann can answer with this link" in text_of(answer)
    assert not parley.orchestrator.answers


async def opened_anyhow(parley):
    """A page with a nonce, also of a request that a link alone cannot answer."""
    request = next(iter(parley.orchestrator.requests.values()))
    wanted, request.min_assurance = request.min_assurance, common_pb2.ASSURANCE_LINK
    page = await opened(parley)
    request.min_assurance = wanted
    return page


async def test_an_ended_sign_in_is_nobody(parley):
    parley.orchestrator.pose()
    parley.http.cookies.set("parley_user", "nonsense")
    _, hidden = await opened(parley)
    assert (await post(parley, hidden, value="approved")).status_code == 303
    assert not parley.orchestrator.answers[0].HasField("caller")


async def test_an_answer_of_who_is_signed_in_needs_the_page_too(parley):
    parley.orchestrator.pose(**SESSION)
    parley.http.cookies.set("parley_user", "token-usr_ann")
    _, hidden = await opened(parley)
    for headers in ({"Origin": "https://evil.example"}, {"Sec-Fetch-Site": "cross-site"}):
        assert (await post(parley, hidden, headers, value="approved")).status_code == 403
    assert (await post(parley, hidden | {"nonce": "x"}, OWN, value="approved")).status_code == 403
    assert not parley.orchestrator.answers
