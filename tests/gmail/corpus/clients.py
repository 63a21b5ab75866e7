"""How mail programs lay out a reply: plain text and HTML, each as that program writes them.

A layout takes what the person wrote and gives the plain text and the HTML of the mail's body; one
of them may be empty, where the program sends only the other.
"""

import html
import re
import textwrap

from tests.gmail.corpus.introductions import (
    ADDRESS,
    APPLE,
    GMAIL,
    NAME,
    ORIGINAL_MESSAGE,
    OUTLOOK,
    THUNDERBIRD,
)
from tests.gmail.corpus.writing import QUESTION

TO = "Ann Example <ann@example.com>"
SUBJECT = "Release 4.2"


def quoted(text=QUESTION, mark="> "):
    return "\n".join((mark + line).rstrip() for line in text.split("\n"))


def spaced(text):
    """Runs of spaces as editors keep them."""
    return re.sub("  +", lambda run: "&nbsp;" * (len(run[0]) - 1) + " ", html.escape(text))


def rows(text, tag="div", attributes=""):
    """Each row an element of its own, as editors do; an empty one holds a break."""
    opening = f"<{tag}{attributes}>"
    return "".join(f"{opening}{spaced(row) or '<br>'}</{tag}>" for row in text.split("\n"))


def broken(text):
    """Rows with a break between."""
    return spaced(text).replace("\n", "<br>\n")


def headers(language):
    names = OUTLOOK[language]
    return list(
        zip((*names[:3], names[4]), (f"{NAME} <{ADDRESS}>", names[5], TO, SUBJECT), strict=True)
    )


def gmail(text, language):
    line = GMAIL[language]
    folded = textwrap.fill(line.replace("<bob@", "< bob@") if len(line) > 78 else line, 78)
    plain = f"{text}\n\n{folded.replace('< bob@', '<bob@')}\n\n{quoted()}\n"
    page = (
        f'<div dir="ltr">{rows(text)}</div><br><div class="gmail_quote gmail_quote_container">'
        f'<div dir="ltr" class="gmail_attr">{html.escape(line)}<br></div><blockquote class="gmail_quote" '
        f'style="margin:0px 0px 0px 0.8ex;border-left:1px solid rgb(204,204,204);padding-left:1ex">'
        f'<div dir="ltr">{rows(QUESTION)}</div></blockquote></div>\r\n'
    )
    return plain, page


def gmail_folded_at_the_address(text, language):
    plain, page = gmail(text, language)
    return plain.replace("<bob@example.com>", "<\nbob@example.com>", 1), page


def apple(text, language):
    line = APPLE[language]
    plain = f"{text}\n\n> {line}\n> \n{quoted()}\n"
    page = (
        '<html><head><meta http-equiv="content-type" content="text/html; charset=utf-8"></head><body '
        f'style="overflow-wrap: break-word;">{rows(text)}<div><br><blockquote type="cite"><div>{html.escape(line)}'
        f'</div><br class="Apple-interchange-newline"><div>{rows(QUESTION)}</div></blockquote></div><br></body></html>'
    )
    return plain, page


def apple_phone(text, language):
    line = APPLE[language]
    plain = f"{text}\n\nSent from my iPhone\n\n> {line}\n> \n> \ufeff{quoted()[2:]}\n"
    page = (
        f'<html><body dir="auto">{rows(text)}<div><br></div><div dir="ltr">Sent from my iPhone</div><div dir="ltr"><br>'
        f'<blockquote type="cite">{html.escape(line)}<br><br></blockquote></div><blockquote type="cite"><div dir="ltr">\ufeff'
        f"{rows(QUESTION)}</div></blockquote></body></html>"
    )
    return plain, page


def apple_old(text, language):
    return f"{text}\n\n{APPLE[language]}\n\n{quoted()}\n", ""


def thunderbird(text, language):
    line = THUNDERBIRD[language]
    page = (
        f'<!DOCTYPE html><html><head></head><body><p>{broken(text)}<br></p><div class="moz-cite-prefix">{html.escape(line)}'
        f'<br></div><blockquote type="cite" cite="mid:x@example.com">{rows(QUESTION, "p")}</blockquote></body></html>'
    )
    return f"{text}\n\n{line}\n{quoted()}\n", page


def thunderbird_below(text, language):
    return f"{THUNDERBIRD[language]}\n{quoted()}\n\n{text}\n", ""


def thunderbird_below_html(text, language):
    line = html.escape(THUNDERBIRD[language])
    page = (
        f'<html><body><div class="moz-cite-prefix">{line}<br></div><blockquote type="cite">{rows(QUESTION)}</blockquote>'
        f"<p>{broken(text)}</p></body></html>"
    )
    return "", page


def outlook(text, language):
    block = "\n".join(f"{name}: {value} " for name, value in headers(language))
    page = (
        '<html xmlns:o="urn:schemas-microsoft-com:office:office"><head><style><!-- p.MsoNormal {margin:0cm;} --></style>'
        f'</head><body lang="EN-US"><div class="WordSection1">{mso(text)}<p class="MsoNormal"><o:p>&nbsp;</o:p></p>'
        '<div style="border:none;border-top:solid #E1E1E1 1.0pt;padding:3.0pt 0cm 0cm 0cm"><p class="MsoNormal">'
        + "<br>".join(f"<b>{name}:</b> {html.escape(value)}" for name, value in headers(language))
        + f'<o:p></o:p></p></div><p class="MsoNormal"><o:p>&nbsp;</o:p></p>{mso(QUESTION)}</div></body></html>'
    )
    return f"{text}\n\n{block}\n\n{QUESTION}\n", page


def mso(text):
    return "".join(
        f'<p class="MsoNormal"><span style="font-size:11.0pt">{spaced(row) or "&nbsp;"}'
        "<o:p></o:p></span></p>"
        for row in text.split("\n")
    )


def outlook_web(text, language):
    block = "\n".join(f"{name}: {value}" for name, value in headers(language))
    page = (
        f'<html><body dir="ltr">{rows(text, "div", " class=elementToProof")}<div id="appendonsend"></div>'
        '<hr style="display:inline-block;width:98%" tabindex="-1"><div id="divRplyFwdMsg" dir="ltr"><font face="Calibri">'
        + "<br>".join(f"<b>{name}:</b> {html.escape(value)}" for name, value in headers(language))
        + f"</font><div>&nbsp;</div></div>{rows(QUESTION)}</body></html>"
    )
    return f"{text}\n{'_' * 32}\n{block}\n\n{QUESTION}\n", page


def outlook_marked(text, language):
    """Outlook set to prefix each line of the original."""
    title = ORIGINAL_MESSAGE.get(language, ORIGINAL_MESSAGE["en"])
    block = "\n".join(f"{name}: {value}" for name, value in headers(language))
    return f"{text}\n\n{title}\n{block}\n\n{quoted()}\n", ""


def outlook_original(text, language):
    title = ORIGINAL_MESSAGE.get(language, ORIGINAL_MESSAGE["en"])
    block = "\n".join(f"{name}: {value}" for name, value in headers(language))
    return f"{text}\n\n{title}\n{block}\n\n{QUESTION}\n", ""


def outlook_bold(text, language):
    """What Gmail's app and others make of Outlook's bold headers."""
    block = "\n".join(f"*{name}:* {value}" for name, value in headers(language))
    return f"{text}\n\n\n\n{block}\n\n\n\n{QUESTION}\n", ""


LAYOUTS = {
    "gmail": (gmail, GMAIL), "gmail-folded": (gmail_folded_at_the_address, GMAIL),
    "apple": (apple, APPLE), "apple-phone": (apple_phone, APPLE), "apple-old": (apple_old, APPLE),
    "thunderbird": (thunderbird, THUNDERBIRD), "thunderbird-below": (thunderbird_below, THUNDERBIRD),
    "thunderbird-below-html": (thunderbird_below_html, THUNDERBIRD),
    "outlook": (outlook, OUTLOOK), "outlook-web": (outlook_web, OUTLOOK),
    "outlook-original": (outlook_original, OUTLOOK), "outlook-marked": (outlook_marked, OUTLOOK),
    "outlook-bold": (outlook_bold, OUTLOOK),
}  # fmt: skip
