"""How mail programs mark quotes, introductions and signatures in their HTML."""

from __future__ import annotations

import re

from parley_gmail.reading.html_tokens import Tag
from parley_gmail.reading.lines import Role

# Words in class, id, name or data attributes. `x_` is what Outlook puts before the names of others.
_QUOTED = {
    "yahoo_quoted", "protonmail_quote", "tutanota_quote", "zmail_extra", "olk_src_body_section",
    "front-blockquote", "missive_quote", "freshdesk_quote", "hs_reply", "messagereplysection",
    "wisestamp_quote", "sh-quoted-content", "isreplycontent", "__quoted_text__", "ntes-quote",
    "mailbird_quote", "quotedtext", "moz-forward-container", "original-content", "qmquote",
    "nylas-quote", "cm_quote", "tmail-quote", "sfmc_quote", "mailspring-quote", "bluemail-quote",
}  # fmt: skip
_INTRODUCTIONS = {
    "gmail_attr", "moz-cite-prefix", "airmail_on", "reply-intro", "moz-email-headers-table",
    "protonmail_quote_intro", "fairemail_quote_intro", "citation-line",
}  # fmt: skip
_SIGNATURES = {
    "gmail_signature", "gmail_signature_prefix", "moz-signature", "moz-txt-sig", "signature",
    "applemailsignature", "applemailsignatureatbottom", "ms-outlook-mobile-signature", "bloop_sign",
    "protonmail_signature_block", "messagesignaturesection", "composer_signature", "sh-signature",
    "-x-evo-signature-wrapper", "-x-evo-signature", "zm_signature", "__sig_pre__", "__sig_post__",
    "front-signature", "mail_signature", "missive_signature", "tutanota_signature", "hs_signature",
    "ydp-signature", "yahoo_signature", "wisestamp_signature", "mobile-signature",
}  # fmt: skip
_DIVIDERS = {
    "divrplyfwdmsg", "appendonsend", "stopspelling", "zwchr", "mail-editor-reference-message-container",
    "ms-outlook-mobile-reference-message", "replyforwardmessage", "__divider__", "zmail_extra_hr",
    "isforwardcontent", "skypereply", "mailcontainerquote",
}  # fmt: skip
_NAMED = ("id", "class", "name", "data-marker", "data-smartmail", "title")
_FOREIGN_PREFIX = re.compile(r"^(?:x_|m_-?\d+|ydp[0-9a-f]+|yiv\d+)+")
_BORDER_TOP = re.compile(
    r"border-top:\s*(?:solid|1pt\s+solid|\d[\d.]*p[xt]\s+solid)", re.IGNORECASE
)
_HIDDEN = re.compile(
    r"display:none|visibility:hidden|mso-hide:all|font-size:0(?:px|pt|em|%)?(?:;|$)"
)


def role(tag: Tag) -> Role | None:
    """What an element's own marks say that its content is; None where they say nothing."""
    names = _names(tag)
    for marks, meaning in (
        (_DIVIDERS, Role.DIVIDER), (_QUOTED, Role.QUOTED),
        (_INTRODUCTIONS, Role.INTRODUCTION), (_SIGNATURES, Role.SIGNATURE),
    ):  # fmt: skip
        if names & marks:
            return meaning
    if tag.name == "blockquote" and not is_indent(tag):
        return Role.QUOTED
    return Role.QUOTED if tag.name == "div" and tag.get("name") == "quote" else None


def is_indent(tag: Tag) -> bool:
    """Whether a blockquote is the writer's own text, moved right by a button."""
    style = tag.get("style").replace(" ", "").lower()
    has_no_border = "border:none" in style or "border:0" in style
    return "margin" in style and has_no_border and not tag.get("type")


def is_ruled(tag: Tag) -> bool:
    """Whether a line is drawn above, as Outlook does before the headers of what it quotes."""
    style = tag.get("style")
    return tag.name == "div" and bool(_BORDER_TOP.search(style)) and "border-left" not in style


def is_signature_rule(tag: Tag) -> bool:
    """Whether it is the short line that Foxmail draws above a signature."""
    return "width:210px" in tag.get("style").replace(" ", "").lower()


def is_hidden(tag: Tag) -> bool:
    """Whether a reader does not see it; hidden words must not decide anything."""
    style = tag.get("style").replace(" ", "").lower()
    return "hidden" in tag.attributes or bool(style and _HIDDEN.search(style))


def is_tight(tag: Tag) -> bool:
    """Whether a paragraph has no space around it, as Outlook's have."""
    style = tag.get("style").replace(" ", "").lower()
    if tag.get("class").lower().startswith(("mso", "x_mso")):
        return True
    return bool(re.search(r"margin(?:-bottom)?:0(?:[a-z]{2}|%)?(?:;|$|0)", style))


def _names(tag: Tag) -> set[str]:
    found = " ".join(tag.get(name) for name in _NAMED if name in tag.attributes).lower()
    return {_FOREIGN_PREFIX.sub("", each) for each in found[:500].split()}
