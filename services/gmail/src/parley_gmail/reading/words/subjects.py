"""How subjects begin: the prefixes of replies and forwards, and what automatic replies say."""

# ruff: noqa: RUF001  # other scripts' letters are the point of this table

REPLY = (
    "re", "r", "aw", "antw", "antwort", "ant", "réf", "ref", "rép", "rep", "sv", "svar", "odp",
    "rif", "risp", "res", "resp", "vs", "vá", "válasz", "ynt", "yanıt", "cvp", "cevap", "bls",
    "balas", "atb", "odg", "odpoveď", "odpověď", "απ", "ατ", "σχετ", "ats", "atb", "sv", "hal",
    "vast", "răsp", "на", "отг", "отв", "ответ", "відп", "од", "re-", "trả lời", "回复", "回覆", "答复",
    "答覆", "回信", "返信", "회신", "답장", "답변", "ตอบกลับ", "ตอบ", "תשובה", "השב", "תגובה", "رد", "الرد",
    "پاسخ", "उत्तर",
)  # fmt: skip

FORWARD = (
    "fw", "fwd", "forward", "forwarded", "wg", "wtr", "weitergeleitet", "tr", "trans", "rv", "i",
    "inoltra", "inoltro", "enc", "encaminhado", "doorst", "dst", "vb", "vl", "vid", "vs",
    "videresendt", "pd", "podaj dalej", "prz", "i̇lt", "ilt", "ynl", "trs", "terusan", "πρθ",
    "fs", "továbbítás", "továbbítva", "továbbított", "tov", "redir", "пересл", "перенапр",
    "переслано", "прв", "препр", "chuyển tiếp", "转发", "轉寄", "轉發", "转寄", "転送", "전달", "ส่งต่อ",
    "הועבר", "העברה", "إعادة توجيه", "إعادة توجيهها", "محول", "ارجاع", "rd", "přep", "předáno",
    "fwd msg",
)  # fmt: skip

# Beginnings of automatic replies' subjects; whole words.
AUTOMATIC = (
    r"auto(?:matic|mated|mated\s+email)?[\s:-]*(?:reply|response|answer|responder|resp|re)\b",
    r"auto(?:[-\s]?reply|[-\s]?response)?\s*:", "autoreply", "autoresponse", "autoresponder",
    "autoresponse", r"out[\s-]+of[\s-]+(?:the[\s-]+)?office", r"ooo\b\s*[:-]", r"ooto\b",
    r"away\s+from\s+(?:the\s+|my\s+)?(?:office|desk|mail|e-?mail)",
    r"(?:i\s+am|i['’]m)\s+(?:currently\s+)?(?:away|on\s+(?:vacation|holiday|leave)|out\s+of)",
    r"(?:on\s+)?(?:vacation|holiday)\s+(?:reply|response|notice|message|auto)",
    r"on\s+(?:vacation|annual\s+leave|maternity\s+leave|parental\s+leave|holiday)\b",
    r"absence\s+(?:notice|notification)", r"notice\s+of\s+absence",
    (
        "abwesenheits?(?:notiz|nachricht|meldung|info|assistent|benachrichtigung|mitteilung|"
        r"agent)?\b"
    ),
    r"abwesend\b",
    r"automatische\s+(?:antwort|rückantwort|empfangsbestätigung|nachricht|e-?mail)",
    r"(?:ich\s+bin\s+)?(?:nicht\s+im\s+büro|außer\s+haus|im\s+urlaub)",
    "urlaubs(?:notiz|meldung|nachricht|vertretung|benachrichtigung)",
    r"r[ée]ponse\s+(?:automatique|auto)", r"message\s+d['’]absence",
    r"(?:notification\s+d['’])?absence\s+d(?:e|u)\b", r"absent(?:e)?\s+du\s+bureau",
    r"absence\s+du\s+bureau", r"en\s+cong[ée]s?\b", r"je\s+suis\s+(?:absent|en\s+cong)",
    r"absence\s*:", r"respuesta\s+autom[áa]tica", "auto-?respuesta",
    r"fuera\s+de\s+(?:la\s+)?oficina", r"mensaje\s+autom[áa]tico",
    r"(?:estoy\s+)?de\s+vacaciones\b", r"ausente\b", r"aviso\s+de\s+ausencia",
    r"resposta\s+autom[áàa]tica", r"fora\s+do\s+escrit[óo]rio", r"aus[êe]ncia\b",
    r"(?:estou\s+)?de\s+f[ée]rias\b", r"ausente\s+do\s+escrit[óo]rio",
    r"mensagem\s+autom[áa]tica", r"risposta\s+automatica",
    r"(?:messaggio\s+)?fuori\s+(?:ufficio|sede)", r"risposta\s+(?:di\s+)?assenza",
    r"messaggio\s+di\s+assenza", r"assente\b", "autorisposta",
    r"automatis(?:ch|che)\s+(?:antwoord|bericht|reactie)",
    r"afwezig(?:heid|heidsbericht|heidsassistent)?\b", r"niet\s+op\s+kantoor",
    r"auto(?:matiskt?\s+)?svar", "autosvar", r"automatiskt?\s+(?:svar|meddelande)",
    r"fr[åa]nvaro(?:meddelande)?\b", r"frånvarande\b", r"frav[æe]r(?:s\w+|ende)?\b",
    r"ikke\s+p[åa]\s+kontoret", r"(?:på\s+)?semester\s*:|på\s+semester\b",
    r"ferie\s*(?:besked|:)", r"ute\s+av\s+kontoret", r"automaattinen\s+(?:vastaus|poissaolo\w*)",
    r"poissa(?:olo\w*)?\b", r"lomalla\b", "automaatvastus", r"automaatne\s+vastus",
    r"automatyczna\s+odpowied[źz]", r"odpowied[źz]\s+automatyczna", "autoodpowied[źz]",
    r"poza\s+biurem", r"nieobecno[śs][ćc]\b", r"automatick[áa]\s+(?:odpov[ěe][dď]|odpove[dď])",
    r"mimo\s+(?:kancel[áa][řr]|kancel[áa]rie)", r"nep[řr][íi]tomnost\b", r"neprítomnosť\b",
    r"automatikus\s+v[áa]lasz", r"h[áa]zon\s+k[íi]v[üu]l", r"szabads[áa]gon\b",
    r"r[ăa]spuns\s+automat", r"mesaj\s+automat", r"otomatik\s+(?:yan[ıi]t|cevap)",
    r"ofis\s+d[ıi][şs][ıi]\w*", r"automatski\s+odgovor", r"samodejni\s+odgovor",
    r"аутоматски\s+одговор", r"automatinis\s+atsakymas", r"autom[āa]tisk[āa]\s+atbilde",
    r"erantzun\s+automatikoa", r"sj[áa]lfvirkt\s+svar", r"автоматический\s+ответ",
    r"автоответ(?:чик)?\b", r"вне\s+офиса", r"(?:я\s+)?(?:в\s+отпуске|отсутствую)",
    r"нет\s+на\s+рабочем\s+месте", r"автоматична\s+відповідь", "автовідповідь",
    r"автоматичен\s+отговор", r"αυτόματη\s+απάντηση", r"εκτός\s+γραφείου",
    r"balasan\s+(?:otomatis|automatik)", r"jawapan\s+automatik", r"trả\s+lời\s+tự\s+động",
    r"thư\s+trả\s+lời\s+tự\s+động", "ตอบกลับอัตโนมัติ", "การตอบกลับอัตโนมัติ",
    "ข้อความตอบรับอัตโนมัติ", r"स्वचालित\s+उत्तर", r"(?:ال)?رد\s+(?:ال)?تلقائي", r"خارج\s+المكتب",
    r"پاسخ\s+خودکار", r"תשובה\s+אוטומטית", r"מענה\s+אוטומטי", r"מחוץ\s+למשרד", "自动(?:答复|回复|回覆)",
    "自動(?:答覆|回覆|回复|返信|応答|返答)", r"[【\[(（]?\s*自動\s*(?:返信|応答|送信|配信)", "不在(?:通知|のお知らせ|です|連絡)", "外出中",
    "休假中", r"자동\s*(?:회신|응답|답장|답변)", r"부재\s*중",
    r"(?:please\s+)?(?:confirm|verify)\s+your\s+(?:message|email|e-?mail)\b",
    (
        r"(?:your\s+)?(?:message|email)\s+(?:is\s+)?(?:awaiting|waiting|held|requires|"
        r"needs)\b.{0,30}(?:verification|confirmation|approval|authenticat|moderat)"
    ),
    r"your\s+message\s+to\s+\S+\s+awaits\s+moderator", r"(?:sender\s+)?verification\s+required",
    r"\[?boxbe", r"spamarrest|spam\s*arrest",
    r"(?:we(?:['’]ve|\s+have)\s+)?received\s+your\s+(?:message|email|e-?mail|request|inquiry)",
    r"your\s+(?:message|email|e-?mail|request|inquiry)\s+(?:has\s+been|was)\s+received",
    r"acknowledg(?:e?ment|ing)\s+(?:of\s+)?(?:receipt|your)", r"eingangsbestätigung\b",
    r"accus[ée]\s+de\s+r[ée]ception",
)  # fmt: skip

# Anywhere in the first lines of a short mail: it says of itself that a machine sent it.
SAYS_SO = (
    (
        r"this\s+is\s+an?\s+(?:automated|automatic|auto[- ]?generated|"
        r"automatically\s+generated)\s+(?:reply|response|message|e-?mail|notification)"
    ),
    (
        r"(?:this|the)\s+(?:message|e-?mail|reply|response)\s+(?:has\s+been|was|"
        r"is)\s+(?:automatically\s+(?:generated|sent)|generated\s+automatically|"
        r"sent\s+automatically)"
    ),
    (
        r"(?:please\s+)?do\s+not\s+(?:reply|respond)\s+to\s+this\s+(?:automated\s+|"
        r"automatic\s+)?(?:e-?mail|message|mail)"
    ),
    r"\bauto[- ]?(?:reply|response|responder)\s+(?:message|e-?mail)\b",
    (
        r"dies(?:e)?\s+ist\s+eine\s+automatisch(?:e)?\s+(?:generierte\s+|erstellte\s+|"
        r"erzeugte\s+)?(?:antwort|nachricht|e-?mail|mail|benachrichtigung)"
    ),
    (
        r"diese\s+(?:nachricht|e-?mail)\s+wurde\s+automatisch\s+(?:erstellt|generiert|erzeugt|"
        "versandt)"
    ),
    r"ceci\s+est\s+(?:une?\s+)?(?:r[ée]ponse|message|courriel|mail)\s+automatique",
    r"este\s+es\s+un\s+(?:mensaje|correo)\s+autom[áa]tico",
    r"esta\s+é\s+uma\s+(?:mensagem|resposta)\s+autom[áa]tica",
    r"questa\s+è\s+una\s+(?:risposta|e-?mail)\s+automatica",
    r"questo\s+è\s+un\s+messaggio\s+automatico", r"dit\s+is\s+een\s+automatisch",
    r"detta\s+är\s+ett\s+auto(?:matiskt\s+)?(?:svar|genererat|meddelande)",
    r"dette\s+er\s+(?:en|et)\s+automatisk", r"to\s+jest\s+automatyczna\s+(?:odpowied|wiadomo)",
    r"это\s+автоматический\s+ответ",
    r"это\s+письмо\s+(?:создано|сформировано|отправлено)\s+автоматически",
    "(?:此|本)(?:邮件|郵件|信件)为?(?:系统)?自动(?:发送|回复|生成)", "このメールは(?:システム(?:による|から)の?)?自動(?:返信|送信|配信)",
    r"자동으로?\s*(?:발송|회신|응답|전송)된",
)  # fmt: skip

# "I am out of the office until …": only for mails that are no answer in words, see `automatic`.
ABSENT = (
    (
        r"\bi\s*(?:am|['’]m|will\s+be)\s+(?:currently\s+|presently\s+|"
        r"now\s+)?(?:out\s+of\s+(?:the\s+)?(?:office|town|country)|away\s+(?:from|until|on)|"
        r"on\s+(?:vacation|holidays?|annual\s+leave|leave|maternity\s+leave|parental\s+leave|"
        r"sick\s+leave))"
    ),
    (
        r"\bi\s+will\s+(?:respond|reply|answer|get\s+back)\b.{0,60}\b(?:when\s+i\s+return|"
        r"upon\s+my\s+return|on\s+my\s+return|as\s+soon\s+as)"
    ),
    (
        r"\bich\s+bin\s+(?:derzeit|zurzeit|momentan|zur\s+zeit|aktuell|vom|bis|ab|im|am|"
        r"nicht)\b.{0,40}(?:nicht\s+(?:im\s+büro|erreichbar|am\s+arbeitsplatz)|abwesend|"
        r"im\s+urlaub|außer\s+haus|zurück|erreichbar)"
    ),
    (
        r"\bje\s+suis\s+(?:actuellement\s+)?(?:absente?|en\s+(?:cong[ée]s?|vacances|"
        r"d[ée]placement))\b"
    ),
    (
        r"\b(?:estoy|me\s+encuentro|"
        r"estar[ée])\s+(?:actualmente\s+)?(?:fuera\s+de\s+(?:la\s+)?oficina|de\s+vacaciones|"
        "ausente)"
    ),
    (
        r"\b(?:estou|estarei|encontro-me)\s+(?:atualmente\s+)?(?:fora\s+do\s+escrit[óo]rio|"
        r"de\s+f[ée]rias|ausente)"
    ),
    r"\bsono\s+(?:attualmente\s+)?(?:fuori\s+(?:ufficio|sede)|assente|in\s+ferie)",
    (
        r"\bik\s+ben\s+(?:momenteel\s+)?(?:afwezig|niet\s+(?:aanwezig|op\s+kantoor)|"
        r"met\s+vakantie|op\s+vakantie)"
    ),
    r"\bjag\s+är\s+(?:på\s+semester|inte\s+på\s+kontoret|ledig|tjänstledig|föräldraledig)",
    r"\bjeg\s+er\s+(?:på\s+ferie|ikke\s+på\s+kontoret)", r"\bolen\s+(?:lomalla|poissa)",
    r"\b(?:jestem|przebywam)\s+(?:obecnie\s+)?(?:poza\s+biurem|na\s+urlopie)",
    r"(?:я\s+)?(?:нахожусь|сейчас)\s+(?:в\s+отпуске|в\s+командировке|вне\s+офиса)",
)  # fmt: skip

# With it, what shows that the words are for whoever writes, not for one person.
ELSEWHERE = (
    r"(?:limited|no|intermittent|sporadic)\s+(?:access|e-?mail)|urgent|in\s+my\s+absence|"
    r"during\s+my\s+absence|please\s+(?:contact|call|e-?mail)|(?:will|shall)\s+(?:respond|"
    r"reply|answer|read|get\s+back)|(?:when|after|upon|on)\s+(?:i\s+|my\s+)?return|"
    r"not\s+be\s+(?:forwarded|checking|reading)|dringend|vertretung|weitergeleitet|"
    r"wenden\s+sie\s+sich|meiner\s+abwesenheit|absence|urgen(?:ce|te|t)|contacter|merci\s+de|"
    "ausencia|contacte|contactar|ausência|assenza|contattare|rivolgersi|afwezigheid|"
    r"contact\s+opnemen|brådskande|kontakta|kontakt|pilnych|skontaktować|срочн|обращайтесь|"
    "отпуск"
)
