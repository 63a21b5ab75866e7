import pytest

from parley_sandbox.slack.block_limits import check_blocks, check_view
from parley_sandbox.slack.errors import SlackError


def plain(text):
    return {"type": "plain_text", "text": text}


def mrkdwn(text):
    return {"type": "mrkdwn", "text": text}


def button(**changes):
    return {"type": "button", "text": plain("Go"), "action_id": "go", **changes}


def actions(*elements):
    return {"type": "actions", "elements": list(elements)}


def section(text="x", **more):
    return {"type": "section", "text": mrkdwn(text), **more}


def option(text="o", value="v"):
    return {"text": plain(text), "value": value}


def select(**changes):
    return {"type": "static_select", "action_id": "s", "options": [option()], **changes}


GOOD = [
    [{"type": "divider"}] * 50,
    [section("x" * 3_000)],
    [{"type": "section", "fields": [mrkdwn("x" * 2_000 if i < 2 else "x") for i in range(10)]}],
    [{"type": "header", "text": plain("x" * 150)}],
    [actions(*(button(action_id=str(i)) for i in range(25)))],
    [actions(button(text=plain("x" * 75), value="v" * 2_000, url="https://e.test/" + "x" * 2_985))],
    [actions(button(action_id="a" * 255), select(placeholder=plain("x" * 150)))],
    [{"type": "markdown", "text": "x" * 12_000}],
    [{"type": "context", "elements": [mrkdwn("x")] * 10}],
    [section(accessory=button(confirm={
        "title": plain("x" * 100), "text": plain("x" * 300),
        "confirm": plain("yes"), "deny": plain("no"),
    }))],
    [{"type": "input", "label": plain("Why?"), "element": {"type": "plain_text_input"}}],
]  # fmt: skip

BAD = [
    ([{"type": "divider"}] * 51, "no more than 50 items"),
    ([section("x" * 3_001)], "less than 3001 characters"),
    ([section("")], "more than 0 characters"),
    ([{"type": "section"}], "must provide text or fields"),
    ([{"type": "section", "fields": [mrkdwn("x")] * 11}], "no more than 10 items"),
    ([{"type": "section", "fields": [mrkdwn("x" * 2_001)]}], "less than 2001"),
    ([{"type": "header", "text": plain("x" * 151)}], "less than 151"),
    ([{"type": "header", "text": mrkdwn("x")}], "unsupported text type: mrkdwn"),
    ([actions(*(button(action_id=str(i)) for i in range(26)))], "no more than 25"),
    ([actions()], "no less than 1"),
    ([actions(button(text=plain("x" * 76)))], "less than 76"),
    ([actions(button(value="v" * 2_001))], "less than 2001"),
    ([actions(button(url="https://e.test/" + "x" * 2_986))], "less than 3001"),
    ([actions(button(url="javascript:alert(1)"))], "valid URL"),
    ([actions(button(action_id="a" * 256))], "less than 256"),
    ([actions(button(style="blue"))], "must be one of primary, danger"),
    ([actions(button(), button())], "action_id already exists"),
    ([actions(button(colour="red"))], "invalid additional property: colour"),
    ([actions({"type": "plain_text_input"})], "unsupported element type"),
    ([actions(select(options=[option()] * 101))], "no more than 100"),
    ([actions(select(options=[option("x" * 76)]))], "less than 76"),
    ([actions(select(options=[option("x", "v" * 151)]))], "less than 151"),
    ([actions({"type": "static_select", "action_id": "s"})], "options or option_groups"),
    ([section(block_id="b"), section(block_id="b")], "block_id already exists"),
    ([section(block_id="b" * 256)], "less than 256"),
    ([{"type": "markdown", "text": "x" * 12_001}], "less than 12001"),
    ([{"type": "context", "elements": [mrkdwn("x")] * 11}], "no more than 10"),
    ([{"type": "image", "image_url": "https://e.test/x.png"}], "missing required field: alt_text"),
    ([{"type": "image", "alt_text": "x"}], "image_url or slack_file"),
    ([{"type": "made_up"}], "unsupported block type"),
    (["text"], "must provide an object"),
    ({"type": "section"}, "must be an array"),
]


def modal(**changes):
    return {"type": "modal", "title": plain("Reject"), "blocks": [section()], **changes}


@pytest.mark.parametrize("blocks", GOOD)
def test_what_fits_is_taken_and_gets_ids(blocks):
    assert all(block["block_id"] for block in check_blocks(blocks))


@pytest.mark.parametrize(("blocks", "complaint"), BAD)
def test_what_does_not_fit_is_refused_with_its_place(blocks, complaint):
    with pytest.raises(SlackError) as caught:
        check_blocks(blocks)
    assert caught.value.code == "invalid_blocks"
    messages = caught.value.extra["response_metadata"]["messages"]
    assert any(complaint in m and "json-pointer:/blocks" in m for m in messages), messages


def test_the_total_of_all_texts_has_a_limit():
    check_blocks([section("x" * 2_640)] * 5)
    with pytest.raises(SlackError, match="msg_blocks_too_long"):
        check_blocks([section("x" * 2_641)] * 5)


def test_the_given_blocks_are_not_changed():
    given = [actions({"type": "button", "text": plain("Go")})]
    filled = check_blocks(given)
    assert filled[0]["elements"][0]["action_id"]
    assert "action_id" not in given[0]["elements"][0]


@pytest.mark.parametrize(
    ("view", "complaint"),
    [
        (modal(title=plain("x" * 25)), "less than 25"),
        (modal(submit=plain("x" * 25)), "less than 25"),
        (modal(close=plain("x" * 25)), "less than 25"),
        (modal(private_metadata="x" * 3_001), "less than 3001"),
        (modal(callback_id="x" * 256), "less than 256"),
        (modal(blocks=[section()] * 101), "no more than 100"),
        (modal(blocks=[{"type": "markdown", "text": "x"}]), "unsupported block type"),
        (modal(blocks=[GOOD[-1][0]]), "missing required field: submit"),
        ({"type": "made_up"}, "unsupported view type"),
        ([], "must provide an object"),
    ],
)
def test_a_view_that_does_not_fit_is_refused(view, complaint):
    with pytest.raises(SlackError) as caught:
        check_view(view)
    assert complaint in str(caught.value.extra)


def test_a_view_that_fits_is_taken():
    title = plain("x" * 24)
    view = modal(title=title, submit=title, close=title, private_metadata="x" * 3_000)
    assert check_view(view)["title"] == title
