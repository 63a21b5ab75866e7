"""The words of "On … wrote:", the line with which mail programs introduce a quote."""

# ruff: noqa: RUF001  # other scripts' letters are the point of this table

# "wrote" and its like; a word in brackets or after a slash ("napisał(a)") needs no entry.
WROTE = (
    "wrote", "writes", "written", "said", "says", "sent", "posted", "typed", "replied", "schrieb",
    "schreibt", "geschrieben", "schreift", "geschriwwen", "schreef", "schrijft", "geschreven",
    "skreau", "geskryf", "skrev", "skriver", "skreiv", "skrevet", "skrifaði", "ritaði",
    "skrivaði", "écrit", "ecrit", "écrivait", "escribió", "escribio", "escrito", "escribe",
    "escriure", "escrit", "escrigué", "escribiu", "escreveu", "escreve", "scritto", "scrive",
    "scrisse", "scris", "scrie", "scribite", "napisał", "napisała", "napisal", "napisala",
    "pisze", "napsal", "napsala", "píše", "napísal", "napísala", "napisao", "pisao", "piše",
    "napisali", "написал", "написала", "писал", "пишет", "написав", "написала", "писав", "пише",
    "напісаў", "піша", "написа", "написао", "напиша", "rašė", "parašė", "rakstīja", "rakstija",
    "kirjoitti", "kirjutas", "írta", "írt", "yazdı", "yazdi", "yazmış", "yazıb", "shkroi",
    "shkruajti", "scríobh", "ysgrifennodd", "sgrìobh", "skrivet", "idatzi", "idatzia", "skribis",
    "menulis", "ditulis", "viết", "isinulat", "aliandika", "kiteb", "scrittu", "sporoča",
    "έγραψε", "nivîsî", "yozgan", "כתב", "כתבה", "כתב/ה", "كتب", "كتبت", "كتابة", "كَتَب", "نوشت",
    "نوشته", "لکھا", "գրեց", "գրել", "დაწერა",
)  # fmt: skip

# The same where words are not divided by spaces, or have marks within their letters.
WROTE_UNDIVIDED = (
    "写道", "寫道", "写到", "寫到", "写了", "寫了", "书写", "撰写", "書きました", "書いた", "のメール", "のメッセージ", "작성",
    "쓴 내용", "쓴 글", "보낸 메시지", "님의 말", "썼습니다", "เขียน", "សរសេរ", "より:", "이 씀", "लिखा", "लिहीले",
    "লিখেছেন", "எழுதியது", "எழுதப்பட்டது", "എഴുതി", "ಬರೆದರು", "వ్రాశారు", "લખ્યું",
)  # fmt: skip

# What stands before the date where a language has such a word.
OPENERS = (
    "on", "at", "in message", "in article", "am", "vom", "um", "den", "le", "el día", "el", "en",
    "il giorno", "in data", "il", "em", "no dia", "a", "à", "o", "no", "op", "på", "tann",
    "þann", "w dniu", "dnia", "dne", "dňa", "dana", "dan", "u", "v", "na", "на", "в", "у", "від",
    "дана", "în data de", "în", "la", "la data de", "στις", "την", "pada tanggal", "pada", "vào",
    "vào lúc", "vào ngày", "ngày", "je", "ar an", "ar", "më", "di", "ekkor", "datumā", "kuupäev",
    "on the", "missatge de", "em data", "op datum", "sent from", "hi", "בתאריך", "ב-", "ב", "في",
    "بتاريخ", "در تاریخ", "در", "ในวันที่", "เมื่อ", "在", "于", "於", "le", "lø.", "tarihinde",
    "quoting", "zitat von", "citando", "quoting message from",
)  # fmt: skip

# Whoever says "I wrote" or "she wrote" introduces it in their own words.
FIRST_PERSON = (
    r"^(?:I|We|He|She|They|It|You)\s(?!wrote:)",
    (
        r"\b(?:i|we|he|she|they|it|who|which|that)\s+(?:\w+\s+){0,2}?(?:wrote|said|sent|"
        r"posted|write|replied|typed)\b"
    ),
    r"\b(?:schrieb|schreibt)\s+(?:ich|wir)\b", r"\bj['’]ai\s+écrit\b",
    r"\b(?:jag|jeg)\s+skrev\b|\bskrev\s+(?:jag|jeg)\b", r"\b(?:ik\s+schreef|schreef\s+ik)\b",
    r"\b(?:yo\s+)?(?:escribí|he\s+escrito)\b|\bho\s+scritto\b|\beu\s+escrevi\b",
)  # fmt: skip
