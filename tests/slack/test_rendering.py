"""Markdown as Block Kit: what people see, and what can never be sent."""

import re

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from parley_sandbox.slack.block_limits import check_blocks
from parley_slack.rendering.message import posts
from parley_slack.rendering.pieces import Piece, parsed, pieces
from parley_slack.rendering.safe_text import (
    literal,
    shortened_mrkdwn,
    with_hidden_shown,
    without_hidden,
)
from parley_slack.rendering.splitting import MESSAGE_CHARACTERS, SECTION_CHARACTERS, sections


def _mrkdwn(markdown):
    return "\n\n".join(piece.text for piece in pieces(markdown))


@pytest.mark.parametrize(
    ("markdown", "mrkdwn"),
    [
        ("plain", "plain"),
        ("**bold** and *it* and ~~gone~~", "*bold* and _it_ and ~gone~"),
        ("***both***", "_*both*_"),
        ("in**ner**most", "in\u200b*ner*\u200bmost"),
        ("**two\nlines**", "*two*\n*lines*"),
        ("`a < b`", "`a &lt; b`"),
        ("``a`b``", "`a\u02cbb`"),
        ("# Title **x**", "*Title x*"),
        ("a\nb", "a\nb"),
        ("a\\\nb", "a\nb"),
        ("- a\n- b\n  - c", "• a\n• b\n    ◦ c"),
        ("2. a\n3. b", "2. a\n3. b"),
        ("> a\n> b\n\nc", "> a\n> b\n\nc"),
        ("---", "———"),
        ("```py\nx < 1\n```", "```\nx &lt; 1\n```"),
        ("    code", "```\ncode\n```"),
        ("- item\n\n      code", "• item\n\n```\ncode\n```"),
        ("| a | bb |\n|--|--|\n| 1 | *2* |", "```\na  bb\n-  --\n1  2\n```"),
        ("[label](https://x.io/?a=1&b=2)", "<https://x.io/?a=1&amp;b=2|label>"),
        ("<https://x.io>", "<https://x.io>"),
        ("see https://x.io/a_b.", "see <https://x.io/a_b>."),
        ("![alt](https://x.io/p.png)", "<https://x.io/p.png|alt>"),
        ("snake_case_name", "snake_case_name"),
        ("\\*literal\\*", "*literal*"),
        ("<b>html</b>", "&lt;b&gt;html&lt;/b&gt;"),
        ("&lt;!channel&gt;", "&lt;!channel&gt;"),
    ],
)
def test_markdown_becomes_mrkdwn(markdown, mrkdwn):
    assert _mrkdwn(markdown) == mrkdwn


INERT = {
    "channel": "<!channel> <!here> <!everyone>",
    "user": "<@U012AB3CD>",
    "group": "<!subteam^S012|@all>",
    "date": "<!date^1^{date}^https://evil.example|click>",
    "raw link": "<https://evil.example|bank.example>",
    "entities": "&lt;!channel&gt; &#60;!channel&#62;",
    "in code": "`<!channel>`",
    "in a block": "```\n<!channel>\n```",
    "in a link label": "[<!channel>](https://x.example)",
    "in a link target": "[x](<https://x.example/<!channel|y>>)",
    "in a table": "| <!channel> |\n|--|\n| <@U1> |",
    "in an image": "![<!channel>](https://x.example)",
    "in a heading": "# <!channel>",
    "script link": "[x](javascript:alert(1)) [y](slack://open) [z](data:text/html,x)",
    "fence breakout": "````\n```\n<!channel>\n````",
}
CONTROL = re.compile(r"<(?!https?://|mailto:)")


@pytest.mark.parametrize("text", INERT.values(), ids=INERT.keys())
@pytest.mark.parametrize("place", ["text", "author"])
def test_slacks_control_sequences_are_inert(text, place):
    for post in posts(*(("hello", text) if place == "author" else (text, "Ann"))):
        shown = [block.get("text") or block["elements"][0] for block in post.blocks]
        for mrkdwn in [post.text, *(item["text"] for item in shown)]:
            assert not CONTROL.search(mrkdwn), mrkdwn
            assert not re.search(r"<[^<>]*evil\.example[^<>]*\|", mrkdwn)
        assert all(item["verbatim"] for item in shown)


@pytest.mark.parametrize(
    "markdown",
    [
        "[https://bank.example](https://evil.example)",
        "[bank.example/login](https://evil.example)",
        "[www.bank.example](https://evil.example)",
    ],
)
def test_a_label_that_looks_like_an_address_shows_the_true_one(markdown):
    assert _mrkdwn(markdown).endswith("(<https://evil.example>)")


HIDDEN = "\u202e\u2066\u200b\u200e\u2060\ufeff\u00ad\u061c\u3164\U000e0041\x00\x1b\x7f"


def test_hidden_characters_are_gone_and_shown_where_it_matters():
    assert without_hidden(f"a{HIDDEN}b") == "ab"
    assert with_hidden_shown("a\u202eb") == "a\\u202eb"
    assert without_hidden("a\r\nb\rc\td") == "a\nb\nc\td"


@pytest.mark.parametrize(
    "text", ["👩\u200d💻", "\u0645\u06cc\u200c\u062e\u0648\u0627\u0647\u0645", "ñ ü 漢字 🇦🇹 é"]
)
def test_scripts_and_emoji_keep_their_joiners(text):
    assert without_hidden(text) == text


def test_a_joiner_between_latin_letters_is_gone():
    assert without_hidden("pay\u200dpal") == "paypal"


def test_pieces_are_joined_and_split_between_paragraphs():
    texts = sections([Piece("a" * 1000)] * 7)
    assert [len(text) for text in texts] == [2002, 2002, 2002, 1000]


def test_a_long_paragraph_is_split_at_sentences():
    sentence = "This is a sentence of some words. "
    texts = sections([Piece(sentence * 200)])
    assert all(text.rstrip().endswith(".") for text in texts)
    assert "".join(texts).count("sentence") == 200


def test_code_is_never_cut_open():
    code = "\n".join(f"line {n}" for n in range(2_000))
    texts = sections(pieces(f"before\n\n```\n{code}\n```\n\nafter"))
    for text in texts:
        assert text.count("```") % 2 == 0
    lines = re.findall(r"line \d+", "\n".join(texts))
    assert lines == [f"line {n}" for n in range(2_000)]


@pytest.mark.parametrize("unit", ["&", "<", "x", "😀", "[a](https://x.io/y) ", "`<`", "- a\n"])
def test_nothing_is_cut_within_an_escape_or_a_link(unit):
    for post in posts(unit * 4_000, "Ann"):
        check_blocks(list(post.blocks))
        for block in post.blocks[1:]:
            text = block["text"]["text"]
            assert not re.search(r"&(?!amp;|lt;|gt;)", text)
            assert text.count("<") == text.count(">")


markdown_text = st.text(
    st.sampled_from(list("ab \n\n\n#*_~`<>&|[]()!-+1.\\\"'\u202e\u200b😀é\t:/")), max_size=400
) | st.text(max_size=300)


@settings(max_examples=300, deadline=None)
@given(markdown_text, st.text(max_size=300))
def test_whatever_is_said_slack_takes_it(markdown, author):
    for post in posts(markdown, author):
        check_blocks(list(post.blocks))
        for block in post.blocks:
            shown = block.get("text") or block["elements"][0]
            assert not CONTROL.search(shown["text"])
            assert not any(c in shown["text"] for c in "\u202e\u2066\x00")


plain_text = st.text(st.sampled_from(list("ab 1\n\n.,)(_-=#>+*:;!?'\"é—😀@%{}^$")), max_size=60)


@settings(max_examples=1_000, deadline=None)
@given(plain_text)
def test_what_is_not_parsed_looks_as_if_it_were(text):
    assert sections(pieces(text)) == sections(parsed(without_hidden(text)))


@settings(max_examples=30, deadline=None)
@given(st.lists(markdown_text, min_size=1, max_size=40), st.integers(1, 60))
def test_long_texts_stay_within_every_limit(parts, times):
    for post in posts("\n\n".join(parts) * times):
        texts = [b["text"]["text"] for b in post.blocks]
        assert len(post.blocks) <= 50
        assert all(len(text) <= SECTION_CHARACTERS for text in texts)
        assert sum(map(len, texts)) <= MESSAGE_CHARACTERS
        assert 1 <= len(post.text) <= 3_000


def test_shortening_closes_what_it_opened():
    assert shortened_mrkdwn("abc", 10) == "abc"
    assert shortened_mrkdwn("a" * 20, 10) == "aaaaa…"
    assert shortened_mrkdwn("aa &amp;&amp;&amp;", 12) == "aa…"
    assert shortened_mrkdwn("```\n" + "x" * 20, 16).endswith("\n```")


def test_literal_shows_what_it_was_given():
    assert literal("<a&b>\u202e") == "&lt;a&amp;b&gt;"
