"""Whom the receiving server vouches for; what a writer can put into a mail must not count."""

import pytest

from parley_gmail.reading.reader import read

PASS = (
    "Authentication-Results: mx.google.com; dkim=pass header.i=@example.com; spf=pass "
    "(google.com: ok) smtp.mailfrom=ann@example.com; dmarc=pass (p=REJECT dis=NONE) "
    "header.from=example.com\n"
)


def verdict(headers, sender="From: Ann <ann@example.com>\n"):
    return read(f"{headers}{sender}Subject: Re: x\n\nApprove\n".encode()).dmarc


def results(text, server="mx.google.com"):
    return f"Authentication-Results: {server}; {text}\n"


def test_a_pass_for_the_from_domain():
    assert verdict(PASS) == "pass"
    assert verdict(PASS.replace("; ", ";\n       ")) == "pass"
    assert verdict(PASS, "From: ann@EXAMPLE.com\n") == "pass"


@pytest.mark.parametrize(
    ("headers", "expected"),
    [
        ("", "none"),
        (results("dkim=pass; spf=pass"), "none"),
        (results("dmarc=fail header.from=example.com"), "fail"),
        (results("dmarc=none header.from=example.com"), "none"),
        (results("dmarc=temperror header.from=example.com"), "temperror"),
        (results("dmarc=pass header.from=evil.example"), "misaligned"),
        (results("dmarc=pass"), "misaligned"),
        (results("dmarc=pass header.from=sub.example.com"), "misaligned"),
        (results("dmarc=pass header.from=example.com", "mx.evil.example"), "none"),
        (results("dmarc=pass header.from=example.com", "mx.google.com.evil.example"), "none"),
        (results("dmarc=pass header.from=example.com", "x mx.google.com"), "none"),
    ],
)
def test_anything_else_is_no_pass(headers, expected):
    assert verdict(headers) == expected


@pytest.mark.parametrize(
    "injected",
    [
        'spf=fail smtp.mailfrom="x; dmarc=pass header.from=example.com; y"@evil.example',
        "spf=fail (x; dmarc=pass header.from=example.com) smtp.mailfrom=evil.example",
        "spf=fail (a (b; dmarc=pass header.from=example.com) c) smtp.mailfrom=evil.example",
        r'spf=fail smtp.mailfrom="x\"; dmarc=pass header.from=example.com; \""@evil.example',
        "spf=fail (x; dmarc=pass header.from=example.com",
        'spf=fail "x; dmarc=pass header.from=example.com',
    ],
)
def test_words_of_the_writer_in_the_receivers_header_do_not_count(injected):
    assert verdict(results(injected)) != "pass"
    failing = f"{injected}; dmarc=fail header.from=example.com"
    assert verdict(results(failing)) != "pass"


def test_only_the_topmost_header_counts():
    failing = results("dmarc=fail header.from=example.com")
    assert verdict(failing + PASS) == "fail"
    assert verdict(results("spf=pass") + PASS) == "none"
    assert verdict(results("spf=pass", "other.example") + PASS) == "none"


def test_two_verdicts_must_agree():
    both = "dmarc=pass header.from=example.com; dmarc=fail header.from=example.com"
    assert verdict(results(both)) == "fail"


@pytest.mark.parametrize(
    "sender",
    [
        "",
        "From: \n",
        "From: Ann\n",
        "From: ann@example.com, eve@evil.example\n",
        "From: ann@example.com\nFrom: eve@evil.example\n",
        "From: eve@evil.example\nFrom: ann@example.com\n",
        'From: "ann@example.com" <eve@evil.example>\n',
        "From: ann@example.com <eve@evil.example>\n",
        "From: <ann@example.com> <eve@evil.example>\n",
        "From: eve@evil.example (ann@example.com)\n",
        "From: <eve@evil.example>, <ann@example.com>\n",
        "From: ann@example.com@evil.example\n",
        "From: group: ann@example.com, eve@evil.example;\n",
        "From: <@evil.example:ann@example.com>\n",
        "From: ann@example.com\\@evil.example\n",
    ],
)
def test_a_from_that_could_be_read_in_two_ways_is_nobody_s(sender):
    reading = read(f"{PASS}{sender}Subject: Re: x\n\nApprove\n".encode())
    assert not (reading.dmarc == "pass" and reading.sender == "ann@example.com")


@pytest.mark.parametrize(
    ("domain", "verified", "expected"),
    [
        ("b\u00fccher.example", "xn--bcher-kva.example", "pass"),
        ("b\u00fccher.example", "b\u00fccher.example", "pass"),
        ("b\u00fccher.example", "bucher.example", "misaligned"),
        ("stra\u00dfe.example", "strasse.example", "misaligned"),
        ("exampl\u0435.com", "example.com", "misaligned"),
        ("xn--bcher-kva.example", "xn--bcher-kva.example", "pass"),
    ],
)
def test_international_domains_are_compared_as_servers_write_them(domain, verified, expected):
    headers = results(f"dmarc=pass header.from={verified}")
    assert verdict(headers, f"From: Ann <ann@{domain}>\n") == expected


def test_a_name_in_encoded_words_changes_no_address():
    raw = f"{PASS}From: =?utf-8?q?eve=40evil=2Eexample?= <ann@example.com>\n\nApprove\n".encode()
    assert (read(raw).sender, read(raw).dmarc) == ("ann@example.com", "pass")


@pytest.mark.parametrize(
    "line",
    [
        "ann@example.com", "<ann@example.com>", "Ann Example <ann@example.com>", '"Example, Ann" <ann@example.com>',
        "Dr. Ann B. Example <ann@example.com>", "Ann Example (home) <ann@example.com>", "J\u00f6rg <ann@example.com>",
        "=?utf-8?q?J=C3=B6rg?= <ann@example.com>", "ann@example.com <ann@example.com>", "'ann@example.com' <Ann@Example.com>",
    ],
)  # fmt: skip
def test_how_people_are_named(line):
    assert read(f"{PASS}From: {line}\n\nApprove\n".encode()).sender == "ann@example.com"
