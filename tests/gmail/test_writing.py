"""What a mail shows: nothing of what people or agents write becomes markup, header or template."""

from dataclasses import replace
from email import message_from_bytes, policy

import pytest
from hypothesis import given
from hypothesis import strategies as st
from tests.gmail.letters import CHOICE, NOW, WRITER, built, card, message, recipient

from parley.channel.v1 import card_pb2, channel_pb2
from parley.common.v1 import feedback_pb2
from parley_gmail.writing.headers import BadHeaderError, guarded, subject_from
from parley_gmail.writing.letters import LetterWriter
from parley_gmail.writing.mime import to_bytes
from parley_gmail.writing.plain_text import to_text
from parley_gmail.writing.rendering import Renderer
from parley_gmail.writing.samples import samples
from parley_gmail.writing.threads import MailThread, decoded, encoded

HOSTILE = {
    "script": "<script>alert(1)</script>",
    "handler": '<img src=x onerror="alert(1)">',
    "link": "[x](javascript:alert(1))",
    "data link": "[x](data:text/html;base64,PHNjcmlwdD4=)",
    "image": "![x](https://evil.example/track.png)",
    "style": "<style>body{display:none}</style>",
    "iframe": "<iframe src=https://evil.example></iframe>",
    "template": "{{7*7}}{% for x in range(3) %}y{% endfor %}{{ config }}",
    "attribute": '" onmouseover="alert(1)',
    "closing": "</td></table></body></html><h1>after</h1>",
    "comment": "<!--[if mso]><script>alert(1)</script><![endif]-->",
    "svg": "<svg/onload=alert(1)>",
}


@pytest.mark.parametrize("text", HOSTILE.values(), ids=HOSTILE)
def test_hostile_text_is_inert(text):
    approval = card(
        prompt=text, title="x", author_name=text.replace("\n", " "), action_json='"' + text + '"'
    )
    choice = card(
        prompt=text, kind=CHOICE, options=[feedback_pb2.FeedbackOption(value=text, label=text)]
    )
    resolved = channel_pb2.UpdateFeedbackRequest(
        delivery_id="dlv_2", recipient=recipient(), card=approval.card
    )
    resolved.card.resolution.CopyFrom(
        card_pb2.Resolution(
            status=feedback_pb2.FEEDBACK_STATUS_ANSWERED,
            value_label=text,
            responder_name=text,
            comment=text,
        )
    )
    letters = [
        WRITER.message(message(text, title="x")),
        WRITER.card(approval),
        WRITER.card(choice),
        WRITER.resolution(resolved, MailThread()),
    ]
    for letter in letters:
        assert_inert(letter.html)
        assert "49" not in letter.html.replace("#495", "")
        assert "yyy" not in letter.html


def assert_inert(html):
    from bs4 import BeautifulSoup  # noqa: PLC0415

    soup = BeautifulSoup(html, "html.parser")
    names = {tag.name for tag in soup.find_all()}
    assert not names & {"script", "img", "iframe", "svg", "object", "form", "input"}
    assert len(soup.find_all("body")) == len(soup.find_all("html")) == 1
    assert len(soup.find_all("style")) <= 1
    for tag in soup.find_all():
        assert not [name for name in tag.attrs if name.startswith("on")]
        assert tag.get("href", "https:").split(":")[0] in {"http", "https", "mailto"}


@pytest.mark.parametrize("url", ["javascript:alert(1)", "data:text/html,x", "//evil.example", " "])
def test_a_button_leads_to_a_web_page_or_is_not_there(url):
    letter = WRITER.card(card(answer_url=url))
    assert "href" not in letter.html.split("<body", 1)[1]


def test_markdown_is_shown_as_people_know_it():
    html = WRITER.message(message("# T\n\n- a\n- b\n\n`code` **b** [x](https://x.example)")).html
    for tag in (
        "<h1",
        "<ul",
        ">a</li>",
        "<code",
        ">b</strong>",
        'href="https://x.example"',
    ):
        assert tag in html


def test_styles_are_inlined_and_only_media_rules_stay():
    html = WRITER.message(message("Hello")).html
    style = html.split("<style>")[1].split("</style>")[0]
    assert style.lstrip().startswith("@media")
    assert "prefers-color-scheme: dark" in style
    assert '<p style="margin' in html


def test_both_bodies_carry_the_reference_that_a_look_up_searches_for():
    letter = WRITER.message(message())
    assert "Reference dlv_1" in letter.text
    assert "Reference dlv_1" in letter.html


@pytest.mark.parametrize(
    ("name", "subject"),
    [
        ("Ann", "Release"),
        ("Änn Müller", "Größe & Ünïcode — " + "sehr lang " * 15),
        ('Ann "the boss" (x) <y>, z; \\', "a" * 190),
        ("安", "発表"),
    ],
)
def test_names_and_subjects_come_back_as_they_were(name, subject):
    letter = WRITER.message(message(title=subject, author=name, name=name))
    raw = to_bytes(letter, "agent@example.com", NOW)
    mail = message_from_bytes(raw, policy=policy.default)
    assert mail["Subject"].strip() == subject.strip()
    assert mail["To"].addresses[0].display_name == name
    assert mail["To"].addresses[0].addr_spec == "ann@example.com"
    assert mail["From"].addresses[0].display_name == f"{name} via Parley"
    assert len(mail["To"].addresses) == len(mail["From"].addresses) == 1
    assert all(len(line) <= 998 for line in raw.split(b"\r\n"))
    assert raw.isascii()
    assert b"\n" not in raw.replace(b"\r\n", b"")


@pytest.mark.parametrize("text", ["Grüße\n.\n\nFrom me\n=3D\t \nend ", "x" * 5000, "--\n" * 50])
def test_a_text_comes_back_as_it_was(text):
    mail = built(replace(WRITER.message(message()), text=text))
    shown = mail.get_body(["plain"]).get_content().replace("\r\n", "\n")
    assert shown.startswith(text.strip())
    assert mail.get_content_type() == "multipart/alternative"
    assert mail.defects == []


@pytest.mark.parametrize(
    ("request_title", "prompt", "subject"),
    [
        ("Release", "Deploy?", "Release"),
        ("", "## Deploy *billing*?\n\nMore", "Bot asks: Deploy *billing*?"),
        ("", "a\x07b =?utf-8?q?x?=", "Bot asks: a b = ?utf-8?q?x?="),
    ],
)
def test_the_subject_is_the_title_or_the_question(request_title, prompt, subject):
    letter = WRITER.card(card(title=request_title, prompt=prompt, author_name="Bot"))
    assert letter.subject == subject


def test_long_titles_are_cut_at_a_word():
    letter = WRITER.message(message(title="word " * 100))
    assert len(letter.subject) <= 200
    assert letter.subject.endswith("word…")


@pytest.mark.parametrize("text", ["", "\n\n", "### \n", "\x00"])
def test_a_subject_is_safe_whatever_it_is_made_from(text):
    assert guarded("subject", subject_from(text)) is not None


def test_a_guard_names_the_field():
    with pytest.raises(BadHeaderError) as raised:
        guarded("conversation.title", "a\nb")
    assert "conversation.title" in str(raised.value)


PLAIN = {
    "A **bold** *move* ~~not~~ `code`": "A bold move not code",
    "[docs](https://x.example) <https://y.example>": "docs (https://x.example) https://y.example",
    "# Title\n\ntext\nmore": "Title\n\ntext\nmore",
    "- a\n- b\n  - c": "- a\n- b\n\n  - c",
    "9. a\n10. b": "9. a\n10. b",
    "> said\n>\n> twice": "> said\n>\n> twice",
    "```py\nx = 1\n\ny\n```": "    x = 1\n\n    y",
    "|a|b|\n|-|-|\n|1|22|": "a  b\n-  --\n1  22",
    "one\n\n---\n\ntwo": "one\n\n--------------------\n\ntwo",
    "<script>alert(1)</script>": "<script>alert(1)</script>",
    "2 * 3 * 4 and a_b_c": "2 * 3 * 4 and a_b_c",
    "": "",
}


@pytest.mark.parametrize("markdown", PLAIN)
def test_the_text_part_reads_well_without_marks(markdown):
    assert to_text(markdown) == PLAIN[markdown]


@given(st.text())
def test_any_text_becomes_plain_text(text):
    assert isinstance(to_text(text), str)


def test_an_operators_template_wins(tmp_path):
    (tmp_path / "agent_message.txt").write_text("ACME says: {{ text }}")
    (tmp_path / "agent_message.html").write_text("{% extends 'base.html' %}")
    letter = LetterWriter(Renderer(tmp_path)).message(message("<b>Hello</b>"))
    assert letter.text == "ACME says: <b>Hello</b>\n"
    assert "Sent by Parley" in letter.html


@pytest.mark.parametrize(
    ("name", "text", "says"),
    [
        ("agent_message.html", "{% if %}", "agent_message.html, line 1"),
        ("feedback_request.txt", "{{ no_such_thing }}", "'no_such_thing' is undefined"),
        ("feedback_resolved.html", "{% extends 'nowhere.html' %}", "nowhere.html"),
        ("base.html", "{{ 1 / 0 }}", "division by zero"),
    ],
)
def test_an_operators_template_that_cannot_work_is_found_at_the_start(tmp_path, name, text, says):
    (tmp_path / name).write_text(text)
    with pytest.raises(ValueError, match="GMAIL_TEMPLATE_DIR: ") as raised:
        Renderer(tmp_path).check(samples())
    assert says in str(raised.value)


def test_our_own_templates_show_every_sample():
    assert len(list(samples())) > 30
    Renderer().check(samples())


def test_a_thread_survives_its_journey():
    thread = MailThread("con", "t", 'S "x" ü', ("<a@b>",), "")
    assert decoded(encoded(thread)) == thread
    longer = thread.with_message("<c@d>").with_message("<e@f>")
    assert longer.message_ids == ("<a@b>", "<e@f>")


@pytest.mark.parametrize(
    "text", ["", "x", "[]", "5", "null", '{"c": 1}', '{"c":"","t":"","s":"","m":5}']
)
def test_a_thread_that_cannot_be_read_is_a_new_one(text):
    assert decoded(text) == MailThread()
