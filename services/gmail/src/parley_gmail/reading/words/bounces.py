"""What mail servers write when they return a mail, in words instead of the standard's fields."""

# ruff: noqa: RUF001  # other scripts' letters are the point of this table

# The local part or the name of who sends returned mail.
DAEMONS = (
    "mailer[-_. ]?daemon", "mail[-_. ]?daemon", "mdaemon", "post[-_. ]?master",
    r"mail\s+delivery\s+(?:sub)?system", r"mail\s+deliver[iy]\w*\s+service",
    r"mail\s+administrator", r"e?mail\s+delivery\s+(?:service|agent|notification|failure)",
    r"system\s+administrator", "bounces?[-+=_.@]", "bounce(?:d|s)?$", r"mail(?:er)?\s+system",
    "mmdf", r"^sysadmin@|<sysadmin@", r"microsoft\s*exchange(?:[0-9a-f]{16,}|\s*@|[\"\s]*<)", r"microsoft\s+outlook$",
    r"delivery\s+(?:subsystem|notification|service)", r"returned\s+mail", "<>",
    r"courier\s+mail\s+server", r"internet\s+mail\s+(?:delivery|service)", "undeliverable",
    r"mail\s+transfer\s+agent", "non[- ]?delivery",
)  # fmt: skip

SUBJECTS = (
    r"^\W*bounce\b", r"failure\s+reason", r"notice:\s+mail\s+delivery", r"are\s+not\s+(?:a\s+)?member",
    r"message\s+(?:to\s+.{1,60}\s+)?(?:blocked|undelivered)", r"mail\s+(?:was\s+)?(?:blocked|undelivered)",
    r"undeliver(?:able|ed)\b", r"un?deliverable\s+(?:mail|message)", r"un-?able\s+to\s+deliver",
    r"non[- ]?deliver(?:y|able|ed)\b", r"not\s+delivered\b", r"mail\s+not\s+delivered",
    (
        r"(?:mail|message|e-?mail)?\s*delivery\s+(?:status\s+notification|failure|failed|"
        "failing|error|problem|report|notification|delayed|delay|incomplete|unsuccessful|"
        r"has\s+failed|issue)"
    ),
    r"(?:mail|message)\s+(?:delivery\s+)?fail(?:ed|ure)\b",
    r"failure\s+(?:notice|delivery|sending|of\s+delivery)",
    r"failed\s+(?:mail|message|delivery|to\s+deliver)",
    r"returned\s+(?:mail|e-?mail|message|to\s+sender)", r"mail\s+returned",
    r"return\s+to\s+sender", r"returned\s+.{0,20}undeliver",
    r"bounced?\s+(?:mail|message|e-?mail)", r"mail\s+system\s+error", r"mail\s+error\b",
    r"mailsystem\s+error", r"mail\s+could\s+not\s+be\s+delivered",
    (
        r"(?:message|mail|e-?mail)\s+(?:you\s+sent\s+)?(?:could|can|was|has)\s*(?:not|"
        r"n['’]t)\s+(?:be(?:en)?\s+)?(?:delivered|sent)"
    ),
    r"could\s+not\s+(?:send|deliver)", r"warning:\s+(?:message|could\s+not\s+send|mail)",
    r"delayed\s+(?:mail|delivery)", r"user\s+unknown", r"unknown\s+(?:user|address|recipient)",
    r"invalid\s+(?:address|recipient|mailbox)",
    r"mailbox\s+(?:full|over\s+quota|unavailable|disabled)", r"undelivered\s+mail",
    r"problems?\s+delivering", "nondeliverable", r"rejected\s+(?:mail|message|posting)",
    r"message\s+(?:rejected|blocked|undeliver|refused)", r"address\s+(?:not\s+found|error)",
    r"dsn\b.{0,20}(?:fail|delay)", r"notification\s+d['’]échec", r"delivery\s+status",
    r"out\s+of\s+mailbox", r"\*\*\*.{0,10}undeliver", r"host\s+unknown", r"no\s+such\s+user",
    r"unzustellbar\b", r"(?:nachricht|mail|e-?mail)\s+.{0,20}(?:nicht\s+zugestellt|unzustellbar)",
    r"zustell(?:ung|fehler|status)\b", "rückläufer",
    r"benachrichtigung\s+(?:über|zum)\s+.{0,20}(?:fehl|zustell|übermittlung)",
    r"(?:message\s+)?non\s+(?:remis|distribu[ée]|livr[ée]|délivr[ée])",
    r"[ée]chec\s+(?:de\s+|d['’])?(?:la\s+)?(?:remise|livraison|distribution|envoi)",
    r"(?:avis|notification)\s+d['’](?:[ée]tat|[ée]chec)",
    r"(?:no\s+se\s+(?:pudo|puede|ha\s+podido)\s+(?:entregar|enviar))",
    r"(?:error|fallo|falla|problema)\s+(?:de|en|al)\s+(?:la\s+)?(?:entrega|enviar|env[íi]o)",
    r"no\s+entregad[oa]", r"n[ãa]o\s+(?:p[ôo]de\s+ser\s+|foi\s+)?entreg",
    r"falha\s+(?:na|de|ao)\s+(?:entrega|envi|entregar)", r"mensagem\s+n[ãa]o\s+entregue",
    (
        r"(?:mancato\s+recapito|mancata\s+consegna|non\s+recapit|impossibile\s+(?:recapitare|"
        "consegnare))"
    ),
    r"onbestelbaar\b", r"niet\s+(?:bezorgd|afgeleverd)", "olevererbart|ole?verer",
    r"kan\s+(?:ikke|inte)\s+leverer", r"går\s+inte\s+att\s+leverera", r"kunde\s+inte\s+levereras",
    r"ei\s+voitu\s+toimittaa", r"nie\s*dostarcz", "nedoru[čc]", r"nem\s+k[ée]zbes[íi]t",
    r"nelivrat\b|nu\s+a\s+putut\s+fi\s+livrat", r"teslim\s+edileme",
    r"недоставлен|не\s+доставлен|не\s+удалось\s+доставить|невозможно\s+доставить|возвращ",
    r"не\s+вдалося\s+доставити", "(?:配信|送信|配送|配達)(?:不能|エラー|できません|失敗|に失敗)|エラーメール|返送|不達|送達",
    "(?:退信|退信通知|系统退信|系統退信|无法投递|無法(?:投遞|傳遞|傳送|寄送)|未送达|未傳遞|投递失败|发送失败|邮件退回|退件)",
    r"(?:배달|전송|전달|발송)\s*(?:실패|불가|못)|반송|전송되지|배달되지",
)  # fmt: skip

# Sentences of particular mail servers; one of them is nearly proof.
PHRASES = (
    r"did\s+not\s+reach\s+the\s+following\s+recipient", r"-+\s?failure\s+reasons?\s?-+",
    r"-+\s?returned\s+message\s?-+", r"(?:user|recipient|name)\s+.{0,40}not\s+listed\s+in\b",
    r"(?:each|some|one|all)\s+of\s+the\s+following\s+recipients?\s+w(?:as|ere)\s+rejected",
    r"following\s+(?:recipients?|address(?:es)?)\s+(?:were|was|had|could|have)\b", r"no\s+valid\s+recipients?",
    r"addresses\s+had\s+delivery\s+problems", r"number\s+of\s+attempts\s+made", r"unknown\s+user:",
    r"could\s+not\s+be\s+delivered\s+because", r"could\s+not\s+be\s+sent\b", r"error\s+delivering\s+your\s+mail",
    r"this\s+report\s+relates\s+to\s+a\s+message\s+you\s+sent", r"address\s+rejected|access\s+denied|relay(?:ing)?\s+denied",
    r"this\s+is\s+the\s+(?:mail\s+system\s+at\s+host|postfix\s+program|qmail-send\s+program)",
    r"this\s+is\s+the\s+.{3,60}\s+(?:mail\s*system|mail\s+server|mailer[- ]?daemon|program)",
    (
        r"this\s+message\s+was\s+created\s+automatically\s+by\s+(?:the\s+)?(?:mail\s+(?:delivery|"
        "transport)|smtp)"
    ),
    (
        r"i(?:['’]m\s+afraid\s+i|\s+(?:was|am))\s+(?:wasn['’]t|not|un)?\s?(?:able|"
        r"unable)\s+to\s+deliver\s+your\s+message"
    ),
    r"i\s*['’]?m\s+afraid\s+i\s+wasn['’]t\s+able\s+to\s+deliver",
    r"this\s+is\s+a\s+permanent\s+error;?\s+i['’]ve\s+given\s+up",
    (
        r"-+\s+(?:the\s+following\s+addresses\s+had|transcript\s+of\s+session\s+follows|"
        r"unsent\s+message\s+follows|returned\s+message\s+follows|this\s+is\s+a\s+copy)"
    ),
    r"below\s+this\s+line\s+is\s+a\s+copy\s+of\s+the\s+message",
    r"the\s+following\s+address(?:es|\(es\))?\s+(?:had\s+)?(?:permanent|failed|transient)",
    (
        r"your\s+message\s+(?:did\s+not\s+reach|to\s+.{3,120}\s+(?:has\s+been|was|could|"
        r"couldn)|cannot\s+be|could\s+not\s+be|couldn['’]t\s+be|wasn['’]t|was\s+not|"
        r"has\s+not\s+been|can['’]t\s+be)"
    ),
    (
        r"(?:message|mail|e-?mail)\s+(?:that\s+you\s+sent\s+|you\s+sent\s+)?(?:could|"
        r"can)\s*not\s+be\s+delivered"
    ),
    (
        r"(?:delivery|delivering)\s+to\s+the\s+following\s+(?:recipients?|"
        r"address(?:es)?)\s+(?:has\s+been\s+|have\s+been\s+|was\s+)?(?:failed|delayed|aborted|"
        "unsuccessful)"
    ),
    r"delivery\s+has\s+failed\s+to\s+these\s+recipients",
    (
        r"(?:unable|failed)\s+to\s+deliver\s+(?:your\s+|the\s+|this\s+)?(?:message|mail|"
        "e-?mail|following|to)"
    ),
    r"could\s+not\s+be\s+delivered\s+to\s+(?:one|all|some|the|its)",
    r"was\s+not\s+delivered\s+to\b", r"undeliverable\s+(?:to|address|message|mail)",
    (
        r"(?:user|recipient|mailbox|account|address)\s+(?:is\s+)?(?:unknown|unavailable|"
        r"disabled|inactive|not\s+found|does\s*n[o'’]t\s+exist|doesn['’]t\s+exist|"
        r"over\s+quota|full|rejected|suspended)"
    ),
    (
        r"(?:no\s+such|unknown|invalid|bad)\s+(?:user|recipient|mailbox|address|local\s+part|"
        "host|domain)"
    ),
    r"(?:mailbox|quota)\s+(?:is\s+)?(?:full|exceeded)",
    r"there\s+was\s+a\s+temporary\s+problem\s+delivering\s+your\s+message",
    (
        "(?:said|responded|replied|reply|response|rejected|error|"
        r"status)\W{1,12}\s?(?:with\s+)?[45]\d\d[\s-]"
    ),
    r"\b[45]\d\d[\s-][45]\.\d{1,3}\.\d{1,3}\b",
    r"(?:remote|smtp|mail)\s+(?:host|server)\s+(?:said|responded|replied|rejected|returned)",
    (
        r"(?:message|mail)\s+(?:will\s+be\s+)?(?:returned|bounced|rejected|"
        r"blocked)\s+(?:to\s+(?:its\s+)?sender|by\b|because)"
    ),
    r"retry\s+(?:time(?:out)?\s+exceeded|timeout)",
    r"original\s+(?:message|mail)\s+(?:headers?\s+)?(?:follows|is\s+attached|attached|below)",
    r"reporting-mta:|final-recipient:|diagnostic-code:|generating\s+server:",
    r"konnte\s+nicht\s+(?:zugestellt|ausgeliefert|übermittelt)\s+werden",
    (
        r"(?:n['’]a\s+pas\s+pu|impossible\s+de|n['’]a\s+pu)\s+(?:être\s+)?(?:remis|livr|"
        "distribu|délivr|remettre)"
    ),
    r"no\s+(?:se\s+)?(?:pudo|ha\s+podido|puede)\s+(?:ser\s+)?(?:entreg|envi)",
    r"n[ãa]o\s+(?:p[ôo]de|pode|foi\s+poss[íi]vel)\s+(?:ser\s+)?entreg",
    r"(?:impossibile|non\s+è\s+stato\s+possibile)\s+(?:recapitare|consegnare|inviare)",
    r"не\s+(?:было\s+)?доставлен|не\s+удалось\s+доставить|не\s+может\s+быть\s+доставлен",
    "(?:配信|送信|配送|お届け)(?:でき(?:ません|なかった)|されませんでした|に失敗)|宛先不明|見つかりません",
    "(?:无法|無法|未能)(?:投递|投遞|送达|送達|发送|傳送|寄送|传递|傳遞)|不存在|退回",
    r"(?:배달|전송|전달)(?:하지|되지|할\s*수)\s*(?:못|않|없)|수신자를?\s*찾을",
)  # fmt: skip

SOFT = (
    r"will\s+(?:be\s+retried|keep\s+trying|continue\s+to|retry|try\s+again)|still\s+(?:trying|"
    r"being\s+retried|undelivered)|has\s+been\s+delayed|delivery\s+(?:is\s+)?delayed|"
    r"delayed\s+(?:\d+|delivery|mail)|no\s+action\s+is\s+required|temporary\s+(?:problem|"
    r"failure|error)|temporarily|do\s+not\s+(?:need\s+to\s+)?resend|"
    r"not\s+yet\s+been\s+delivered|verzögert|verspätet|en\s+attente|retard|retras|atras|"
    "ritard|vertraag"
)

# Words that mean the address will never work.
HARD = (
    r"(?:user|recipient|mailbox|account|address)\s+(?:is\s+)?(?:unknown|not\s+found|"
    r"does\s*n[o'’]t\s+exist)|no\s+such\s+(?:user|recipient|mailbox)|"
    r"permanent(?:ly)?\s+(?:error|fail|fatal)|given\s+up|giving\s+up|"
    r"retry\s+time(?:out)?\s+(?:not\s+reached|exceeded)"
)
