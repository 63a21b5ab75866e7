"""Which of a mail's parts are read, and in which characters."""
# ruff: noqa: RUF001  # other scripts' letters are the point

import base64

import pytest

from parley_gmail.reading.charsets import decoded
from parley_gmail.reading.reader import read

HEAD = "From: ann@example.com\nIn-Reply-To: <a@b>\nSubject: Re: x\nMIME-Version: 1.0\n"


def multipart(subtype, *parts, more=""):
    body = "".join(f"--b\n{part}\n" for part in parts)
    return f'{HEAD}Content-Type: multipart/{subtype}; boundary="b"{more}\n\n{body}--b--\n'.encode()


def nested(subtype, boundary, *parts):
    body = "".join(f"--{boundary}\n{part}\n" for part in parts)
    return f'Content-Type: multipart/{subtype}; boundary="{boundary}"\n\n{body}--{boundary}--\n'


PLAIN = "Content-Type: text/plain; charset=utf-8\n\n{}"
HTML = "Content-Type: text/html; charset=utf-8\n\n{}"
PICTURE = (
    'Content-Type: image/png; name="a.png"\nContent-Disposition: inline; filename="a.png"\n\nx'
)


def test_texts_around_a_picture_are_one():
    raw = multipart("mixed", PLAIN.format("Above"), PICTURE, PLAIN.format("Below\n\n> quoted"))
    assert read(raw).text == "Above\n\nBelow"


def test_a_list_s_footer_in_a_part_of_its_own_is_cut():
    footer = "_" * 47 + "\nreleases mailing list\nreleases@lists.example.com"
    assert read(multipart("mixed", PLAIN.format("Yes, do"), PLAIN.format(footer))).text == "Yes, do"


def test_alternatives_deep_inside():
    inner = nested("alternative", "c", PLAIN.format("Plain"), HTML.format("<p>Page</p>"))
    raw = multipart("mixed", nested("related", "d", inner, PICTURE), PICTURE)
    assert read(raw).text == "Plain"
    assert read(raw).omitted == "2 files: a.png, a.png"


def test_a_plain_part_that_only_points_to_html_gives_way():
    notice = "Your mail program does not support HTML messages."
    raw = multipart("alternative", PLAIN.format(notice), HTML.format("<p>Page</p>"))
    assert read(raw).text == "Page"


def test_an_attached_text_is_no_answer():
    attached = (
        "Content-Type: text/plain\nContent-Disposition: attachment; filename=a.txt\n\nApprove"
    )
    reading = read(multipart("mixed", attached))
    assert (reading.text, reading.decision) == ("", "")


def test_what_the_page_marks_helps_to_read_the_plain_text():
    """An introduction and a signature in words that no table knows."""
    page = (
        "<div>Fine</div><div class='gmail_signature'>Zorp Grax<br>Blib blab</div>"
        "<div class='gmail_attr'>Qux 23 flim flam Bob zorped:</div><blockquote>Shall we?</blockquote>"
    )
    plain = "Fine\n\nZorp Grax\nBlib blab\n\nQux 23 flim flam\nBob zorped:\n\nShall we?"
    assert read(multipart("alternative", PLAIN.format(plain), HTML.format(page))).text == "Fine"


@pytest.mark.parametrize("subtype", ["signed", 'signed"; protocol="application/pgp-signature'])
def test_a_signed_mail_is_read(subtype):
    signature = (
        "Content-Type: application/pgp-signature; name=a.asc\n\n-----BEGIN PGP SIGNATURE-----"
    )
    assert read(multipart("signed", PLAIN.format("Approve"), signature)).decision == "approved"


def test_an_inline_signature_is_taken_off():
    armored = (
        "-----BEGIN PGP SIGNED MESSAGE-----\nHash: SHA256\n\nFine.\n\n- -- \nAnn\n"
        "-----BEGIN PGP SIGNATURE-----\n\niQEz\n-----END PGP SIGNATURE-----\n"
    )
    assert read(f"{HEAD}\n{armored}".encode()).text == "Fine."


def test_html_sent_as_plain_text_is_read_as_html():
    assert read(f"{HEAD}\n<html><body><p>Fine</p></body></html>".encode()).text == "Fine"


@pytest.mark.parametrize(
    ("charset", "text"),
    [
        ("windows-1251", "Привет"), ("koi8-r", "Привет"), ("iso-8859-5", "Привет"), ("iso-8859-2", "Zażółć"),
        ("windows-1250", "Zażółć"), ("iso-8859-15", "50 €"), ("windows-1252", "“quoted” – 50 €"), ("gb2312", "你好"),
        ("gbk", "你好"), ("gb18030", "你好𠀀"), ("big5", "你好"), ("iso-2022-jp", "こんにちは"), ("shift_jis", "こんにちは"),
        ("euc-jp", "こんにちは"), ("euc-kr", "안녕"), ("ks_c_5601-1987", "안녕"), ("windows-1253", "Γειά"),
        ("windows-1254", "Şimdi"), ("windows-1255", "שלום"), ("windows-1256", "مرحبا"), ("tis-620", "สวัสดี"),
        ("utf-16", "Grüße"), ("utf-7", "Grüße"), ("macintosh", "Grüße"),
    ],
)  # fmt: skip
def test_charsets(charset, text):
    name = {"ks_c_5601-1987": "cp949", "macintosh": "mac_roman", "tis-620": "cp874"}.get(
        charset, charset
    )
    body = base64.b64encode(text.encode(name)).decode()
    raw = f"{HEAD}Content-Type: text/plain; charset={charset}\nContent-Transfer-Encoding: base64\n\n{body}\n"
    assert read(raw.encode()).text == text


@pytest.mark.parametrize(
    ("data", "declared", "text"),
    [
        ("Grüße".encode(), "iso-8859-1", "Grüße"),
        ("Grüße".encode("latin-1"), "utf-8", "Grüße"),
        ("Grüße".encode("latin-1"), "x-unknown", "Grüße"),
        (b"\x93x\x94", "iso-8859-1", "“x”"),
        (b"\xef\xbb\xbfx", "us-ascii", "x"),
        (b"x\x81y", "x-unknown", "x\ufffdy"),
        ("你好".encode("gb18030"), "GB2312", "你好"),
        (b"abc", "idna", "abc"),
        (b"\\u0041", "unicode_escape", "\\u0041"),
        ("\u3042".encode("iso2022_jp"), "us-ascii", "\u3042"),
        (b"abc", "", "abc"),
        (b"abc", '"\xff;;', "abc"),
        (b"\xff\xfe\x00", "base64", "ÿþ\x00"),
    ],
)
def test_wrong_charsets(data, declared, text):
    assert decoded(data, declared) == text


def test_a_charset_that_no_codec_can_even_be_asked_for():
    raw = f'{HEAD}Content-Type: text/plain; charset="a\0b"\n\nGr\xfc\xdfe'.encode("latin-1")
    assert read(raw).text == "Gr\xfc\xdfe"
