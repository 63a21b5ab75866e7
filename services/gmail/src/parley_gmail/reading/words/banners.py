"""What a company's mail gateway puts above a mail from outside."""

# ruff: noqa: RUF001  # other scripts' letters are the point of this table

BANNERS = (
    (
        r"(?:\[?external\b|caution\b|warning\b|attention\b|notice\b|be\s+careful\b|this\s+(?:e-?mail|"
        r"message)\s+(?:originated|was\s+sent|came|is)\b).{0,80}\b(?:outside|external)\b"
    ),
    r"you\s+don['’]t\s+often\s+get\s+e-?mail\s+from\b", r"some\s+people\s+who\s+received\s+this\s+message\b",
    (
        r"(?:achtung|vorsicht|warnung|hinweis|\[?extern\b|diese\s+(?:e-?mail|nachricht)\s+(?:kommt|"
        r"stammt|wurde)\b).{0,80}\b(?:extern\w*|außerhalb)\b"
    ),
    r"sie\s+erhalten\s+nicht\s+oft\s+eine?\s+e-?mail\s+von\b",
    (
        r"(?:attention|avertissement|prudence|ce\s+(?:message|courriel|mail|mél)\b).{0,80}"
        r"\b(?:externe|l['’]extérieur|hors\s+de)\b"
    ),
    r"(?:atención|precaución|aviso|este\s+(?:correo|mensaje)\b).{0,80}\b(?:extern[oa]|fuera\s+de)\b",
    r"(?:atenção|cuidado|aviso|este\s+e-?mail\b).{0,80}\b(?:extern[oa]|fora\s+d[ao])\b",
    r"(?:attenzione|avviso|questa\s+(?:e-?mail|mail)\b).{0,80}\b(?:estern[oa]|all['’]esterno)\b",
    r"(?:let\s+op|waarschuwing|opgelet|deze\s+e-?mail\b).{0,80}\b(?:buiten\s+de|extern\w*)\b",
    r"(?:varning|obs|observera|advarsel|vær\s+obs|huomio)\b.{0,80}\b(?:extern\w*|ekstern\w*|utanför|utenfor|uden\s+for|ulkopuol\w*)",
    r"(?:uwaga|ostrzeżenie)\b.{0,80}\b(?:zewnętrzn\w*|spoza)\b",
)  # fmt: skip

# Of mail it speaks too; a person who warns of an external system does not.
OF_MAIL = (
    r"\b(?:e-?mails?|message|sender|links?|attachments?|nachricht|absender|anhänge|courriel|mél|"
    r"expéditeur|correo|mensaje|remitente|mensagem|remetente|messaggio|mittente|bericht|afzender|"
    r"meddelande|avsändare|e-?post|melding|meddelelse|afsender|viesti|wiadomość|nadawca)\b"
)
