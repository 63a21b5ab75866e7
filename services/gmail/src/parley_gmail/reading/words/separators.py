"""The lines that mail programs put between what a person wrote and what follows it."""

# ruff: noqa: RUF001  # other scripts' letters are the point of this table

# Between dashes: "-----Original Message-----".
ORIGINAL = (
    "original message", "original e-mail", "original email", "original appointment",
    "original msg", "originalmessage", "reply message", "quoted message", "quoted text",
    "ursprüngliche nachricht", "originalnachricht", "original-nachricht", "original nachricht",
    "original-message", "ursprüngliche mail", "ursprüngliche e-mail", "antwort nachricht",
    "originaltermin", "message d'origine", "message d’origine", "message original",
    "message initial", "courriel original", "courriel initial", "mail original", "mail d'origine",
    "e-mail d'origine", "mensaje original", "correo original", "missatge original",
    "mensaxe orixinal", "mensagem original", "mensagem de origem", "messaggio originale",
    "messaggio originario", "oorspronkelijk bericht", "oorspronkelijke bericht",
    "origineel bericht", "oarspronklik berjocht", "orizjineel berjocht", "originalmeddelande",
    "ursprungligt meddelande", "ursprungsmeddelande", "original meddelande",
    "oprindelig meddelelse", "oprindelig besked", "original besked", "original meddelelse",
    "opprinnelig melding", "original melding", "opphavleg melding", "upprunaleg skilaboð",
    "alkuperäinen viesti", "wiadomość oryginalna", "oryginalna wiadomość", "wiadomosc oryginalna",
    "původní zpráva", "puvodni zprava", "původní e-mail", "pôvodná správa", "izvirno sporočilo",
    "izvorno sporočilo", "izvorna poruka", "originalna poruka", "eredeti üzenet",
    "mesaj original", "mesajul original", "orijinal mesaj", "özgün ileti", "orijinal ileti",
    "orijinal məktub", "originalus laiškas", "originalus tekstas", "sākotnējā vēstule",
    "sākotnējā ziņa", "oriģinālais ziņojums", "algne kiri", "esialgne kiri", "mesazhi origjinal",
    "jatorrizko mezua", "pesan asli", "pesan orisinal", "mesej asal", "thư gốc", "tin nhắn gốc",
    "originala mesaĝo", "αρχικό μήνυμα", "πρωτότυπο μήνυμα", "исходное сообщение",
    "исходное письмо", "оригинальное сообщение", "первоначальное сообщение",
    "оригінальне повідомлення", "вихідне повідомлення", "арыгінальнае паведамленне",
    "зыходны ліст", "оригинално писмо", "оригинално съобщение", "оригинална порука",
    "оригинална порака", "הודעה מקורית", "ההודעה המקורית", "الرسالة الأصلية", "رسالة أصلية",
    "الرسالة الأساسية", "پیام اصلی", "پیام نخستین", "ข้อความต้นฉบับ", "ข้อความเดิม", "मूल संदेश",
    "原始邮件", "原始郵件", "原邮件", "原始信件", "原信件", "邮件原件", "元のメッセージ", "元メール", "元のメール", "オリジナルメッセージ",
    "original message from", "원본 메시지", "원본 메일", "원본메일", "원본 이메일", "원문",
)  # fmt: skip

# Between dashes: "---------- Forwarded message ---------".
FORWARDED = (
    "forwarded message", "forwarded email", "forwarded e-mail", "forwarded mail",
    "forwarded letter", "forward message", "fwd message", "weitergeleitete nachricht",
    "weitergeleitete e-mail", "weitergeleitete mail", "message transféré", "message transmis",
    "message réexpédié", "courriel transféré", "mail transféré", "e-mail transféré",
    "mensaje reenviado", "correo reenviado", "missatge reenviat", "mensaxe reenviada",
    "mensagem encaminhada", "mensagem reencaminhada", "e-mail encaminhado", "messaggio inoltrato",
    "messaggio rediretto", "doorgestuurd bericht", "doorgestuurde bericht", "vidarebefordrat",
    "vidarebefordrat meddelande", "vidarebefordrat brev", "videresendt meddelelse",
    "videresendt melding", "videresendt besked", "vidaresend melding", "áframsent",
    "áframsend skilaboð", "framsendur póstur", "välitetty viesti", "edelleenlähetetty viesti",
    "wiadomość przekazana", "przekazana wiadomość", "wiadomość przesłana dalej",
    "przeposlaná zpráva", "přeposlaná zpráva", "předaná zpráva", "preposlaná správa",
    "posredovano sporočilo", "proslijeđena poruka", "prosleđena poruka", "továbbított üzenet",
    "továbbított levél", "mesaj redirecționat", "mesaj redirectionat", "mesaj retransmis",
    "mesaj înaintat", "mesajul redirecționat", "yönlendirilmiş ileti", "yönlendirilen mesaj",
    "iletilen mesaj", "iletilmiş mesaj", "yönlendirilen ileti", "persiųstas laiškas",
    "persiųstas pranešimas", "pārsūtītā ziņa", "pārsūtīta vēstule", "edastatud kiri",
    "edastatud sõnum", "mesazh i përcjellë", "birbidalitako mezua", "pesan terusan",
    "pesan yang diteruskan", "mesej dimajukan", "thư được chuyển tiếp", "thư đã chuyển tiếp",
    "tin nhắn được chuyển tiếp", "προωθημένο μήνυμα", "προωθούμενο μήνυμα",
    "пересланное сообщение", "переслане повідомлення", "перенаправлене повідомлення",
    "пересылаемое сообщение", "пересылаемое письмо", "перенаправленное сообщение",
    "пераслана паведамленне", "перасланае паведамленне", "препратено съобщение",
    "прослеђена порука", "הודעה שהועברה", "הודעה מועברת", "رسالة معاد توجيهها",
    "رسالة مُعاد توجيهها", "رسالة محولة", "رسالة مُحوَّلة", "پیام هدایت شده", "پیام ارسال شده",
    "ข้อความที่ส่งต่อ", "अग्रेषित संदेश", "转发的邮件", "转发邮件", "转发邮件信息", "轉寄郵件", "轉寄的郵件", "已轉寄郵件",
    "已转发邮件", "转寄邮件", "転送メッセージ", "転送されたメッセージ", "転送メール", "전달된 메시지", "전달된 메일", "전달메일", "전달 메시지",
)  # fmt: skip

# Whole lines, without dashes, as Apple Mail and others put them.
FORWARD_LINES = (
    "begin forwarded message", "anfang der weitergeleiteten nachricht",
    "anfang der weitergeleiteten e-mail", "début du message réexpédié",
    "début du message transféré", "début du courriel réexpédié", "inicio del mensaje reenviado",
    "inicia mensaje reenviado", "inizio messaggio inoltrato", "início da mensagem encaminhada",
    "início da mensagem reencaminhada", "begin doorgestuurd bericht", "vidarebefordrat brev",
    "vidare­befordrat brev", "start på videresendt besked", "start på videresendt melding",
    "videresendt melding", "videresendt besked", "välitetty viesti alkaa", "välitetty viesti",
    "początek przekazywanej wiadomości", "początek wiadomości przekazanej",
    "začátek přeposílané zprávy", "začátek přeposlané zprávy", "začiatok preposlanej správy",
    "továbbított levél kezdete", "továbbított üzenet kezdete", "început mesaj redirecționat",
    "începutul mesajului redirecționat", "iletilen ileti başlangıcı",
    "iletilmiş iletinin başlangıcı", "αρχή προωθημένου μηνύματος",
    "начало переадресованного сообщения", "начало переадресованного письма",
    "початок переадресованого листа", "započni proslijeđenu poruku", "proslijeđena poruka",
    "mula mesej dimajukan", "awal pesan terusan", "bắt đầu thư được chuyển tiếp",
    "תחילת ההודעה שהועברה", "بداية الرسالة المعاد توجيهها", "بدء الرسالة المعاد توجيهها",
    "เริ่มข้อความส่งต่อ", "ข้อความที่ส่งต่อ", "下面是被转发的邮件", "下面是被轉寄的郵件", "开始转发的邮件", "以下是轉寄的郵件",
    "転送されたメッセージ", "전달된 메시지 시작", "전달된 메시지",
)  # fmt: skip

# Where support desks ask people to write above a line.
REPLY_ABOVE = (
    (
        r"(?:please\s+)?(?:type|write|enter|add|post)?\s*(?:your\s+)?repl(?:y|"
        r"ies)\s+(?:to\s+this\s+email\s+)?above\s+(?:this|the)\s+(?:line|message)"
    ),
    r"reply\s+above\s+this\s+line", r"write\s+above\s+this\s+line",
    r"reply\s+above\s+to\s+(?:add|respond|reply)",
    (
        r"(?:bitte\s+)?(?:schreiben|geben|"
        r"antworten)\s+sie\s+(?:ihre\s+antwort\s+)?(?:oberhalb|über)\s+dieser\s+(?:linie|"
        "zeile)"
    ),
    (
        r"(?:merci\s+de\s+)?(?:répondre|répondez|saisir|écrire|tapez|"
        r"entrez).{0,30}au-dessus\s+de\s+cette\s+ligne"
    ),
    r"(?:escrib[ae]|responda|responder).{0,40}(?:encima|arriba)\s+de\s+esta\s+línea",
    r"(?:digite|escreva|responda).{0,40}acima\s+desta\s+linha",
    r"(?:scrivi|rispondi|digita|inserisci).{0,40}sopra\s+(?:a\s+)?questa\s+(?:riga|linea)",
    r"(?:typ|schrijf|plaats).{0,30}boven\s+deze\s+(?:regel|lijn)",
    r"(?:пишите|введите|ответ).{0,40}выше\s+этой\s+(?:строки|линии)",
)  # fmt: skip
