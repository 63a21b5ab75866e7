"""The page of an e-mail's link: looking decides nothing, and only its own form does."""

import html
import json
import re
from datetime import timedelta

import pytest
from tests.gateway.fake_orchestrator import LINK

from parley.common.v1 import feedback_pb2 as common_pb2
from parley_kit.clock import to_timestamp, utc_now
from parley_kit.errors import InvalidArgumentError, Reason

pytestmark = pytest.mark.asyncio(loop_scope="module")


@pytest.fixture
def parley(shared):
    return shared


PATH = f"/f/{LINK}"
OWN = {"Sec-Fetch-Site": "same-origin", "Origin": "null"}
HIDDEN = re.compile(r'<input type="hidden" name="(\w+)" value="([^"]*)">')


async def opened(parley):
    page = await parley.http.get(PATH)
    assert page.status_code == 200, page.text
    return page, dict(HIDDEN.findall(page.text))


async def post(parley, hidden, headers=OWN, **fields):
    return await parley.http.post(PATH, headers=headers, data=hidden | fields)


def text_of(page):
    return html.unescape(
        re.sub(r"\s+", " ", re.sub("<[^>]+>", " ", page.text.split("</style>")[1]))
    )


async def test_it_shows_exactly_what_is_asked(parley):
    parley.orchestrator.pose(
        prompt="Deploy **web** now?",
        action_json='{"tool":"deploy","to":"prod\\u202egnp"}',
        expires_at=to_timestamp(utc_now() + timedelta(hours=1)),
    )
    page, hidden = await opened(parley)
    assert "<strong>web</strong>" in page.text
    assert '<th scope="row" dir="auto">tool</th><td dir="auto">deploy</td>' in page.text
    assert "prod\\u202egnp" in text_of(page)
    assert "Deploy bot asks you" in text_of(page)
    assert "Open until" in text_of(page)
    assert hidden["digest"] == "d" * 64


async def test_looking_decides_nothing(parley):
    parley.orchestrator.pose()
    for method in ("GET", "HEAD", "OPTIONS"):
        await parley.http.request(method, PATH, headers=OWN)
        await parley.http.request(method, f"{PATH}?value=approved", headers=OWN)
    assert not parley.orchestrator.answers


async def test_every_page_forbids_scripts_frames_and_caching(parley):
    parley.orchestrator.pose()
    page, hidden = await opened(parley)
    bad = await parley.http.get("/f/wrong-token-0123456789")
    refused = await parley.http.post(PATH, data=hidden)
    for answer in (page, bad, refused):
        policy = answer.headers["content-security-policy"]
        assert policy.startswith("default-src 'none'; style-src 'sha256-")
        assert "form-action 'self'; frame-ancestors 'none'; base-uri 'none'" in policy
        assert "script" not in policy
        assert answer.headers["cache-control"] == "no-store"
        assert answer.headers["referrer-policy"] == "no-referrer"
        assert answer.headers["x-content-type-options"] == "nosniff"
        assert "<script" not in answer.text


async def test_an_approval_is_recorded_and_a_reload_shows_the_result(parley):
    parley.orchestrator.pose()
    _, hidden = await opened(parley)
    answer = await post(parley, hidden, value="approved", comment=" fine\r\nby me ")
    assert (answer.status_code, answer.headers["location"]) == (303, PATH)
    [recorded] = parley.orchestrator.answers
    assert json.loads(recorded.value_json) == "approved"
    assert (recorded.link_token, recorded.digest) == (LINK, "d" * 64)
    assert recorded.comment == "fine\nby me"
    for _ in range(2):
        page = await parley.http.get(PATH)
        assert "Approved by you by e-mail" in text_of(page)
        assert "<form" not in page.text


async def test_a_second_answer_is_told_who_won(parley):
    request = parley.orchestrator.pose()
    _, hidden = await opened(parley)
    parley.orchestrator.decide(request, channel="slack")
    late = await post(parley, hidden, value="rejected")
    assert late.status_code == 409
    assert "Approved by you in Slack" in text_of(late)
    assert "<form" not in late.text


FOREIGN = [
    ({"Sec-Fetch-Site": "cross-site", "Origin": "null"}, {}),
    ({"Sec-Fetch-Site": "cross-site", "Origin": "https://evil.example"}, {}),
    ({"Sec-Fetch-Site": "same-site"}, {}),
    ({"Origin": "https://evil.example"}, {}),
    ({"Origin": "null"}, {}),
    ({}, {"nonce": ""}),
    (OWN, {"nonce": ""}),
    (OWN, {"nonce": "a" * 32}),
    (OWN, {"nonce": "\u00e4"}),
]


async def test_a_client_that_names_no_origin_is_held_by_the_nonce_alone(parley):
    parley.orchestrator.pose()
    _, hidden = await opened(parley)
    answer = await post(parley, hidden, {}, value="approved")
    assert answer.status_code == 303
    assert len(parley.orchestrator.answers) == 1


@pytest.mark.parametrize(("headers", "change"), FOREIGN)
async def test_a_foreign_form_is_refused(parley, headers, change):
    parley.orchestrator.pose()
    _, hidden = await opened(parley)
    answer = await post(parley, hidden | change, headers, value="approved")
    assert answer.status_code == 403
    assert not parley.orchestrator.answers


@pytest.mark.parametrize(
    "content_type", ["text/plain", "application/json", "", "application/x-www-form-urlencodedx"]
)
async def test_another_content_type_is_refused(parley, content_type):
    parley.orchestrator.pose()
    _, hidden = await opened(parley)
    body = "&".join(f"{name}={value}" for name, value in hidden.items()) + "&value=approved"
    headers = OWN | ({"Content-Type": content_type} if content_type else {})
    answer = await parley.http.post(PATH, headers=headers, content=body)
    assert answer.status_code == 403
    assert not parley.orchestrator.answers


async def test_the_nonce_belongs_to_one_browser_and_one_link(parley):
    parley.orchestrator.pose()
    _, hidden = await opened(parley)
    parley.http.cookies.clear()
    without = await post(parley, hidden, value="approved")
    parley.http.cookies.set("parley_answer", "A" * 32)
    swapped = await post(parley, hidden, value="approved")
    assert (without.status_code, swapped.status_code) == (403, 403)
    assert not parley.orchestrator.answers


BAD_TOKENS = [
    "x",
    "wrong-token-0123456789",
    LINK[:-1],
    LINK + "0",
    LINK.upper(),
    "%00" * 20,
    "x" * 5000,
]


@pytest.mark.parametrize("token", BAD_TOKENS)
async def test_every_bad_token_gets_the_same_page(parley, token):
    parley.orchestrator.pose()
    first = await parley.http.get("/f/some-other-token-123")
    page = await parley.http.get(f"/f/{token}")
    assert (page.status_code, page.text) == (403, first.text)


async def test_a_choice(parley):
    options = [
        common_pb2.FeedbackOption(value="a", label="First <b>"),
        common_pb2.FeedbackOption(value="b", label="Second"),
    ]
    parley.orchestrator.pose(common_pb2.FEEDBACK_KIND_CHOICE, options=options)
    page, hidden = await opened(parley)
    assert "First <b>" in text_of(page)
    assert "First <b>" not in page.text
    empty = await post(parley, hidden)
    assert (empty.status_code, len(parley.orchestrator.answers)) == (422, 0)
    assert (await post(parley, hidden, value="b")).status_code == 303
    assert json.loads(parley.orchestrator.answers[0].value_json) == "b"


async def test_a_text(parley):
    parley.orchestrator.pose(common_pb2.FEEDBACK_KIND_TEXT)
    _, hidden = await opened(parley)
    assert (await post(parley, hidden, value="  ")).status_code == 422
    assert (await post(parley, hidden, value="a\r\nb")).status_code == 303
    assert json.loads(parley.orchestrator.answers[0].value_json) == "a\nb"


SCHEMA = {
    "type": "object",
    "properties": {
        "people": {"type": "integer", "title": "How many"},
        "price": {"type": "number"},
        "time": {"enum": ["18:30", 20, None]},
        "outside": {"type": "boolean"},
        "comment": {"type": "string", "maxLength": 500, "description": "For the <kitchen>"},
        "nonce": {"type": "string"},
    },
    "required": ["people", "time"],
}


async def test_a_form_gives_typed_values(parley):
    parley.orchestrator.pose(common_pb2.FEEDBACK_KIND_FORM, schema_json=json.dumps(SCHEMA))
    page, hidden = await opened(parley)
    assert "How many" in page.text
    assert "For the &lt;kitchen&gt;" in page.text
    wrong = await post(parley, hidden, **{"field.people": "four", "field.price": "1e999"})
    assert wrong.status_code == 422
    assert 'value="four"' in wrong.text
    shown = text_of(wrong)
    assert shown.count("Write a whole number") == shown.count("Write a number") == 1
    assert "This is needed." in shown
    fields = {"people": "4", "price": "9,50", "time": "1", "outside": "on", "nonce": "n"}
    done = await post(parley, hidden, **{f"field.{name}": one for name, one in fields.items()})
    assert done.status_code == 303
    assert json.loads(parley.orchestrator.answers[0].value_json) == {
        "people": 4,
        "price": 9.5,
        "time": 20,
        "outside": True,
        "nonce": "n",
    }


async def test_what_the_orchestrator_refuses_is_shown_and_what_was_typed_stays(parley):
    parley.orchestrator.pose(common_pb2.FEEDBACK_KIND_TEXT)
    _, hidden = await opened(parley)
    reason = Reason.ERROR_REASON_INVALID_RESPONSE
    parley.orchestrator.raises = InvalidArgumentError("value: too rude", reason=reason)
    answer = await post(parley, hidden, value="my text")
    assert answer.status_code == 400
    assert "value: too rude" in text_of(answer)
    assert "my text" in answer.text


async def test_a_link_is_not_enough_where_more_is_wanted(parley):
    parley.orchestrator.pose(min_assurance=common_pb2.ASSURANCE_SESSION)
    page = await parley.http.get(PATH)
    assert "Sign in to answer" in page.text
    assert 'href="/"' in page.text
    assert "<form" not in page.text


@pytest.mark.parametrize(
    ("status", "words"),
    [
        (common_pb2.FEEDBACK_STATUS_EXPIRED, "The time to answer is over"),
        (common_pb2.FEEDBACK_STATUS_CANCELLED, "Withdrawn"),
    ],
)
async def test_how_it_ended_is_shown(parley, status, words):
    parley.orchestrator.pose().status = status
    page = await parley.http.get(PATH)
    assert words in page.text
    assert "<form" not in page.text


async def test_one_of_several_approvals_waits_for_the_others(parley):
    parley.orchestrator.pose(required_approvals=2)
    parley.orchestrator.is_link_used = True
    page = await parley.http.get(PATH)
    assert "Your approval is recorded" in page.text


async def test_past_its_time_no_answer_is_taken_even_before_the_orchestrator_says_so(parley):
    request = parley.orchestrator.pose()
    _, hidden = await opened(parley)
    request.expires_at.CopyFrom(to_timestamp(utc_now() - timedelta(seconds=1)))
    answer = await post(parley, hidden, value="approved")
    assert answer.status_code == 409
    assert "The time to answer is over" in answer.text
    assert not parley.orchestrator.answers


HOSTILE = [
    "<script>alert(1)</script>",
    "<img src=x onerror=alert(1)>",
    "[x](javascript:alert(1))",
    "[x](data:text/html;base64,AAAA)",
    "![x](https://evil.example/beacon.png)",
    "{{7*7}} {% raw %}",
    "<style>*{display:none}</style>",
    '<a href="https://x" onclick="x()">x</a>',
]


@pytest.mark.parametrize("text", HOSTILE)
async def test_hostile_texts_are_inert(parley, text):
    parley.orchestrator.pose(prompt=text, action_json=json.dumps({"note": text}))
    page, _ = await opened(parley)
    body = page.text.split("</style>", 1)[1]
    shown = re.sub(r"<svg.*?</svg>", "", body, flags=re.DOTALL)
    assert not re.search(r"<(script|img|style|iframe|object)", shown)
    assert not re.search(r"<[^>]+\son\w+=", shown)
    assert not re.search(r'href="(javascript|data):', shown)
    assert "49" not in shown
