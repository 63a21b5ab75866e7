"""What people wrote, out of what their mail programs sent."""
# ruff: noqa: RUF001  # other scripts' letters are the point

import pytest

from parley_gmail.reading.reader import read

ON = "On Mon, 23 Nov 2026 at 10:12, Deploy bot via Parley <agent@example.com> wrote:"
QUOTE = "> Deploy billing 4.2?\n>\n> Reply with Approve or Reject as the first word.\n> > older"


def mail(text, subject="Re: Release", kind="text/plain; charset=utf-8", extra=""):
    head = f"From: Ann <ann@example.com>\nTo: agent@example.com\nSubject: {subject}\n{extra}"
    return f"{head}In-Reply-To: <a@b>\nContent-Type: {kind}\n\n{text}\n".encode()


def text_of(text, **more):
    return read(mail(text, **more)).text


TOP_POSTED = {
    "gmail": f"Approve\n\n{ON}\n\n{QUOTE}",
    "gmail, wrapped": "Approve\n\nOn Mon, 23 Nov 2026 at 10:12, Deploy bot via Parley <\n"
    f"agent@example.com> wrote:\n\n{QUOTE}",
    "apple": f"Approve\n\n> On 23 Nov 2026, at 10:12, Bot <agent@example.com> wrote:\n> \n{QUOTE}",
    "quote without marks": f"Approve\n\n{ON}\n\nDeploy billing 4.2?\n\nReject it here.",
    "outlook": "Approve\n\n________________________________\nFrom: Deploy bot <agent@example.com>\n"
    "Sent: Monday, November 23, 2026 10:12 AM\nTo: Ann <ann@example.com>\nSubject: Release\n\nReject?",
    "outlook, no rule": "Approve\n\nFrom: Deploy bot <agent@example.com>\nSent: Monday, 23 November\n"
    "To: Ann\nSubject: Release\n\nReject?",
    "outlook, bold": "Approve\n\n*From:* Deploy bot\n*Sent:* Monday\n*To:* Ann\n\nReject?",
    "original message": "Approve\n\n-----Original Message-----\nFrom: Bot\nReject?",
    "german": "Approve\n\nAm Mo., 23. Nov. 2026 um 10:12 Uhr schrieb Deploy bot <\n"
    f"agent@example.com>:\n\n{QUOTE}",
    "german outlook": "Approve\n\nVon: Deploy bot <agent@example.com>\nGesendet: Montag\n"
    "An: Ann\nBetreff: Release\n\nReject?",
    "french": f"Approve\n\nLe lun. 23 nov. 2026 à 10:12, Bot <agent@example.com> a\nécrit :\n\n{QUOTE}",
    "spanish": f"Approve\n\nEl lun, 23 nov 2026 a las 10:12, Bot (<agent@example.com>) escribió:\n{QUOTE}",
    "italian": f"Approve\n\nIl giorno lun 23 nov 2026 alle ore 10:12 Bot <agent@example.com> ha scritto:\n{QUOTE}",
    "portuguese": f"Approve\n\nEm seg., 23 de nov. de 2026 às 10:12, Bot <agent@example.com> escreveu:\n{QUOTE}",
    "dutch": f"Approve\n\nOp ma 23 nov 2026 om 10:12 schreef Bot <agent@example.com>:\n\n{QUOTE}",
    "swedish": f"Approve\n\nDen mån 23 nov. 2026 kl 10:12 skrev Bot <agent@example.com>:\n\n{QUOTE}",
    "polish": f"Approve\n\npon., 23 lis 2026 o 10:12 Bot <agent@example.com> napisał(a):\n\n{QUOTE}",
    "russian": f"Approve\n\nпн, 23 нояб. 2026 г. в 10:12, Bot <agent@example.com>:\n\n{QUOTE}",
    "japanese": f"Approve\n\n2026年11月23日(月) 10:12 Bot <agent@example.com>:\n\n{QUOTE}",
    "chinese": f"Approve\n\nBot <agent@example.com> 于2026年11月23日周一 10:12写道：\n\n{QUOTE}",
    "signature": f"Approve\n\n-- \nAnn Smith\nHead of Reject Handling\n\n{ON}\n\n{QUOTE}",
    "phone": f"Approve\n\nSent from my iPhone\n\n{ON}\n\n{QUOTE}",
    "phone, german": f"Approve\n\nVon meinem iPhone gesendet\n\n{ON}\n\n{QUOTE}",
    "outlook for ios": "Approve\n\nGet Outlook for iOS<https://aka.ms/o0ukef>\n"
    "________________________________\nFrom: Bot\nSent: Monday\n\nReject?",
    "windows line ends": f"Approve\r\n\r\n{ON}\r\n\r\n> Reject?\r\n",
    "no quote": "Approve",
}


@pytest.mark.parametrize("text", TOP_POSTED.values(), ids=TOP_POSTED)
def test_what_is_above_a_quote_is_kept_and_the_quote_is_cut(text):
    reading = read(mail(text))
    assert reading.text == "Approve"
    assert reading.decision == "approved"
    assert reading.kind == "reply"


def test_what_is_below_a_quote_is_kept():
    assert text_of(f"{ON}\n\n{QUOTE}\n\nApprove\n\n-- \nAnn") == "Approve"


def test_what_is_between_quotes_is_kept():
    text = f"{ON}\n> Deploy?\n\nYes\n\n> Reject after Friday?\n\nSure."
    assert text_of(text) == "Yes\n\nSure."


def test_a_sentence_that_ends_in_a_colon_is_not_taken_for_an_introduction():
    text = "Approve with these:\n- a\n- b\n\nI wrote this on Monday:\nit works"
    assert text_of(text) == text


def test_a_quote_alone_says_nothing():
    reading = read(mail(f"{ON}\n\n{QUOTE}"))
    assert (reading.text, reading.decision) == ("", "")


def test_a_rule_of_underscores_in_a_text_cuts_nothing():
    text = "Above\n________________________\nBelow"
    assert text_of(text) == text


def test_a_gateways_banner_is_not_the_writers():
    banner = "CAUTION: This email originated from outside of the organization.\nDo not click links."
    assert text_of(f"{banner}\n\nIt is the blue one.") == "It is the blue one."
    mine = "Warning: the external API is down.\n\nPlease wait."
    assert text_of(mine) == mine


def test_only_the_writers_own_card_is_a_signature():
    card = "Bob Example\nBakery Ltd\nPhone: 030 5550 1234"
    assert text_of(f"Call them.\n\n{card}") == f"Call them.\n\n{card}"
    assert text_of(f"Call me.\n\n{card.replace('Bob', 'Ann')}") == "Call me."
    named = f"This is me:\n\n{card.replace('Bob', 'Ann')}"
    assert text_of(named) == named


def test_a_prompt_that_stands_once_is_no_quote():
    assert text_of("Ann> is what it shows.") == "Ann> is what it shows."
    twice = "AE> one\n\nYes.\n\nAE> two\n\nNo."
    assert text_of(twice) == twice
    assert (
        text_of(f"Monday, November 23, 2026, 10:12:34 AM, you wrote:\n\n{twice}") == "Yes.\n\nNo."
    )


def test_flowed_lines_become_whole():
    flowed = "text/plain; charset=utf-8; format=flowed; delsp=no"
    assert text_of("Approve this \nlong line\n> quoted \n> text\n", kind=flowed) == (
        "Approve this long line"
    )


def test_flowed_lines_with_delsp_lose_the_space_that_marks_them():
    flowed = "text/plain; charset=utf-8; format=flowed; delsp=yes"
    assert text_of("An unbro \nken word", kind=flowed) == "An unbroken word"


def test_a_signature_ends_a_flowed_text():
    flowed = "text/plain; charset=utf-8; format=flowed"
    assert text_of("Approve\n-- \nAnn", kind=flowed) == "Approve"


HTML = {
    "gmail": '<div dir="ltr">Approve</div><br><div class="gmail_quote"><div class="gmail_attr">'
    f'{ON.replace("<", "&lt;")}<br></div><blockquote class="gmail_quote">Reject?</blockquote></div>',
    "gmail, bottom": '<div class="gmail_quote"><div class="gmail_attr">'
    f"{ON.replace('<', '&lt;')}</div><blockquote>Reject?</blockquote></div><div>Approve</div>",
    "outlook": '<p>Approve</p><div id="divRplyFwdMsg"><b>From:</b> Bot</div><div>Reject?</div>',
    "outlook web": '<div>Approve</div><div id="appendonsend"></div><hr><div>Reject?</div>',
    "outlook desktop": '<p>Approve</p><div style="border-top:solid"><p><b>From:</b> Bot &lt;a@b.c&gt;'
    "<br><b>Sent:</b> Monday<br><b>To:</b> Ann</p></div><p>Reject?</p>",
    "thunderbird": '<p>Approve</p><div class="moz-cite-prefix">On 23.11.26 10:12, Bot wrote:<br></div>'
    '<blockquote type="cite">Reject?</blockquote>',
    "apple": '<div>Approve</div><div><blockquote type="cite"><div>On 23 Nov, Bot wrote:</div>Reject?'
    "</blockquote></div>",
    "entities": "<p>Approve&nbsp;</p>",
    "hidden words": '<div style="display: none">Reject</div><style>p{}</style><p>Approve</p>',
    "script": "<script>Reject</script><title>Reject</title><p>Approve</p><!-- Reject -->",
    "unclosed": "<div><p>Approve<blockquote>Reject?",
}


@pytest.mark.parametrize("html", HTML.values(), ids=HTML)
def test_html_without_a_text_part(html):
    reading = read(mail(html, kind="text/html; charset=utf-8"))
    assert reading.text == "Approve"
    assert reading.decision == "approved"


def test_html_keeps_lines_lists_and_paragraphs():
    html = "<p>One<br>two</p><ul><li>a</li><li>b</li></ul><p>The <b>end</b>.</p>"
    assert text_of(html, kind="text/html") == "One\ntwo\n\n- a\n- b\n\nThe end."


def test_html_that_is_nested_beyond_reason_is_survived():
    assert read(mail("<div>" * 5000 + "Approve", kind="text/html")).kind == "reply"


def multipart(*parts):
    body = "".join(f"--b\n{part}\n" for part in parts) + "--b--\n"
    return mail(body, kind='multipart/alternative; boundary="b"', extra="MIME-Version: 1.0\n")


def test_the_text_part_is_preferred_to_html():
    parts = ("Content-Type: text/plain\n\nApprove", "Content-Type: text/html\n\n<p>Reject</p>")
    assert read(multipart(*parts)).text == "Approve"


def test_an_empty_text_part_gives_way_to_html():
    parts = ("Content-Type: text/plain\n\n \n", "Content-Type: text/html\n\n<p>Approve</p>")
    assert read(multipart(*parts)).text == "Approve"


@pytest.mark.parametrize(
    ("kind", "body"),
    [
        ("text/plain; charset=iso-8859-1", "Gr\xfc\xdfe".encode("latin-1")),
        ("text/plain; charset=windows-1252", "Gr\xfc\xdfe".encode("cp1252")),
        ("text/plain; charset=utf-8", "Gr\xfc\xdfe".encode()),
        ("text/plain; charset=x-unknown", "Gr\xfc\xdfe".encode()),
        ("text/plain; charset=x-unknown", "Gr\xfc\xdfe".encode("latin-1")),
        ("text/plain", "Gr\xfc\xdfe".encode()),
        ("text/plain; charset=us-ascii", "Gr\xfc\xdfe".encode()),
        (
            "text/plain; charset=utf-8\nContent-Transfer-Encoding: quoted-printable",
            b"Gr=C3=BC=C3=9Fe",
        ),
        ("text/plain; charset=utf-8\nContent-Transfer-Encoding: base64", b"R3LDvMOfZQ=="),
        ("text/plain; charset=utf-8\nContent-Transfer-Encoding: base64", b"R3LDvMOfZQ"),
    ],
)
def test_charsets_and_encodings(kind, body):
    raw = f"From: a@b.c\nIn-Reply-To: <a@b>\nContent-Type: {kind}\n\n".encode() + body
    assert read(raw).text == "Gr\xfc\xdfe"


@pytest.mark.parametrize(
    "raw",
    [
        b"",
        b"\x00\xff\xfe",
        b"no headers at all",
        b"From: =?x?q?=?= <a@b>\nSubject: =?utf-8?b?////?=\n\nx",
        b"Content-Type: multipart/mixed\n\nno boundary",
        b'Content-Type: multipart/mixed; boundary="b"\n\n--b\n--b\n--b',
        b"Content-Type: text/plain; charset\n\nx",
        b'Content-Type: text/plain; charset="\xff"\n\nx',
        b"Content-Type: ;;;\nContent-Disposition: ;;filename*=x''%ff\n\nx",
        b"From: " + b"(" * 10_000 + b"\n\nx",
        b"From: " + b"a@b, " * 10_000 + b"\n\nx",
        b"Authentication-Results: " + b"(" * 10_000 + b"\n\nx",
        b"References: " + b"<" * 10_000 + b"\n\nx",
        b"Content-Type: text/plain\n\n" + b"On " * 50_000,
        b"Content-Type: text/plain\n\n" + b"> " * 50_000,
        b"Content-Type: text/plain\n\n" + b"a 2026 " * 20_000 + b"\n" * 10_000 + b">x",
        b"Content-Type: text/plain\n\n" + b"On 2026 Bot wrote:\n" * 20_000 + b">x",
        b"Content-Type: text/plain\n\n" + b"From: x\n" * 20_000,
        b"Content-Type: text/html\n\n" + b"<" * 50_000,
    ],
)
@pytest.mark.timeout(5)
def test_malformed_mail_is_read_as_far_as_it_goes(raw):
    assert read(raw).kind in {"other", "reply"}
