"""The page where an action is changed before it is approved."""

import json

import pytest
from tests.gateway.action_forms import ACTION, editable, fields_of, hidden_of
from tests.gateway.test_answer_page import PATH, opened, post, text_of

pytestmark = pytest.mark.asyncio(loop_scope="module")


@pytest.fixture
def parley(shared):
    return shared


async def test_untouched_fields_approve_the_action_as_it_was_asked(parley):
    editable(parley)
    page, hidden = await opened(parley)
    assert "Change the action first" in text_of(page)
    answer = await post(parley, hidden, value="approved", **fields_of(ACTION))
    assert answer.status_code == 303
    assert parley.orchestrator.answers[0].edited_action_json == ""


async def test_a_form_without_the_fields_changes_nothing(parley):
    """A boolean that is not posted must not be taken for one that was switched off."""
    editable(parley, {"dry": True})
    _, hidden = await opened(parley)
    del hidden["edits"]
    assert (await post(parley, hidden, value="approved")).status_code == 303
    assert parley.orchestrator.answers[0].edited_action_json == ""


CHANGES = [
    ({"action.to": "canary"}, {"to": "canary"}),
    ({"action.count": " 5 "}, {"count": 5}),
    ({"action.count": "2,5"}, {"count": 2.5}),
    ({"action.dry": "on"}, {"dry": True}),
    ({"action.note": "a\r\nb\r\nc"}, {"note": "a\nb\nc"}),
    ({"action.note": ""}, {"note": ""}),
    ({"action.added": "x", "action.to": "b"}, {"to": "b"}),
]


@pytest.mark.parametrize(("posted", "change"), CHANGES)
async def test_a_changed_action_is_shown_once_more_and_then_approved(parley, posted, change):
    editable(parley)
    _, hidden = await opened(parley)
    second = await post(parley, hidden, value="approved", **(fields_of(ACTION) | posted))
    assert second.status_code == 200
    assert "Approve it with your changes ?" in text_of(second)
    assert not parley.orchestrator.answers
    assert (await post(parley, hidden_of(second))).status_code == 303
    (recorded,) = parley.orchestrator.answers
    edited = json.loads(recorded.edited_action_json)
    assert edited == ACTION | change
    assert list(edited) == list(ACTION)
    assert [type(one) for one in edited.values()] == [
        type(one) for one in (ACTION | change).values()
    ]


@pytest.mark.parametrize("wrong", ["", "many", "true", "NaN", "1e", "[1]", '"3"'])
async def test_a_number_stays_a_number(parley, wrong):
    editable(parley)
    _, hidden = await opened(parley)
    posted = fields_of(ACTION) | {"action.count": wrong}
    answer = await post(parley, hidden, value="approved", **posted)
    assert answer.status_code == 422
    assert "Write a number" in text_of(answer)
    assert 'aria-describedby="a3-error" aria-invalid="true"' in answer.text
    assert "<title>Error: " in answer.text
    assert not parley.orchestrator.answers


async def test_rejecting_does_not_care_about_half_made_changes(parley):
    editable(parley)
    _, hidden = await opened(parley)
    posted = fields_of(ACTION) | {"action.count": "many"}
    assert (await post(parley, hidden, value="rejected", **posted)).status_code == 303
    assert parley.orchestrator.answers[0].edited_action_json == ""


NESTED = {"steps": [{"run": "a"}], "to": None}


async def test_what_is_nested_is_changed_as_json(parley):
    editable(parley, NESTED)
    page, hidden = await opened(parley)
    assert page.text.count("class=mono") == 2
    bad = await post(parley, hidden, value="approved", **fields_of(NESTED) | {"action.steps": "[1"})
    assert bad.status_code == 422
    assert "Write JSON" in text_of(bad)
    posted = fields_of(NESTED) | {"action.steps": '[{"run": "b"}]'}
    second = await post(parley, hidden, value="approved", **posted)
    await post(parley, hidden_of(second))
    edited = json.loads(parley.orchestrator.answers[0].edited_action_json)
    assert edited == {"steps": [{"run": "b"}], "to": None}


async def test_an_action_that_is_no_object_is_changed_as_a_whole(parley):
    editable(parley, [1, True])
    _, hidden = await opened(parley)
    unchanged = await post(parley, hidden, value="approved", edits="1", action="[1,  true]")
    assert unchanged.status_code == 303
    parley.orchestrator.requests.clear()
    parley.orchestrator.is_link_used = False
    editable(parley, [1, True])
    second = await post(parley, hidden, value="approved", edits="1", action="[1, 1]")
    assert second.status_code == 200, "for Python 1 and True are equal, for people they are not"
    await post(parley, hidden_of(second))
    assert json.loads(parley.orchestrator.answers[-1].edited_action_json) == [1, 1]


async def test_a_change_beyond_reason_is_refused(parley):
    editable(parley)
    _, hidden = await opened(parley)
    posted = fields_of(ACTION) | {"action.to": "x" * 40_000}
    answer = await post(parley, hidden, value="approved", **posted)
    assert answer.status_code == 422
    assert not parley.orchestrator.answers


async def test_an_action_that_may_not_be_changed_is_not(parley):
    parley.orchestrator.pose(action_json=json.dumps(ACTION))
    page, hidden = await opened(parley)
    assert "Change the action" not in text_of(page)
    posted = fields_of(ACTION) | {"action.to": "canary", "edited": '{"to": "canary"}'}
    assert (await post(parley, hidden, value="approved", **posted)).status_code == 303
    assert parley.orchestrator.answers[0].edited_action_json == ""


async def test_what_was_released_in_the_end_is_shown(parley):
    request = editable(parley)
    parley.orchestrator.decide(request)
    request.response.edited_action_json = json.dumps(ACTION | {"to": "canary"})
    page = await parley.http.get(PATH)
    assert "Approved with changes" in text_of(page)
    assert "Released, as it was changed" in text_of(page)
    assert "canary" in text_of(page)
