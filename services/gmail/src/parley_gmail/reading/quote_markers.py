"""The words with which mail programs introduce what they quote, in several languages."""

# ruff: noqa: RUF001  # other scripts' letters are the point of this table

from __future__ import annotations

import re

# "On … wrote:": how the line begins, and how it ends, by language.
_ATTRIBUTIONS = (
    (r"on", r"wrote"),
    (r"am|den|um", r"schrieb(?:\s.+)?"),
    (r"le", r"a\s+[ée]crit"),
    (r"el|en", r"escribi[óo]"),
    (r"il(?:\s+giorno)?|in\s+data", r"ha\s+scritto"),
    (r"em|a", r"escreveu"),
    (r"op", r"(?:schreef|het\s+volgende\s+geschreven)(?:\s.+)?"),
    (r"den|on|d", r"skrev(?:\s.+)?"),
    (r"dnia|w\s+dniu", r"napisa[łl](?:\(a\)|a)?(?:\s.+)?"),
    (r"dne", r"napsal(?:\(a\)|a)?"),
    (r"", r"kirjoitti(?:\s.+)?"),
    (r"", r"написал(?:\(а\)|а)?"),
    (r"", r"пише|написав(?:\(ла\))?"),
    (r"", r"(?:şunu\s+)?yazdı"),
    (r"", r".{0,200}(?:写道|寫道)"),
)


def _attribution(begin: str, end: str) -> str:
    start = rf"(?:{begin})\b.{{0,400}}?" if begin else r".{4,400}?"
    return rf"(?:^{start}\b(?:{end})\s*[:：]$)"


ATTRIBUTION = re.compile(
    "|".join(_attribution(begin, end) for begin, end in _ATTRIBUTIONS), re.IGNORECASE | re.DOTALL
)

# A line that ends in a colon and holds an address or a date, right before quoted lines.
INTRODUCTION = re.compile(
    r"(?:<[^<>\s]+@[^<>\s]+>|\d{4}[-/.年]\d{1,2}|\d{1,2}[-/.]\d{1,2}[-/.]\d{2,4}|\b(?:19|20)\d\d\b)"
    r".*[:：]$",
    re.DOTALL,
)

# A line after which everything is quoted or forwarded.
SEPARATOR = re.compile(
    r"^\s*(?:"
    r"-{2,}\s*(?:original\s+message|original\s+appointment|urspr[üu]ngliche\s+nachricht"
    r"|message\s+d['’]origine|message\s+original|mensaje\s+original|messaggio\s+originale"
    r"|mensagem\s+original|oorspronkelijk\s+bericht|originalmeddelande|ursprungligt\s+meddelande"
    r"|opprinnelig\s+melding|oprindelig\s+meddelelse|alkuper[äa]inen\s+viesti"
    r"|wiadomo[śs][ćc]\s+oryginalna|p[ůu]vodn[íi]\s+zpr[áa]va|исходное\s+сообщение"
    r"|原始邮件|原始郵件|元のメッセージ)\s*-{2,}"
    r"|_{20,}"
    r")\s*$",
    re.IGNORECASE,
)

FORWARD = re.compile(
    r"^\s*(?:-{4,}\s*(?:forwarded\s+message|weitergeleitete\s+nachricht|message\s+transf[ée]r[ée]"
    r"|mensaje\s+reenviado|messaggio\s+inoltrato|mensagem\s+encaminhada"
    r"|doorgestuurd\s+bericht|forwarded\s+by\s+.+?|vidarebefordrat\s+meddelande)\s*-{4,}"
    r"|begin\s+forwarded\s+message:|anfang\s+der\s+weitergeleiteten\s+(?:nachricht|e-mail):"
    r"|d[ée]but\s+du\s+message\s+(?:r[ée]exp[ée]di[ée]|transf[ée]r[ée])\s*:"
    r"|inicio\s+del\s+mensaje\s+reenviado:|inizio\s+messaggio\s+inoltrato:)\s*$",
    re.IGNORECASE,
)

# The header block that Outlook puts above what it quotes: "From: …", "Sent: …" on the next lines.
_FROM = r"from|von|de|da|van|fr[åa]n|fra|od|от|发件人|寄件者|差出人"
_SENT = r"sent|date|gesendet|datum|envoy[ée]|enviado(?:\s+el)?|inviato|data|fecha|verzonden|skickat|sendt|wys[łl]ano|отправлено|дата|发送时间|日期|送信日時"
BLOCK_FROM = re.compile(rf"^\s*\*?(?:{_FROM})\s*[:：]\*?\s*\S", re.IGNORECASE)
BLOCK_SENT = re.compile(rf"^\s*\*?(?:{_SENT})\s*[:：]\*?\s*\S", re.IGNORECASE)

FORWARD_SUBJECT = re.compile(
    r"^\s*(?:fwd?|wg|tr|rv|i|enc|vs|doorst|vb|pd)\s*(?:\[\d+\])?\s*[:：]", re.IGNORECASE
)
REPLY_SUBJECT = re.compile(
    r"^\s*(?:re|aw|antw|antwort|r[ée]f?|sv|odp|rv|rif|res|回复|答复|回覆)\s*(?:\[\d+\])?\s*[:：]",
    re.IGNORECASE,
)
