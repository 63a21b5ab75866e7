"""Automatic replies, receipts and bounces as servers and programs write them."""
# ruff: noqa: RUF001  # other scripts' letters are the point

RETURNED = "Message-ID: <question-1@example.com>\nFrom: agent@example.com\nTo: ann@example.com\nSubject: Release 4.2\n\nApprove or reject?\n"


def plain(headers, body):
    return f"{headers.strip()}\nTo: agent@example.com\nDate: Mon, 23 Nov 2026 10:20:00 +0100\n\n{body}\n".encode()


ABSENCES = {
    "exchange en": ("Automatic reply: Release 4.2", "I am out of the office until Monday."),
    "exchange de": ("Automatische Antwort: Release 4.2", "Ich bin bis Montag nicht im Büro."),
    "exchange fr": ("Réponse automatique : Release 4.2", "Je suis absent jusqu'à lundi."),
    "exchange es": ("Respuesta automática: Release 4.2", "Estoy de vacaciones."),
    "exchange it": ("Risposta automatica: Release 4.2", "Sono fuori ufficio."),
    "exchange pt": ("Resposta automática: Release 4.2", "Estou de férias."),
    "exchange nl": ("Automatisch antwoord: Release 4.2", "Ik ben afwezig."),
    "exchange sv": ("Autosvar: Release 4.2", "Jag är på semester."),
    "exchange da": ("Automatisk svar: Release 4.2", "Jeg er på ferie."),
    "exchange fi": ("Automaattinen vastaus: Release 4.2", "Olen lomalla."),
    "exchange pl": ("Automatyczna odpowiedź: Release 4.2", "Jestem na urlopie."),
    "exchange cs": ("Automatická odpověď: Release 4.2", "Jsem na dovolené."),
    "exchange hu": ("Automatikus válasz: Release 4.2", "Szabadságon vagyok."),
    "exchange ro": ("Răspuns automat: Release 4.2", "Sunt în concediu."),
    "exchange ru": ("Автоматический ответ: Release 4.2", "Я в отпуске."),
    "exchange uk": ("Автоматична відповідь: Release 4.2", "Я у відпустці."),
    "exchange tr": ("Otomatik Yanıt: Release 4.2", "İzindeyim."),
    "exchange el": ("Αυτόματη απάντηση: Release 4.2", "Λείπω."),
    "exchange ja": ("自動返信: Release 4.2", "不在です。"),
    "exchange zh": ("自动答复: Release 4.2", "我在休假。"),
    "exchange ko": ("자동 회신: Release 4.2", "부재중입니다."),
    "exchange he": ("תשובה אוטומטית: Release 4.2", "אני בחופשה."),
    "ooo": ("Out of Office: Release 4.2", "Back on Monday."),
    "ooo re": ("Re: Out of the office Re: Release 4.2", "Back on Monday."),
    "abwesend": ("Abwesend: Release 4.2", "Zurück am Montag."),
    "abwesenheitsnotiz": ("Abwesenheitsnotiz: Release 4.2", "Zurück am Montag."),
    "auto": ("Auto: Re: Release 4.2", "Back on Monday."),
    "autoreply": ("AutoReply: Release 4.2", "Thank you for your mail."),
    "vacation": ("Vacation reply", "I am hiking."),
    "absence": ("Absence du bureau : Release 4.2", "De retour lundi."),
    "ausente": ("Ausente: Release 4.2", "Vuelvo el lunes."),
    "afwezig": ("Afwezig: Release 4.2", "Terug op maandag."),
    "fravaer": ("Fraværsmeddelelse: Release 4.2", "Tilbage mandag."),
    "challenge": ("Please confirm your message", "To prove that you are human, click here."),
}  # fmt: skip
HEADERS = {
    "auto-submitted": "Auto-Submitted: auto-replied", "x-autoreply": "X-Autoreply: yes", "x-auto-reply": "X-Auto-Reply: yes",
    "x-autorespond": "X-Autorespond: release", "precedence": "Precedence: auto_reply", "precedence junk": "Precedence: junk",
    "precedence bulk": "Precedence: bulk", "null path": "Return-Path: <>", "generated": "Auto-Submitted: auto-generated",
    "vacation": "Auto-Submitted: auto-replied (vacation)", "exchange": "X-MS-Exchange-Generated-Message-Source: Mailbox Rules Agent",
}  # fmt: skip
NO_MACHINE = {
    "auto-submitted no": ("Auto-Submitted: no", "Re: Release 4.2", "Thanks."),
    "automatic in subject": ("X-Mailer: x", "Re: Automate the release", "Thanks."),
    "absent in subject": ("X-Mailer: x", "Re: Absent values in the report", "Thanks."),
    "vacation plans": ("X-Mailer: x", "Re: Vacation plans", "I am on vacation in May."),
    "delivery in subject": ("X-Mailer: x", "Re: Delivery failed", "I looked into it, the user is unknown to me."),
    "bounce in text": ("X-Mailer: x", "Re: Release 4.2", "The mail bounced with 550 5.1.1 user unknown, what now?"),
    "a postmaster's own words": ("X-Mailer: x", "Re: Undelivered mail", "I looked, user unknown, 550 5.1.1, could not be delivered."),
    "a customer's words": ("X-Mailer: x", "Delivery failed", "My parcel could not be delivered to the address, unknown recipient they said."),
    "return path": ("Return-Path: <ann@example.com>", "Re: Release 4.2", "Thanks."),
}  # fmt: skip


def report(
    status="5.1.1", action="failed", sender="MAILER-DAEMON@mx.example.com (Mail Delivery System)"
):
    return (
        f"From: {sender}\nTo: agent@example.com\nSubject: Undelivered Mail Returned to Sender\nAuto-Submitted: auto-replied\n"
        'MIME-Version: 1.0\nContent-Type: multipart/report; report-type=delivery-status; boundary="b"\n\n--b\nContent-Type: text/plain\n\n'
        "This is the mail system at host mx.example.com.\n\n--b\nContent-Type: message/delivery-status\n\nReporting-MTA: dns; mx.example.com\n\n"
        f"Final-Recipient: rfc822; ann@example.com\nAction: {action}\nStatus: {status}\nDiagnostic-Code: smtp; 550 no\n\n"
        f"--b\nContent-Type: message/rfc822\n\n{RETURNED}\n--b--\n"
    ).encode()


BOUNCES = {
    "qmail": plain(
        "Return-Path: <>\nFrom: MAILER-DAEMON@mx.example.com\nSubject: failure notice",
        "Hi. This is the qmail-send program at mx.example.com.\nI'm afraid I wasn't able to deliver your message to the following addresses.\n"
        "This is a permanent error; I've given up. Sorry it didn't work out.\n\n<ann@example.com>:\n192.0.2.1 does not like recipient.\n"
        f"Remote host said: 550 5.1.1 User unknown\nGiving up on 192.0.2.1.\n\n--- Below this line is a copy of the message.\n\n{RETURNED}",
    ),
    "exim": plain(
        "Return-Path: <>\nX-Failed-Recipients: ann@example.com\nAuto-Submitted: auto-replied\nFrom: Mail Delivery System <Mailer-Daemon@mx.example.com>\n"
        "Subject: Mail delivery failed: returning message to sender",
        "This message was created automatically by mail delivery software.\n\nA message that you sent could not be delivered to one or more of its\n"
        "recipients. This is a permanent error. The following address(es) failed:\n\n  ann@example.com\n    SMTP error from remote mail server after RCPT TO:<ann@example.com>:\n"
        f"    host mx.example.com [192.0.2.1]: 550 No such user\n\n------ This is a copy of the message, including all the headers. ------\n\n{RETURNED}",
    ),
    "exim warning": plain(
        "Return-Path: <>\nFrom: Mail Delivery System <Mailer-Daemon@mx.example.com>\nSubject: Warning: message 1abc delayed 24 hours",
        "This message was created automatically by mail delivery software.\nA message that you sent has not yet been delivered to one or more of its\n"
        "recipients after more than 24 hours on the queue on mx.example.com.\n\nNo action is required on your part. Delivery attempts will continue for\nsome time.\n",
    ),
    "sendmail": plain(
        "From: Mail Delivery Subsystem <MAILER-DAEMON@mx.example.com>\nSubject: Returned mail: see transcript for details",
        "The original message was received at Mon, 23 Nov 2026 10:12:00 +0100\nfrom localhost [127.0.0.1]\n\n   ----- The following addresses had permanent fatal errors -----\n"
        "<ann@example.com>\n    (reason: 550 5.1.1 <ann@example.com>: Recipient address rejected)\n\n   ----- Transcript of session follows -----\n... while talking to mx.example.com.:\n",
    ),
    "exchange old": plain(
        "From: System Administrator <postmaster@example.com>\nSubject: Undeliverable: Release 4.2",
        "Your message\n\n  To:      Ann Example\n  Subject: Release 4.2\n  Sent:    Mon, 23 Nov 2026 10:12:00 +0100\n\ndid not reach the following recipient(s):\n\n"
        "ann@example.com on Mon, 23 Nov 2026 10:12:05 +0100\n    The recipient name is not recognized\n",
    ),
    "microsoft 365": plain(
        "From: Microsoft Outlook <MicrosoftExchange329e71ec88ae4615bbc36ab6ce41109e@example.com>\nReturn-Path: <>\nSubject: Undeliverable: Release 4.2",
        "Delivery has failed to these recipients or groups:\n\nann@example.com\nThe email address you entered couldn't be found.\n\nRemote Server returned '550 5.1.10 RESOLVER.ADR.RecipientNotFound; Recipient not found'\n",
    ),
    "gmail block": plain(
        "From: Mail Delivery Subsystem <mailer-daemon@googlemail.com>\nX-Failed-Recipients: ann@example.com\nAuto-Submitted: auto-replied\nSubject: Delivery Status Notification (Failure)",
        "** Address not found **\n\nYour message wasn't delivered to ann@example.com because the address couldn't be found.\n\nThe response was:\n550 5.1.1 The email account that you tried to reach does not exist.\n",
    ),
    "german": plain(
        "From: Mail Delivery System <postmaster@mx.example.de>\nReturn-Path: <>\nSubject: Unzustellbar: Release 4.2",
        "Ihre Nachricht konnte nicht zugestellt werden.\n\nann@example.com: 550 5.1.1 Benutzer unbekannt\n",
    ),
    "japanese": plain(
        "From: MAILER-DAEMON@mx.example.jp\nReturn-Path: <>\nSubject: Mail System Error - Returned Mail",
        "次のメールは配信できませんでした。\n\n<ann@example.com>: host mx.example.jp said: 550 Unknown user\n",
    ),
    "courier": plain(
        'From: "Courier mail server at mx.example.com" <postmaster@mx.example.com>\nSubject: NOTICE: mail delivery status.',
        "This is a delivery status notification from mx.example.com,\nrunning the Courier mail server.\n\nUNDELIVERABLE MAIL\n\nYour message to the following recipients cannot be delivered:\n\n<ann@example.com>:\n    mx.example.com [192.0.2.1]:\n<<< 550 User unknown.\n",
    ),
    "quota": plain(
        "From: postmaster@example.com\nReturn-Path: <>\nSubject: Delivery failure",
        "Your message to ann@example.com could not be delivered.\nThe mailbox is full: 452 4.2.2 over quota\n",
    ),
    "domino": plain(
        "From: Postmaster <postmaster@example.com>\nSubject: DELIVERY FAILURE: User ann not listed in Domino Directory",
        "Your message\n\n  Subject: Release 4.2\n\nwas not delivered to:\n\n  ann@example.com\n\nbecause:\n\n  User ann (ann@example.com) not listed in Domino Directory\n",
    ),
    "yahoo": plain("From: MAILER-DAEMON@yahoo.example\nSubject: Failure Notice", "Sorry, we were unable to deliver your message to the following address.\n\n<ann@example.com>:\nRemote host said: 550 5.1.1 unknown user\n"),
    "james": plain("From: Postmaster <postmaster@example.com>\nSubject: [BOUNCE]", "Hi. This is the James mail server at example.com.\nI'm afraid I wasn't able to deliver your message to the following addresses.\n\nann@example.com\n"),
    "notes": plain("From: MAILER-DAEMON@example.com\nSubject: Undeliverable message", "------- Failure Reasons  --------\n\nUser not listed in public Name & Address Book\nann@example.com\n\n------- Returned Message --------\n"),
    "marshal": plain("From: MailMarshal <postmaster@example.com>\nSubject: Undeliverable: Release 4.2", "Your message:\n   From:    agent@example.com\n   Subject: Release 4.2\n\nCould not be delivered because of\n\n550 5.1.1 User unknown\n\nThe following recipients were affected:\n    ann@example.com\n"),
    "phone company": plain("From: post_master@example.net\nSubject: Undeliverable Message", "Error:  No valid recipients\n\nMessage could not be delivered to mobile\nann@example.net\n"),
    "dragonfly": plain("From: MAILER-DAEMON <>\nSubject: Mail delivery failed", "This is the DragonFly Mail Agent v0.13 at example.com.\n\nThere was an error delivering your mail to <ann@example.com>.\n"),
    "opensmtpd": plain("From: Mailer Daemon <MAILER-DAEMON@example.com>\nSubject: Delivery status notification: error", "Hi!\n\nThis is the MAILER-DAEMON, please DO NOT REPLY to this e-mail.\n\nAn error has occurred while attempting to deliver a message.\n\nann@example.com: 550 Invalid recipient\n"),
    "unknown language": plain("From: MAILER-DAEMON@example.cz\nReturn-Path: <>\nSubject: Zprava", "Adresat neexistuje: ann@example.com\n"),
    "report without its part": plain("From: x@example.com\nSubject: Report\nMIME-Version: 1.0\nContent-Type: multipart/report; report-type=delivery-status; boundary=b", "--b\n\nNot delivered: ann@example.com 550 5.1.1\n--b--"),
    "postfix dsn": report(), "soft dsn": report("4.4.1", "delayed"), "exchange dsn": report("5.7.1", "failed", "postmaster@example.com"),
}  # fmt: skip

RECEIPT = (
    b'From: ann@example.com\nTo: agent@example.com\nSubject: Read: Release 4.2\nMIME-Version: 1.0\nContent-Type: multipart/report; report-type=disposition-notification; boundary="b"\n\n'
    b"--b\nContent-Type: text/plain\n\nYour message was read.\n\n--b\nContent-Type: message/disposition-notification\n\nFinal-Recipient: rfc822;ann@example.com\nDisposition: manual-action/MDN-sent-manually; displayed\n\n--b--\n"
)
INVITATION = (
    b'From: Ann Example <ann@example.com>\nTo: agent@example.com\nSubject: Accepted: Release meeting\nIn-Reply-To: <question-1@example.com>\nMIME-Version: 1.0\nContent-Type: multipart/alternative; boundary="b"\n\n'
    b"--b\nContent-Type: text/plain\n\nYes\n\n--b\nContent-Type: text/calendar; method=REPLY; charset=utf-8\n\nBEGIN:VCALENDAR\nMETHOD:REPLY\nEND:VCALENDAR\n\n--b--\n"
)


def MAILS():
    for name, (subject, body) in ABSENCES.items():
        yield (
            f"absence {name}",
            plain(
                f"From: Ann Example <ann@example.com>\nSubject: {subject}\nIn-Reply-To: <question-1@example.com>\nContent-Type: text/plain; charset=utf-8",
                body,
            ),
            "auto_reply",
        )
    for name, header in HEADERS.items():
        yield (
            f"machine {name}",
            plain(
                f"From: Ann Example <ann@example.com>\nSubject: Re: Release 4.2\n{header}",
                "Approve",
            ),
            "auto_reply",
        )
    for name, (header, subject, body) in NO_MACHINE.items():
        yield (
            f"person {name}",
            plain(
                f"From: Ann Example <ann@example.com>\nSubject: {subject}\n{header}\nIn-Reply-To: <question-1@example.com>",
                body,
            ),
            "reply",
        )
    for name, raw in BOUNCES.items():
        yield f"bounce {name}", raw, "bounce"
    yield "receipt", RECEIPT, "auto_reply"
    yield "invitation", INVITATION, "other"
