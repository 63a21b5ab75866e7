"""The lines that phones and mail programs add below what a person wrote."""

# ruff: noqa: RUF001  # other scripts' letters are the point of this table

# How such a line begins; what follows must be short, or name a device or a program.
SENT_FROM = (
    r"sent\s+(?:wirelessly\s+)?(?:from|via|with|using|through|by)\b",
    r"(?:typed|written|composed|tapped|dictated)\s+(?:on|from|using|with)\b", r"send\s+from\b",
    r"from\s+my\s+(?:iphone|ipad|android|phone|mobile|blackberry)\b", r"via\s+mobile\b",
    r"(?:von|aus)\s+mein(?:em|er)\b", r"gesendet\s+(?:von|mit|über|aus|vom)\b",
    r"verfasst\s+(?:von|mit|auf)\b",
    r"diese\s+(?:nachricht|e-?mail|mail)\s+wurde\s+(?:von|mit)\b.*gesendet",
    r"(?:message\s+)?envoy[ée]e?\s+(?:de|depuis|avec|par|via|sans\s+fil|[àa]\s+partir\s+de?)\b",
    r"provenance\s*:",
    (
        r"enviad[oa]\s+(?:desde|de|con|via|vía|por|do|da|a\s+partir\s+d[eoa]|com|pelo|usando|"
        r"através\s+d[eoa])\b"
    ),
    r"mensaje\s+enviado\s+desde\b", r"enviat\s+(?:des|amb)\b",
    r"inviat[oa]\s+(?:da|dal|dalla|con|tramite|mediante)\b", r"trimis\s+(?:de|din|cu|prin)\b",
    r"(?:verstuurd|verzonden|gezonden)\s+(?:vanaf|van|met|via|vanuit)\b",
    r"skickat\s+(?:från|med|via)\b", r"sendt\s+(?:fra|med|via)\b", r"lähetetty\b",
    r"wys[łl]an[eoay]\s+(?:z|przez|za\s+pomoc)\b", r"odesl[áa]no\s+(?:z|ze|pomoc|přes)\b",
    r"odoslan[ée]\s+(?:z|zo|pomoc|cez)\b", r"poslan[oa]\s+(?:iz|z|s|sa|preko)\b",
    r"poslato\s+(?:sa|iz|preko)\b", r"saadetud\b", r"nosūtīts\s+no\b", r"išsiųsta\s+iš\b",
    r"dikirim\s+dari\b", r"dihantar\s+(?:dari|daripada)\b", r"(?:đã\s+)?gửi\s+(?:từ|bằng)\b",
    r"(?:εστάλη|στάλθηκε)\s+από\b", r"отправлено\s+(?:с|со|из|через|от)\b", r"послано\s+с\b",
    r"(?:надіслано|відправлено)\s+(?:з|із|за)\b", r"адпраўлена\s+з\b",
    r"изпратено\s+(?:от|с|чрез)\b", r"послато\s+са\b", r"נשלח\s+מ",
    r"(?:أ[ُ]?رسلت|ارسلت|مرسل(?:ة)?|تم\s+الإرسال)\s+(?:من|عبر|بواسطة)", r"ارسال\s+شده\s+از",
    "ส่งจาก", r"मेरे\s.+\sसे\s+भेजा", "(?:发|發|寄)自", "(?:从|從|由)我的.*(?:发送|發送|傳送|寄出)",
    "通过.*(?:发送|发出)", "來自我的", "来自我的",
)  # fmt: skip

# Whole lines whose marks stand at the end.
SENT_FROM_AT_END = (
    r"(?:meinem|mein)\b.{0,40}\bgesendet",
    r"von\s+.{2,30}\s+(?:auf|für)\s+(?:android|iphone|ipad|ios)\s+gesendet", r".{0,40}-?(?:omról|emről|ról|ről)\s+küldve",
    r".{0,40}készülék(?:ről|emről)\s+küldve.{0,60}",
    r".{0,40}(?:['’]?(?:umdan|ımdan|imden|dan|den|ümden))\s+gönderildi",
    ".{0,40}から送信(?:しました|されました)?", ".{0,40}より送信", r".{0,40}에서\s*보냄", r".{0,40}에서\s*보낸\s*메일",
    r".{0,40}using\s+(?:mail2web|mobile\s*mail)\b.{0,40}",
)  # fmt: skip

# "Get Outlook for iOS" and its like.
ADVERTISED = (
    (
        "(?:get|download|try|obtenir|télécharger|obtener|obtén|obtenha|obter|ottieni|scarica|"
        r"ophalen|download|hämta|hent|skaff\s+deg|hanki|pobierz|získat|stáhnout|descărcați|"
        r"indirin|получить|скачать|отримати|获取|取得)\b.{0,20}\boutlook\b.{0,60}"
    ),
    (
        r"(?:holen\s+sie\s+sich\s+)?outlook\s+(?:für|for|pour|para|per|voor|til|för)\s+(?:ios|"
        r"android|mac)\b.{0,40}"
    ),
    (
        r"outlook\s+(?:for\s+(?:ios|android)\s+を入手|voor\s+.{2,10}\s+downloaden|"
        ".{0,20}beziehen|.{0,20}letöltése|.{0,20}edinin|.{0,20}다운로드)"
    ),
    r"get\s+(?:bluemail|typeapp|aqua\s+mail|spark)\s+for\s+\w{2,12}", r"(?:get|download)\s+the\s+new\s+yahoo\s+mail.{0,40}",
    r"yahoo\s+mail:?\s+search,\s+organi[sz]e.{0,40}", r"yahoo\s+mail\s+[-–]\s+.{0,40}",
    r"this\s+(?:message|mail|e-?mail)\s+was\s+sent\s+(?:using|via|through)\s+\S.{1,80}", r"mit\s+k-9\s+mail\s+gesendet\.?",
)  # fmt: skip

# Sentences that follow such a line.
EXCUSES = (
    (
        r"(?:please\s+)?(?:excuse|forgive|pardon)\s+(?:my|the|any)?\s*(?:brevity|typos|"
        r"spelling|errors|mistakes|terseness)\b.{0,80}"
    ),
    r"bitte\s+entschuldigen\s+sie\s+(?:die\s+kürze|meine\s+kürze|tippfehler).{0,60}",
    r"veuillez\s+excuser\s+(?:ma\s+brièveté|la\s+brièveté).{0,60}",
    r"disculpa\s+mi\s+brevedad.{0,40}",
    (
        r"(?:por\s+favor,?\s+)?(?:disculpe|desculpe)\s+(?:a\s+)?(?:mi|minha)\s+(?:brevedad|"
        "brevidade).{0,40}"
    ),
    r"excuseer\s+mijn\s+beknoptheid.{0,40}", r"прошу\s+прощения\s+за\s+краткость.{0,40}",
)  # fmt: skip

# What names a device, a network or a mail program.
DEVICES = (
    "iphone", "ipad", "ipod", "ios", "android", "blackberry", "samsung", "galaxy", "htc", "nokia",
    "lg", "sony", "xperia", "ericsson", "huawei", "honor", "xiaomi", "redmi", "oppo", "vivo",
    "realme", "oneplus", "pixel", "nexus", "motorola", "moto", "droid", "lumia", "treo", "palm",
    "windows", "mac", "macbook", "imac", "laptop", "outlook", "yahoo", "gmail", "inbox", "proton",
    "protonmail", "tutanota", "tuta", "mailbox", "mailbird", "k-9", "bluemail", "blue mail",
    "aqua mail", "nine", "typeapp", "spark", "airmail", "sparrow", "superhuman", "polymail",
    "newton", "cloudmagic", "boxer", "acompli", "alto", "edison", "fastmail", "thunderbird",
    "zimbra", "zoho", "hushmail", "mobile", "phone", "smartphone", "handy", "smartphones",
    "tablet", "device", "gerät", "appareil", "dispositivo", "mobil", "móvil", "telefon",
    "telefono", "téléphone", "celular", "handheld", "wireless", "verizon", "at&t", "t-mobile",
    "sprint", "telstra", "vodafone", "orange", "telekom", "app", "webmail", "mail.ru", "яндекс",
    "почты", "почта", "yandex", "libero", "gmx", "web.de", "free", "sfr", "bouygues", "telcel",
    "watch", "computer", "pc", "ordinateur", "手机", "手機", "邮箱", "客户端", "휴대폰", "スマートフォン", "мобиль",
    "телефон", "мобільн", "smartphon", "mail",
)  # fmt: skip
