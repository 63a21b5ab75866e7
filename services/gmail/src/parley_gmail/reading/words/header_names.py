"""The names in the header block that mail programs put above what they quote or forward."""

# ruff: noqa: RUF001  # other scripts' letters are the point of this table

FROM = (
    "seolaí", "ó", "o", "sendanto", "a-berzh", "mittenti", "ուղարկող", "ումից", "გამგზავნი",
    "ვისგან", "អ្នកផ្ញើ", "ಇಂದ", "ji", "പ്രേഷിതന്‍", "പ്രേഷിതാവ്", "অনুপ্রেরক", "প্রেরক", "থেকে",
    "அனுப்புனர்", "அனுப்புநர்", "دىن", "gönderən", "from", "sender", "sent by", "von", "absender",
    "de", "expéditeur", "remitente", "remitent", "da", "mittente", "van", "afzender", "från",
    "fra", "avsender", "afsender", "frá", "frå", "od", "nadawca", "odesílatel", "odosielateľ",
    "od koho", "pošiljatelj", "pošiljalac", "lähettäjä", "feladó", "expeditor", "de la", "kimden",
    "gönderen", "gönderici", "kimdən", "nuo", "siuntėjas", "no", "kas", "sūtītājs", "saatja",
    "kellelt", "nga", "nork", "igorlea", "dende", "eus", "vun", "fan", "oddi wrth", "dari",
    "daripada", "pengirim", "từ", "gửi từ", "người gửi", "från och med", "από", "αποστολέας",
    "от", "отправитель", "від", "від кого", "відправник", "ад", "подател", "изпращач", "од",
    "пошиљалац", "מאת", "من", "مِن", "المرسل", "از", "فرستنده", "จาก", "ผู้ส่ง", "प्रेषक", "से",
    "发件人", "發件人", "寄件者", "寄件人", "差出人", "送信者", "発信者", "보낸 사람", "보낸사람", "발신", "발신자", "보낸이",
)  # fmt: skip

SENT = (
    "anfonwyd", "kaset", "mandatu", "seolta", "air a chur", "sendita je", "ուղարկուած",
    "გაიგზავნა", "അയച്ചു", "அனுப்பியது", "yuborildi", "sent", "sent on", "sent at", "sent time",
    "gesendet", "gesendet am", "envoyé", "envoyé le", "enviado", "enviado el", "enviado em",
    "enviada em", "enviada", "enviat", "data de envio", "inviato", "inviato il", "data invio",
    "verzonden", "verstuurd", "skickat", "skickade", "sendt", "sendt den", "wysłano", "wysłane",
    "data wysłania", "odesláno", "datum odeslání", "odoslané", "lähetetty", "elküldve", "küldve",
    "küldés ideje", "trimis", "data trimiterii", "gönderildi", "gönderilme", "gönderme tarihi",
    "gönderim tarihi", "išsiųsta", "nosūtīts", "saadetud", "poslano", "poslato", "dërguar",
    "dërguar më", "bidalita", "dikirim", "terkirim", "dihantar", "đã gửi", "ngày gửi", "gửi lúc",
    "εστάλη", "στάλθηκε", "αποστολή", "απεσταλμένα", "отправлено", "дата отправки", "надіслано",
    "адпраўлена", "изпратено", "послато", "נשלח", "تاريخ الإرسال", "تم الإرسال", "أرسلت",
    "المُرسل", "ارسال", "ส่ง", "ส่งเมื่อ", "भेजा", "发送时间", "发送日期", "发送", "寄件日期", "寄送日期", "傳送時間",
    "送信日時", "送信日", "送信", "보낸 날짜", "보낸시간", "보낸 시간", "발신일",
)  # fmt: skip

# These may also stand in a timetable.
DATE = (
    "deiz", "dyddiad", "dáta", "tann", "data e", "dîrok", "ամսաթիվ", "თარიღი", "កាលបរិច្ឆេត",
    "ದಿನಾಂಕ", "തീയതി", "தேதி", "تارىخ", "sana", "date", "date sent", "received", "datum",
    "date d'envoi", "date d’envoi", "fecha", "data", "dato", "dags", "dagsetning", "dátum",
    "päivämäärä", "päiväys", "tarih", "tarix", "datums", "kuupäev", "datë", "tanggal", "tarikh",
    "ngày", "ημερομηνία", "дата", "датум", "תאריך", "تاريخ", "التاريخ", "تاریخ", "วันที่",
    "दिनांक", "तारीख", "時間", "时间", "日期", "日時", "日付", "날짜",
)  # fmt: skip

TO = (
    "derbyniwr", "at", "chuig", "gu", "al", "ricevanto", "pa", "da", "ստացող", "ում", "ვის",
    "អ្នកទទួល", "ಗೆ", "bo", "സ്വീകര്‍ത്താവ്", "സ്വീകർത്താവ്", "প্রাপক", "প্রতি", "பெறுனர்",
    "பெறுநர்", "kimga", "to", "recipient", "recipients", "an", "empfänger", "à", "a",
    "destinataire", "para", "destinatario", "destinatário", "destinatari", "aan", "ontvanger",
    "till", "mottagare", "til", "mottaker", "modtager", "do", "adresat", "adresát", "komu", "za",
    "prima", "primatelj", "vastaanottaja", "címzett", "către", "catre", "destinatar", "la",
    "kime", "alıcı", "kimə", "kam", "gavėjas", "saaja", "kellele", "për", "nori", "hartzailea",
    "oan", "kepada", "penerima", "đến", "tới", "người nhận", "προς", "παραλήπτης", "кому", "до",
    "каму", "за", "получатель", "אל", "إلى", "الى", "به", "گیرنده", "ถึง", "ผู้รับ", "को",
    "प्रति", "प्राप्तकर्ता", "收件人", "收件者", "宛先", "받는 사람", "받는사람", "수신", "수신자", "받는이",
)  # fmt: skip

SUBJECT = (
    "asuntu", "sujed", "danvez", "sughjettu", "ábhair", "ábhar", "cuspair", "temo", "subjecto",
    "titill", "վերնագիր", "სათაური", "საგანი", "ចំណងជើង", "ವಿಷಯ", "mijar", "വിഷയം", "বিষয়",
    "தலைப்பு", "பொருள்", "หัวจดหมาย", "सबजेक्ट", "mavzu", "subject", "re", "betreff", "objet",
    "sujet", "asunto", "assunto", "assumpte", "oggetto", "ogg", "onderwerp", "ämne", "emne",
    "evni", "efni", "viðfangsefni", "temat", "předmět", "predmet", "zadeva", "naslov", "tema",
    "aihe", "otsikko", "tárgy", "subiect", "konu", "mövzu", "temats", "teema", "pealkiri",
    "subjekt", "gaia", "ûnderwerp", "pwnc", "perihal", "subjek", "judul", "chủ đề", "tiêu đề",
    "θέμα", "тема", "тэма", "относно", "заглавие", "наслов", "предмет", "נושא", "הנדון",
    "الموضوع", "موضوع", "เรื่อง", "หัวเรื่อง", "หัวข้อ", "विषय", "主题", "主題", "主旨", "件名", "제목",
)  # fmt: skip

OTHERS = (
    "cc", "bcc", "copy", "kopie", "copie", "copie à", "cópia", "copia", "con copia", "kopia",
    "kopia till", "kopi", "kopi til", "kopio", "másolat", "kópia", "kópie", "skrytá", "dw",
    "do wiadomości", "bilgi", "ccn", "cci", "cco", "copia carbon", "kp", "afrit", "копия",
    "копія", "копија", "копие", "κοιν", "κοινοποίηση", "עותק", "לידיעה", "نسخة", "رونوشت",
    "สำเนา", "抄送", "副本", "참조", "reply-to", "reply to", "antwort an", "answer to", "répondre à",
    "responder a", "rispondi a", "importance", "priority", "wichtigkeit", "priorität",
    "sensitivity", "attachments", "attachment", "anlagen", "anhang", "pièces jointes",
    "archivos adjuntos", "anexos", "allegati", "bijlagen", "when", "where", "required",
    "optional", "organization", "mailed-by", "signed-by", "security", "message-id", "newsgroups",
    "resent-from", "x-mailer", "content-type", "mailing list", "附件", "添付ファイル",
)  # fmt: skip
