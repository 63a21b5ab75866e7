"""Mails broken at random: bytes flipped, cut, doubled, crossed with others, fed with odd tokens."""

import random

TOKENS = (
    b"\n", b"\r\n", b"\r", b"\n\n", b"\0", b"\xff\xfe", b"\xef\xbb\xbf", b"=", b"=3D", b"=\n", b"=?utf-8?b?//8=?=",
    b"=?x?q?=?=", b"> ", b">", b">>>>", b"-- \n", b"--\n", b"--b\n", b"--b--\n", b"Content-Type: ", b"multipart/mixed; boundary=",
    b"multipart/report; report-type=delivery-status; boundary=b", b"message/rfc822", b"message/delivery-status",
    b"text/html; charset=", b"charset=idna", b"charset=utf-7", b"charset=utf-16", b'charset="\xff"', b"format=flowed; delsp=yes",
    b"Content-Transfer-Encoding: base64\n", b"Content-Transfer-Encoding: quoted-printable\n", b"Content-Transfer-Encoding: x-uuencode\n",
    b"From: ", b"Sent: Monday\n", b"To: ", b"Subject: ", b"On Mon, 23 Nov 2026 at 10:12, ", b" wrote:\n", b"<a@b.example>", b"Approve",
    b"<div>", b"</div>", b"<blockquote>", b"</blockquote>", b"<!--", b"-->", b"<style>", b"<p hidden>", b'<a href="', b"'", b'"', b"<", b"&#", b"&#x",
    b"&lt;", b"<table><tr><td>", b"<li>", b"<pre>", b"(", b")", b";", b":", b",", b"@", b"_" * 40, b"-----Original Message-----\n",
    b"---------- Forwarded message ---------\n", b"2026-11-23 10:12 ", b" " * 50, b"\t", b"=E2=80=8B", b"\xe2\x80\xae", b"a" * 300,
)  # fmt: skip


def mutated(seeds, chance: random.Random) -> bytes:
    """One seed after a few to many random changes; sometimes of another seed's bytes."""
    raw = bytearray(chance.choice(seeds))
    for _ in range(chance.choice((1, 1, 2, 4, 8, 32, 128))):
        chance.choice((flip, cut, double, feed, feed, cross, shuffle))(raw, seeds, chance)
        del raw[400_000:]
    return bytes(raw)


def span(raw, chance):
    start = chance.randrange(len(raw) + 1)
    return start, min(len(raw), start + int(chance.expovariate(1 / 40)))


def flip(raw, _, chance):
    if raw:
        raw[chance.randrange(len(raw))] = chance.randrange(256)


def cut(raw, _, chance):
    start, end = span(raw, chance)
    del raw[start:end]


def double(raw, _, chance):
    start, end = span(raw, chance)
    raw[start:start] = bytes(raw[start:end]) * chance.choice((1, 1, 2, 10, 300))


def feed(raw, _, chance):
    start = chance.randrange(len(raw) + 1)
    raw[start:start] = chance.choice(TOKENS) * chance.choice((1, 1, 1, 3, 50, 1000))


def cross(raw, seeds, chance):
    other = chance.choice(seeds)
    start, end = span(raw, chance)
    at, to = span(other, chance)
    raw[start:end] = other[at:to]


def shuffle(raw, _, chance):
    lines = bytes(raw).split(b"\n")
    one, two = chance.randrange(len(lines)), chance.randrange(len(lines))
    lines[one], lines[two] = lines[two], lines[one]
    raw[:] = b"\n".join(lines)
