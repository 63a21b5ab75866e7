"""Attackers who have a mail address, a forwarded mail, a link, or a browser. 0 decisions each."""

import re
import subprocess
import uuid

import httpx
import pytest
from scripts.find_tools import find_chromium

CHROMIUM = find_chromium()
TRUE_RESULT = (
    "Authentication-Results: mx.google.com;\n"
    "       dkim=pass header.i=@example.com; spf=pass smtp.mailfrom=ann@example.com;\n"
    "       dmarc=pass (p=NONE) header.from=example.com\n"
)


def answer_to(card, *, sender="ann@example.com", text="Approve", extra="", token=True):
    """A reply to a question as its bytes, with the token that the question carries."""
    headers = card["headers"]
    to = headers["Reply-To"] if token else "agent@example.com"
    return (
        f"{extra}From: {sender}\nTo: {to}\nSubject: Re: {headers['Subject']}\n"
        f"Message-ID: <{uuid.uuid4().hex}@example.com>\nIn-Reply-To: {headers['Message-ID']}\n"
        f'Content-Type: text/plain; charset="utf-8"\n\n{text}\n'
    )


# By name: what the attacker's mail is made of, and its envelope sender and DMARC result.
FORGERIES = {
    "from is forged": ({}, "mallory@evil.example", "fail"),
    "the domain has no policy": ({}, "mallory@evil.example", "absent"),
    "a forged result below the real one": ({"extra": TRUE_RESULT}, "mallory@evil.example", "fail"),
    "two forged results": ({"extra": TRUE_RESULT * 2}, "mallory@evil.example", "absent"),
    "two from headers": ({"extra": "From: mallory@evil.example\n"}, "mallory@evil.example", "pass"),
    "two writers in one": ({"sender": "mallory@evil.example, ann@example.com"},
                           "mallory@evil.example", "pass"),
    "her name on another address": ({"sender": '"ann@example.com" <mallory@evil.example>'},
                                    "mallory@evil.example", "pass"),
    "a domain that looks like hers": ({"sender": "ann@example.com.evil.example"},
                                      "ann@example.com.evil.example", "pass"),
    "a comment in the address": ({"sender": "mallory@evil.example (ann@example.com)"},
                                 "mallory@evil.example", "pass"),
    "the forwarded mail of somebody known": ({"sender": "bob@example.com"}, "bob@example.com",
                                             "pass"),
    "without the token, by the thread": ({"token": False}, "mallory@evil.example", "fail"),
}  # fmt: skip


def test_no_forged_reply_decides_and_only_the_invited_person_hears_of_it(mail):
    """All of them in the same seconds, each to a question of its own."""
    asked = {}
    for name, (parts, envelope, dmarc) in FORGERIES.items():
        _user, session, request, card = mail.asked_by_mail()
        mail.raw(answer_to(card, **parts), **{"from": envelope}, dmarc=dmarc)
        asked[name] = session, request
    mail.settled()
    decided = [name for name, (_session, request) in asked.items() if not mail.pending(request)]
    assert decided == []
    for name, (session, _request) in asked.items():
        title = session["title"]
        told = mail.until(lambda t=title: mail.mails_to("@", t), lambda m: len(m) >= 2)
        assert {m["headers"]["To"] for m in told} == {"Ann <ann@example.com>"}, name
        assert len(told) == 2, name
    for stranger in ("bob@example.com", "agent@example.com"):
        assert not [m for m in mail.inbox(stranger) if "does not count" in m["text"]]


def test_the_same_reply_by_the_person_herself_does_decide(mail):
    """So that the forgeries above fail for what is forged in them."""
    _user, _session, request, card = mail.asked_by_mail()
    mail.raw(answer_to(card), **{"from": "ann@example.com"}, dmarc="pass")
    assert mail.request(request, wait_seconds=60)["status"] == "answered"


MACHINES = [
    "Auto-Submitted: auto-replied\n",
    "Auto-Submitted: auto-generated\n",
    "Precedence: bulk\n",
    "Precedence: auto_reply\n",
    "X-Autoreply: yes\n",
    "List-Id: <all.example.com>\n",
    "X-Parley-Delivery: dlv_1\n",
]


def test_a_thousand_mails_of_machines_are_answered_by_none(mail):
    _user, session, request, card = mail.asked_by_mail()
    before = len(mail.journal("drafts.create"))
    with httpx.Client(base_url=mail.suite.sandbox_url, timeout=20) as outside:
        for number in range(1_000):
            extra = MACHINES[number % len(MACHINES)]
            envelope = "<>" if number % 10 == 9 else "ann@example.com"
            raw = answer_to(card, extra="" if envelope == "<>" else extra)
            body = {"raw": raw, "from": envelope, "dmarc": "pass"}
            assert outside.post("/gmail/reply", json=body).status_code == 200
    mail.until(lambda: len(mail.journal("messages.get")), lambda n: n >= 1_000, seconds=120)
    mail.settled()
    assert mail.pending(request)
    assert len(mail.journal("drafts.create")) == before
    assert len(mail.mails_to("@", session["title"])) == 1


@pytest.mark.skipif(CHROMIUM is None, reason="no Chromium on this machine")
def test_a_scanner_that_runs_scripts_decides_nothing_by_loading(mail, tmp_path):
    _user, _session, request, card = mail.asked_by_mail()
    link = mail.link_in(card)
    for method in ("GET", "HEAD", "OPTIONS"):
        mail.http.request(method, link)
        mail.http.request(method, f"{link}?value=approved&choose=1")
    command = [
        CHROMIUM, "--headless", "--no-sandbox", "--disable-gpu", "--disable-background-networking",
        f"--user-data-dir={tmp_path}", "--virtual-time-budget=3000", "--dump-dom",
        f"{mail.suite.url}{link}#approved",
    ]  # fmt: skip
    seen = subprocess.run(command, capture_output=True, text=True, timeout=90, check=False)
    assert "Deploy 1.0?" in seen.stdout, seen.stderr[-500:]
    assert mail.pending(request)
    assert mail.press(link, value="approved").status_code == 303
    assert not mail.pending(request), "the link itself was good"


def test_a_scanner_that_posts_forms_decides_nothing_without_a_browsers_own_words(mail):
    _user, _session, request, card = mail.asked_by_mail()
    link = mail.link_in(card)
    fields = {**mail.hidden(link), "value": "approved"}
    stolen = {name: one for name, one in fields.items() if name != "nonce"}
    for headers, body in [
        ({"origin": "https://evil.example"}, fields),
        ({"sec-fetch-site": "cross-site"}, fields),
        ({}, stolen),
    ]:
        assert mail.http.post(link, data=body, headers=headers).status_code == 403
    plain = {"content-type": "text/plain", "sec-fetch-site": "same-origin"}
    assert mail.http.post(link, content="value=approved", headers=plain).status_code == 403
    mail.http.cookies.clear()
    assert mail.http.post(link, data=fields).status_code == 403
    assert mail.pending(request)


PAGES = ("/", "/console", "/docs", "/f/not-a-link-at-all-0", "/api/channels/gmail/callback?state=x")


@pytest.mark.parametrize("path", PAGES)
def test_no_page_can_be_framed_or_runs_what_is_not_its_own(mail, path):
    answer = mail.http.get(path, headers={"accept": "text/html"})
    policy = answer.headers["content-security-policy"]
    assert "frame-ancestors 'none'" in policy
    assert "default-src 'none'" in policy or "default-src 'self'" in policy
    assert "unsafe" not in policy
    assert answer.headers["x-frame-options"] == "DENY"
    assert answer.headers["referrer-policy"] == "no-referrer"
    assert answer.headers["x-content-type-options"] == "nosniff"


def test_every_link_that_is_not_the_right_one_gets_the_same_answer(mail):
    _user, _session, request, card = mail.asked_by_mail()
    _user2, _session2, other, other_card = mail.asked_by_mail()
    link = mail.link_in(card)
    token = link.rpartition("/")[2]
    assert len(token) * 5 >= 128, "32 letters of 5 bits each"
    reply_token = re.search(r"\+([a-z2-7]+)@", card["headers"]["Reply-To"])[1]
    flipped = [token[:at] + ("a" if c != "a" else "b") + token[at + 1 :]
               for at, c in enumerate(token)]  # fmt: skip
    wrong = [*flipped, token[:-1], token + "a", token.upper(), reply_token, "a" * 32]
    answers = {(a.status_code, a.text) for a in (mail.http.get(f"/f/{one}") for one in wrong)}
    assert len(answers) == 1
    assert next(iter(answers))[0] == 403
    fields = mail.hidden(link)
    swapped = {**fields, "value": "approved"}
    headers = {"sec-fetch-site": "same-origin", "origin": "null"}
    another = mail.http.post(mail.link_in(other_card), data=swapped, headers=headers)
    assert another.status_code == 403, "a nonce holds for one link"
    assert mail.pending(request)
    assert mail.pending(other)
    assert mail.press(link, value="approved").status_code == 303
    again = mail.http.post(link, data={**fields, "value": "rejected"}, headers=headers)
    assert again.status_code == 409
    assert mail.request(request)["response"]["value"] == "approved"


SMUGGLED = [
    "x\r\nBcc: evil@example.com",
    "x\nBcc: evil@example.com",
    "x\rBcc: evil@example.com",
    "x =?UTF-8?Q?=0A?=Bcc: evil@example.com",
    "x =?utf-8?b?Cg==?= Bcc: evil@example.com",
    "x\u2028Bcc: evil@example.com",
    "x\u0085Bcc: evil@example.com",
    "x\x00y",
]


HEADED = {
    "user name": lambda text, _user: ("/api/users", {"name": text, "email": "ann@example.com"}),
    "address": lambda text, _user: ("/api/users", {"name": "Ann", "email": f"a@b.cc{text[1:]}"}),
    "title": lambda text, user: ("/api/sessions", {"user_ids": [user["id"]], "title": text}),
    "agent name": lambda text, _user: ("/api/agents", {"name": text}),
}


@pytest.mark.parametrize("field", HEADED)
@pytest.mark.parametrize("text", SMUGGLED)
def test_what_would_break_out_of_a_header_is_refused(mail, text, field):
    user, _session = mail.person()
    path, body = HEADED[field](text, user)
    answer = mail.http.post(path, json=body, headers=mail.admin if "agents" in path else mail.agent)
    assert answer.status_code in (400, 422), answer.text


@pytest.mark.parametrize("text", SMUGGLED)
def test_a_question_of_such_words_is_asked_and_none_becomes_a_header(mail, text):
    """A session without a title takes the question's first words for the subject."""
    mail.sandbox.post("/people", json={"name": "Evil", "email": "evil@example.com"})
    user, _session = mail.person()
    mail.prefer(user, "gmail")
    session = mail.post("/api/sessions", {"user_ids": [user["id"]]})
    question = {"prompt": text, "kind": "approval", "delivery": "route"}
    path = f"/api/sessions/{session['id']}/feedback-requests"
    asked = mail.http.post(path, json=question, headers=mail.agent)
    if asked.status_code != 202:
        assert asked.status_code in (400, 422), asked.text
        return
    mail.cards_out(asked.json(), ["gmail"])
    mails = [e["mail"]["headers"] for e in mail.journal("drafts.create") if e.get("mail")]
    assert not [headers for headers in mails if "evil@" in headers["To"] or "Bcc" in headers]
    assert mail.inbox("evil@example.com") == []


HOSTILE = [
    "<script>alert(1)</script>",
    '<img src=x onerror="alert(1)">',
    "{{7*7}}{% for x in range(9) %}y{% endfor %}",
    "[x](javascript:alert(1))",
    "![x](https://evil.example/pixel.png)",
    "<style>*{display:none}</style>",
    '</td></table><h1 onclick="x()">',
]


@pytest.mark.parametrize("text", HOSTILE)
def test_what_agents_write_is_inert_in_the_mail_and_on_its_page(mail, text):
    action = {"note": text, text: 1}
    _user, _session, _request, card = mail.asked_by_mail(prompt=f"Go on? {text}", action=action)
    page = mail.http.get(mail.link_in(card)).text
    subject = card["headers"]["Subject"]
    (html,) = [m["html"] for m in mail.inbox("ann@example.com") if m["subject"] == subject]
    for body in (page.split("</style>", 1)[1], html.split("<body", 1)[1]):
        inner = re.sub(r"<svg.*?</svg>", "", body, flags=re.DOTALL)
        assert not re.search(r"<(script|img|iframe|object|style|h1 onclick)", inner)
        assert not re.search(r"<[^>]+\son\w+\s*=", inner)
        assert not re.search(r'href="(?:javascript|data):', inner)
        assert "yyyyyyyyy" not in inner
        assert "{{7*7}}" in inner or "7*7" not in text


def test_a_push_without_googles_signature_is_refused_at_the_door(mail):
    path = "/api/channels/gmail/webhook"
    body = {"message": {"data": "e30=", "messageId": "1"}, "subscription": "s"}
    none = "eyJhbGciOiJub25lIiwia2lkIjoiMSJ9.eyJpc3MiOiJodHRwczovL2FjY291bnRzLmdvb2dsZS5jb20ifQ."
    for headers in ({}, {"authorization": "Bearer x"}, {"authorization": f"Bearer {none}"},
                    {"authorization": f"Basic {none}"}):  # fmt: skip
        assert mail.http.post(path, json=body, headers=headers).status_code == 401
