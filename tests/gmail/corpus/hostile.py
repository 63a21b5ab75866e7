"""Mails made to be slow or big to read: 200,000 bytes of the same, in each place."""

SIZE = 200_000
HEAD = b"From: a@b.example\nIn-Reply-To: <a@b>\nSubject: Re: x\nContent-Type: text/%s; charset=utf-8\n\n"


def rep(piece, size=SIZE):
    return (piece * (size // len(piece) + 1))[:size]


PLAIN = (
    rep(b"a"), rep(b"On "), rep(b"> "), rep(b"> x\n"), rep(b"On 2026-11-23 10:12, Bob <b@x.example> wrote:\n> x\n"),
    rep(b"I wrote on 2026-11-23 10:12 to <b@x.example>:\n"), rep(b"From: x\n"), rep(b"From: x\n\n"), rep(b"From: x\nTo: y\n\n"),
    rep(b"a b c d:\n"), rep(b"Bob wrote 2026:\n"), rep(b"-"), rep(b"-----\n"), rep(b"_____\nx\n"), rep(b"--- x y z ---\n"),
    rep(b"--\n"), rep(b"Sent from my iPhone\n"), rep(b"Sent from my iPhone\n\n"), rep(b"This email is confidential "),
    rep(b"This email is confidential and intended only for the use of the recipient.\n\n"), rep(b"\n"), rep(b" "), rep(b"\t\n"),
    rep(b"a@b.c "), rep(b"a.b-c_d") + b":\n> x", rep(b"1") + b":\n> x", rep(b"1.1.2026 "), rep("\u00a0".encode()),
    rep("\u200b".encode()), rep("写".encode()), b"a" + rep("\u0301".encode()), rep(b"a\nb\nc\nd\n2026-01-01 10:12 x@y.zz wrote:\n"),
    rep(b"> (http://x\nabc\n> y\n"), b"Yes " + rep(b"thanks "), rep(b"Begin forwarded message:\n> x\n"),
    rep(b"-----Original Message-----\n> x\n"), rep(b"-- reply above this line --\n> x\n"),
)  # fmt: skip
PAGES = (
    rep(b"<div>"), rep(b"<blockquote>x"), rep(b"<blockquote>x</blockquote>y"), rep(b"<a>x"), rep(b"<b><p>x"), rep(b"<"), rep(b"<a "),
    rep(b'<a "') + b">", rep(b"<a '\">"), rep(b"&"), b"&#" + rep(b"9") + b";", rep(b"&#99999999;"), b"<p " + rep(b"a=1 ") + b">x",
    b"<p " + b" ".join(b"a%d=1" % number for number in range(60_000)) + b">x", rep(b"<!-- "), rep(b"<!-"), rep(b"<!x"), rep(b"<script>"),
    rep(b"<style>x</style "), rep(b"<table><tr><td>x"), rep(b"<ul><li>x"), rep(b"<br>"), b"<pre>" + rep(b"x\n"), rep(b"<span>x </span>"),
    rep(b"x<b>y</b>"), rep(b"</div>"), rep(b"<i><b></i></b>"), rep(b"<p hidden>x"), rep(b"<p style='a:b;c:d'>x</p>"),
    b"<p class='" + rep(b"a ") + b"'>x", rep(b'<p class="gmail_attr">On 2026 Bob wrote:</p>'), rep(b"x>y<z"), rep(b"<font><b><i><u><p>"),
)  # fmt: skip
HEADERS = (
    b"To: " + rep(b"a", 100_000), b"To: " + rep(b"a+", 100_000), b"References: " + rep(b"<a@b> ", 200_000), b"References: " + rep(b"a", 200_000),
    b"Subject: " + rep(b"Re: ", 100_000), b"Subject: " + rep(b"[x] ", 100_000), b"Subject: " + rep(b"=?utf-8?q?a?= ", 100_000),
    b"Content-Type: text/plain; " + rep(b"a=b; ", 50_000), b"Content-Type: text/plain; " + rep(b"a*0=b; ", 50_000),
    b"Content-Disposition: attachment; " + rep(b"filename*0*=b; ", 60_000), b"Authentication-Results: mx.google.com; " + rep(b"(a;", 100_000),
    b"From: " + rep(b"(", 100_000), rep(b"X-A: b\n", 400_000)[:-1], b"In-Reply-To: " + rep(b"<", 100_000), b"Subject: " + rep(b"a\n ", 200_000),
)  # fmt: skip
PARTS = (
    b"".join(b'Content-Type: multipart/mixed; boundary="b%d"\n\n--b%d\n' % (n, n) for n in range(2_000)),
    b"".join(b'Content-Type: multipart/mixed; boundary="b%d"\n\n--b%d\n' % (n, n) for n in range(90)) + rep(b"x\n"),
    b'Content-Type: multipart/mixed; boundary="b"\n\n' + rep(b"--b\n\nx\n", 300_000), rep(b"Content-Type: message/rfc822\n\n", 100_000),
    b'Content-Type: multipart/report; report-type=delivery-status; boundary="b"\n\n--b\nContent-Type: message/delivery-status\n\n'
    + rep(b"Final-Recipient: rfc822; a@b\n\n"),
    b"Content-Transfer-Encoding: x-uuencode\n\n" + rep(b"begin 644 x\nMAAAA\n"), b"Content-Transfer-Encoding: base64\n\n" + rep(b"QQ=="),
    b"Content-Transfer-Encoding: quoted-printable\n\n" + rep(b"=\n"), b"Content-Type: text/plain; format=flowed\n\n" + rep(b"a \n"),
    b"Content-Type: text/plain; format=flowed\n\n" + rep(b">>>> a \n"),
)  # fmt: skip

MAILS = (
    *(HEAD % b"plain" + body for body in PLAIN), *(HEAD % b"html" + body for body in PAGES),
    *(b"From: a@b.example\n" + header + b"\n\nApprove\n" for header in HEADERS),
    *(b"From: a@b.example\nMIME-Version: 1.0\n" + parts for parts in PARTS),
)  # fmt: skip
