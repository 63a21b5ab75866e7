"""Mail programs that were set aside: the reader was written without looking at these."""
# other scripts' letters are the point

import html

from tests.gmail.corpus.clients import broken, headers, quoted, rows
from tests.gmail.corpus.writing import QUESTION

WHO = "Bob Example <bob@example.com>"
SEEN = html.escape(WHO)


def yahoo(text):
    line = "On Monday, November 23, 2026 at 10:12:00 AM GMT+1, Bob Example <bob@example.com> wrote:"
    plain = f" {text}\n\n    {line}  \n \n {QUESTION.replace(chr(10), chr(10) + ' ')}\n"
    page = (
        f'<html><body><div class="ydp1a2b3c4dyahoo-style-wrap">{rows(text)}</div><div id="ydp5e6f7a8byahoo_quoted_1234" '
        f'class="ydp5e6f7a8byahoo_quoted"><div><div>{html.escape(line)}</div><div><br></div>{rows(QUESTION)}</div></div></body></html>'
    )
    return plain, page


def yahoo_old(text):
    block = f"From: {WHO}\nTo: Ann Example <ann@example.com>\nSent: Monday, November 23, 2026 10:12 AM\nSubject: Release 4.2"
    return f"{text}\n\n\n________________________________\n {block}\n \n\n{QUESTION}\n", ""


def proton(text):
    plain = f"{text}\n\nSent with Proton Mail secure email.\n\nOn Monday, November 23rd, 2026 at 10:12 AM, {WHO} wrote:\n\n{quoted()}\n"
    page = (
        f'<div style="font-family: Arial;">{broken(text)}</div><div style="font-family: Arial;"><br></div><div class="protonmail_signature_block">'
        '<div class="protonmail_signature_block-proton">Sent with <a href="https://proton.me">Proton Mail</a> secure email.</div></div>'
        f'<div class="protonmail_quote"> On Monday, November 23rd, 2026 at 10:12 AM, {SEEN} wrote:<br><blockquote class="protonmail_quote" '
        f'type="cite">{rows(QUESTION)}</blockquote></div>'
    )
    return plain, page


def proton_old(text):
    return (
        f"{text}\n\n------- Original Message -------\nOn Monday, November 23rd, 2026 at 10:12 AM, {WHO} wrote:\n\n{quoted()}\n",
        "",
    )


def zoho(text):
    line = f"---- On Mon, 23 Nov 2026 10:12:00 +0100 {WHO} wrote ----"
    page = (
        f'<html><body><div style="font-family: Verdana;">{rows(text)}<div><br></div><div class="zmail_extra_hr" style="border-top: 1px solid '
        f'rgb(204, 204, 204);"><br></div><div class="zmail_extra"><div><br></div><div id="Zm-_Id_-Sgn1">{html.escape(line)}</div>'
        f'<div><br></div><blockquote id="blockquote_zmail">{rows(QUESTION)}</blockquote></div></div></body></html>'
    )
    return f"{text}\n\n\n\n{line}\n\n\n{QUESTION}\n", page


def gmx(text):
    block = "".join(
        f"<div><b>{name}:</b>&nbsp;{html.escape(value)}</div>"
        for name, value in headers("de")[1:] + headers("de")[:1]
    )
    page = (
        f'<html><body><div style="font-family: Verdana;font-size: 12.0px;"><div>{broken(text)}</div><div>&nbsp;<div name="quote" '
        'style="margin: 10px 5px 5px 10px; padding: 10px 0 10px 10px; border-left:2px solid #C3D9E5;"><div style="margin:0 0 10px 0;">'
        f'{block}</div><div name="quoted-content">{rows(QUESTION)}</div></div></div></div></body></html>'
    )
    return "", page


def samsung(text):
    block = f"From: {WHO} Date: 23/11/2026  10:12  (GMT+01:00) To: Ann Example <ann@example.com> Subject: Release 4.2 "
    page = (
        f'<html><body dir="auto">{rows(text)}<div dir="auto"><br></div><div id="composer_signature" dir="auto"><div style="font-size:12px">'
        'Sent from my Galaxy</div></div><div dir="auto"><br></div><!-- originalMessage --><div>-------- Original message --------</div>'
        f"<div>From: {SEEN} </div><div>Date: 23/11/2026  10:12  (GMT+01:00) </div><div>To: Ann Example &lt;ann@example.com&gt; </div>"
        f"<div>Subject: Release 4.2 </div><div><br></div>{rows(QUESTION)}</body></html>"
    )
    return (
        f"{text}\n\nSent from my Galaxy\n\n-------- Original message --------\n{block}\n{QUESTION}\n",
        page,
    )


def yandex(text):
    page = (
        f'<div>{broken(text)}</div><div><br /></div><div>23.11.2026, 10:12, "Bob Example" &lt;bob@example.com&gt;:</div><blockquote>'
        f"{rows(QUESTION)}</blockquote>"
    )
    return f'{text}\n\n23.11.2026, 10:12, "Bob Example" <bob@example.com>:\n{quoted()}\n', page


def mail_ru(text):
    page = (
        f'<HTML><BODY><p>{broken(text)}</p><br><br><blockquote style="border-left:1px solid #0857A6;margin:10px;padding:0 0 0 10px;">'
        f"Понедельник, 23 ноября 2026, 10:12 +03:00 от Bob Example &lt;bob@example.com&gt;:<br>{rows(QUESTION)}</blockquote></BODY></HTML>"
    )
    return (
        f"{text}\n\n>Понедельник, 23 ноября 2026, 10:12 +03:00 от Bob Example <bob@example.com>:\n>\n{quoted(mark='>')}\n",
        page,
    )


def qq(text):
    page = (
        f'<div>{broken(text)}</div><div><br></div><div style="font-size: 12px;font-family: Arial Narrow;padding:2px 0 2px 0;">'
        '------------------&nbsp;原始邮件&nbsp;------------------</div><div style="font-size: 12px;background:#efefef;padding:8px;">'
        f'<div><b>发件人:</b>&nbsp;"Bob Example"&lt;bob@example.com&gt;;</div><div><b>发送时间:</b>&nbsp;2026年11月23日(星期一) 上午10:12</div>'
        f'<div><b>收件人:</b>&nbsp;"Ann"&lt;ann@example.com&gt;;</div><div><b>主题:</b>&nbsp;Release 4.2</div></div>{rows(QUESTION)}'
    )
    plain = (
        f'{text}\n\n\n------------------ 原始邮件 ------------------\n发件人: "Bob Example"<bob@example.com>;\n发送时间: 2026年11月23日(星期一) 上午10:12\n'
        f'收件人: "Ann"<ann@example.com>;\n主题: Release 4.2\n\n\n{QUESTION}\n'
    )
    return plain, page


def netease(text):
    return (
        f'{text}\n\nAt 2026-11-23 10:12:00, "Bob Example" <bob@example.com> wrote:\n\n{quoted(mark=">")}\n',
        "",
    )


def notes(text):
    block = "From:\tBob Example <bob@example.com>\nTo:\tAnn Example/Example@EXAMPLE\nDate:\t23/11/2026 10:12\nSubject:\tRelease 4.2"
    return f"{text}\n\n\n\n{block}\n\n\n\n{QUESTION}\n", ""


def zimbra(text):
    block = 'From: "Bob Example" <bob@example.com> \nTo: "Ann Example" <ann@example.com> \nSent: Monday, November 23, 2026 10:12:00 AM \nSubject: Release 4.2'
    page = (
        f'<html><body><div style="font-family: arial;"><div>{broken(text)}</div><div><br></div><hr id="zwchr" data-marker="__DIVIDER__"><div data-marker="__HEADERS__">'
        '<blockquote style="border-left:2px solid #1010FF;"><b>From: </b>"Bob Example" &lt;bob@example.com&gt;<br><b>To: </b>"Ann" &lt;ann@example.com&gt;<br>'
        f'<b>Sent: </b>Monday, November 23, 2026 10:12:00 AM<br><b>Subject: </b>Release 4.2<br></blockquote></div><div data-marker="__QUOTED_TEXT__">{rows(QUESTION)}</div></div></body></html>'
    )
    return f"{text}\n\n----- Original Message -----\n{block}\n\n{QUESTION}\n", page


def roundcube(text):
    page = (
        f'<html><body style="font-size: 10pt"><p>{broken(text)}</p><p id="reply-intro">On 2026-11-23 10:12, Bob Example wrote:</p>'
        f'<blockquote type="cite" style="padding: 0 0.4em; border-left: #1010ff 2px solid; margin: 0">{rows(QUESTION)}</blockquote></body></html>'
    )
    return f"{text}\n\nOn 2026-11-23 10:12, Bob Example wrote:\n{quoted()}\n", page


def horde(text):
    return f"{text}\n\n\nQuoting Bob Example <bob@example.com>:\n\n{quoted()}\n", ""


def horde_german(text):
    return f"{text}\n\n\nZitat von Bob Example <bob@example.com>:\n\n{quoted()}\n", ""


def mutt(text):
    return (
        f"On Mon, Nov 23, 2026 at 10:12:00AM +0100, Bob Example wrote:\n{quoted()}\n\n{text}\n",
        "",
    )


def evolution(text):
    return f"On Mon, 2026-11-23 at 10:12 +0100, Bob Example wrote:\n{quoted()}\n\n{text}\n", ""


def kmail(text):
    return (
        f"On Monday, 23 November 2026 10:12:00 CET Bob Example wrote:\n{quoted()}\n\n{text}\n",
        "",
    )


def gnus(text):
    return f"Bob Example <bob@example.com> writes:\n\n{quoted()}\n\n{text}\n", ""


def claws(text):
    return (
        f"On Mon, 23 Nov 2026 10:12:00 +0100\nBob Example <bob@example.com> wrote:\n\n{quoted()}\n\n{text}\n",
        "",
    )


def android_old(text):
    return f"{text}\n\nBob Example <bob@example.com> wrote:\n\n{quoted()}\n", ""


def spark(text):
    page = (
        f'<html><body><div name="messageBodySection"><div dir="auto">{broken(text)}</div></div><div name="messageSignatureSection"><br /><div dir="auto">Sent from '
        f'<a href="https://sparkmailapp.com">Spark</a></div></div><div name="messageReplySection">On 23 Nov 2026 at 10:12 +0100, Bob Example &lt;bob@example.com&gt;, wrote:<br />'
        f'<blockquote type="cite" style="border-left: 1px solid #1abc9c">{rows(QUESTION)}</blockquote></div></body></html>'
    )
    return (
        f"{text}\n\nSent from Spark\nOn 23 Nov 2026 at 10:12 +0100, Bob Example <bob@example.com>, wrote:\n{quoted()}\n",
        page,
    )


def airmail(text):
    page = (
        f'<html><body><div id="bloop_customfont">{broken(text)}</div> <br> <div class="bloop_sign" id="bloop_sign_1"><div>-- <br>Ann Example</div></div> <br>'
        f'<p class="airmail_on">On 23 November 2026 at 10:12:00, Bob Example (<a href="mailto:bob@example.com">bob@example.com</a>) wrote:</p>'
        f' <blockquote type="cite" class="clean_bq"><span>{rows(QUESTION)}</span></blockquote></body></html>'
    )
    return (
        f"{text}\n\n-- \nAnn Example\n\nOn 23 November 2026 at 10:12:00, Bob Example (bob@example.com) wrote:\n\n{QUESTION}\n",
        page,
    )


def fastmail(text):
    page = (
        f"<!DOCTYPE html><html><body>{rows(text)}<div><br></div><div>On Mon, 23 Nov 2026, at 10:12 AM, Bob Example wrote:<br></div>"
        f'<blockquote type="cite" id="qt">{rows(QUESTION)}</blockquote><div><br></div></body></html>'
    )
    return f"{text}\n\nOn Mon, 23 Nov 2026, at 10:12 AM, Bob Example wrote:\n{quoted()}\n", page


def windows_mail(text):
    page = (
        f'<html><head></head><body><div data-externalstyle="false">{rows(text)}<div><br></div><div style="padding-top: 5px; border-top-color: rgb(229, 229, 229); '
        'border-top-width: 1px; border-top-style: solid;"><div><font face="Calibri"><b>From:</b>&nbsp;Bob Example<br><b>Sent:</b>&nbsp;Monday, 23 November 2026 10:12<br>'
        f"<b>To:</b>&nbsp;Ann Example</font></div></div><div><br></div>{rows(QUESTION)}</div></body></html>"
    )
    return "", page


def hotmail_old(text):
    page = (
        f"<html><body class='hmmessage'><div dir='ltr'>{broken(text)}<br><br><div><hr id=\"stopSpelling\">Date: Mon, 23 Nov 2026 10:12:00 +0100<br>From: bob@example.com<br>"
        f"To: ann@example.com<br>Subject: Release 4.2<br><br>{rows(QUESTION)}</div></div></body></html>"
    )
    return (
        f"{text}\n\nDate: Mon, 23 Nov 2026 10:12:00 +0100\nFrom: bob@example.com\nTo: ann@example.com\nSubject: Release 4.2\n\n{QUESTION}\n",
        page,
    )


def aol(text):
    page = (
        f"<font color='black' size='2' face='arial'><div>{broken(text)}</div><div style=\"font-family:arial\">-----Original Message-----<br>From: Bob Example &lt;bob@example.com&gt;<br>"
        f"To: ann &lt;ann@example.com&gt;<br>Sent: Mon, Nov 23, 2026 10:12 am<br>Subject: Release 4.2<br><br>{rows(QUESTION)}</div></font>"
    )
    return (
        f"{text}\n\n\n\n-----Original Message-----\nFrom: Bob Example <bob@example.com>\nTo: ann <ann@example.com>\nSent: Mon, Nov 23, 2026 10:12 am\nSubject: Release 4.2\n\n{QUESTION}\n",
        page,
    )


def superhuman(text):
    page = (
        f'<html><body><div>{broken(text)}</div><br/><div class="gmail_signature"></div><br/><div class="gmail_quote">On Mon, Nov 23, 2026 at 10:12 AM, Bob Example '
        f'<span dir="ltr">&lt;<a href="mailto:bob@example.com">bob@example.com</a>&gt;</span> wrote:<br/><blockquote class="gmail_quote">{rows(QUESTION)}</blockquote></div></body></html>'
    )
    return "", page


def front(text):
    page = (
        f'<div>{broken(text)}</div><br><div class="front-signature">Ann Example</div><br><div class="front-blockquote"><div>On November 23, 2026 at 10:12 AM GMT+1 '
        f'{SEEN} wrote:</div><blockquote type="cite" class="front-blockquote">{rows(QUESTION)}</blockquote></div>'
    )
    return "", page


def help_desk(text):
    return (
        f"{text}\n\n##- Please type your reply above this line -##\n\nYour request (#1234) has been updated.\n\n{QUESTION}\n",
        "",
    )


def outlook_mac(text):
    line = 'On 23/11/2026, 10:12, "Bob Example" <bob@example.com> wrote:'
    return f"{text}\n\n{line}\n\n    {QUESTION.replace(chr(10), chr(10) + '    ')}\n", ""


def outlook_mac_block(text):
    block = "From: Bob Example <bob@example.com>\nDate: Monday, 23 November 2026 at 10:12\nTo: Ann Example <ann@example.com>\nSubject: Release 4.2"
    return f"{text}\n\n{block}\n{QUESTION}\n", ""


def mailbox_german(text):
    return (
        f"{text}\n\n> Bob Example <bob@example.com> hat am 23.11.2026 10:12 CET geschrieben:\n>\n>\n{quoted()}\n",
        "",
    )


def open_xchange(text):
    return (
        f"{text}\n\n> On 11/23/2026 10:12 AM CET Bob Example <bob@example.com> wrote:\n>\n>  \n{quoted()}\n",
        "",
    )


def naver(text):
    page = (
        f'<div style="font-size:10pt;">{broken(text)}</div><div><br></div><div>-----Original Message-----<br><b>From:</b> "Bob Example"&lt;bob@example.com&gt; <br><b>To:</b> &lt;ann@example.com&gt;; '
        f"<br><b>Cc:</b> <br><b>Sent:</b> 2026-11-23 (월) 10:12:00 (GMT+09:00)<br><b>Subject:</b> Release 4.2<br></div>{rows(QUESTION)}"
    )
    return "", page


LAYOUTS = {
    name: layout for name, layout in list(globals().items())
    if callable(layout) and getattr(layout, "__module__", "") == __name__
}  # fmt: skip
