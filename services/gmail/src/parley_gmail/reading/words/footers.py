"""What companies, virus scanners and mailing lists add below a mail."""

# ruff: noqa: RUF001  # other scripts' letters are the point of this table

# How a disclaimer begins: it speaks of the mail that it stands in.
SPEAKS_OF_ITSELF = (
    (
        r"(?:this|the\s+(?:information|contents?|material|data)\s+(?:contained\s+|"
        r"transmitted\s+)?(?:in|of|with)\s+this|any\s+(?:views|opinions|unauthori[sz]ed)|"
        r"e-?mail\s+(?:messages?|communications?|transmissions?)|"
        r"all\s+e-?mails?)\b.{0,60}?(?:e-?mail|message|communication|transmission|"
        r"correspondence|fax|electronic|attachments?)\b"
    ),
    (
        r"(?:the\s+)?(?:information|contents?)\s+(?:contained\s+)?(?:in|of)\s+(?:this|"
        r"the)\s+(?:e-?mail|message|communication|transmission)\b"
    ),
    (
        r"if\s+you\s+(?:are\s+not|have\s+received)\b.{0,60}\b(?:recipient|addressee|error|"
        r"message|e-?mail)\b"
    ),
    (
        r"(?:diese|die\s+in\s+dieser|der\s+inhalt\s+dieser|dieses)\s.{0,30}?(?:e-?mail|"
        r"nachricht|mail|schreiben|informationen)\b"
    ),
    r"(?:wenn|falls|sollten)\s+sie\s+nicht\s+der\b.{0,40}(?:adressat|empfänger)",
    (
        r"(?:ce|cet|le\s+contenu\s+de\s+ce|"
        r"les\s+informations\s+contenues\s+dans\s+ce)t?\s.{0,30}?(?:message|courriel|courrier|"
        r"e-?mail|mél|mail)\b"
    ),
    r"si\s+vous\s+n['’]êtes\s+pas\s+(?:le\s+)?destinataire",
    (
        r"(?:este|el\s+contenido\s+de\s+este|la\s+información\s+(?:contenida\s+)?(?:en|"
        r"de)\s+este|la\s+presente)\s.{0,30}?(?:mensaje|correo|e-?mail|comunicación)\b"
    ),
    r"si\s+(?:usted\s+)?(?:no\s+es|ha\s+recibido)\b.{0,60}(?:destinatario|error)",
    (
        r"(?:esta|este|o\s+conteúdo\s+dest[ae]|"
        r"as\s+informações\s+contidas\s+nest[ae])\s.{0,30}?(?:mensagem|e-?mail|correio|"
        r"comunicação)\b"
    ),
    (
        r"(?:questo|questa|la\s+presente|il\s+presente|il\s+contenuto\s+(?:di|della)|"
        r"le\s+informazioni\s+(?:contenute|trasmesse))\b.{0,60}?(?:messaggio|e-?mail|"
        r"comunicazione|mail)\b"
    ),
    (
        r"(?:de\s+informatie|dit|deze|de\s+inhoud\s+van\s+(?:dit|deze))\s.{0,40}?(?:e-?mail|"
        r"bericht|boodschap|mail)(?:bericht)?\b"
    ),
    (
        r"(?:detta|denna|denne|dette|tämä|ta|niniejsza|treść\s+tej|tato|tento|táto|"
        r"informacje\s+zawarte|ez\s+az?|acest|acesta|bu|данное|настоящее|це|tai|ši|šis|see|"
        r"ova|to|esta|αυτό|το\s+παρόν|pesan\s+ini|email\s+ini)\s.{0,30}?(?:meddelande|e-?post|"
        "meddelelse|melding|e-?mail|mail|viesti|sähköposti|wiadomość|wiadomości|zpráva|"
        "zprávy|správa|üzenet|levél|mesaj|e-?posta|ileti|сообщение|письмо|повідомлення|"
        "μήνυμα|poruka|sporočilo|laiškas|vēstule|kiri|surat)"
    ),
    r"(?:本|此|该|這封|这封|この|本)\s?(?:电子)?(?:邮件|郵件|電子郵件|メール|電子メール)", r"(?:이|본)\s?(?:메일|이메일|전자우편)",
    r'(?:הודעה\s+זו|דוא[\"״]ל\s+זה|هذه?\s+(?:الرسالة|البريد))',
)  # fmt: skip

CONFIDENTIAL = (
    r"\b(?:confidential\w*|privileged|proprietary|intended\s+(?:only\s+|solely\s+)?(?:for|"
    r"recipient)|intended\s+recipients?|unauthori[sz]ed|vertraulich\w*|"
    r"nicht\s+der\s+(?:richtige|beabsichtigte|vorgesehene)\s+(?:adressat|empfänger)|"
    r"confidentiel\w*|destinataire\s+(?:prévu|désigné|exclusif)|confidencia\w+|"
    r"destinatario\s+(?:indicado|previsto)|riservat\w+|confidenzial\w+|vertrouwelijk\w*|"
    r"uitsluitend\s+bestemd|geadresseerde|konfidentiell\w*|fortrolig\w*|luottamuksellis\w+|"
    r"poufn\w+|důvěrn\w+|dôvern\w+|bizalmas|confidențial\w*|gizli\w*|конфиденциальн\w+|"
    r"конфіденційн\w+|εμπιστευτικ\w+|rahasia|поверительн\w+|gdpr|rgpd|lopd|d\.?\s?lgs)|保密|机密|"
    "機密|기밀|سرية|חסוי"
)

# How such a paragraph begins, where it has a heading or a set phrase.
NOTICES = (
    (
        r"[\W_]*(?:confidentiality\s+(?:notice|note|statement)|legal\s+(?:notice|disclaimer)|"
        r"(?:email\s+)?disclaimer|important\s+notice|privacy\s+notice|"
        r"notice\s+of\s+confidentiality|privileged\s+and\s+confidential|haftungsausschluss|"
        r"rechtlicher\s+hinweis|vertraulichkeitshinweis|avis\s+de\s+confidentialité|"
        r"clause\s+de\s+confidentialité|aviso\s+(?:legal|de\s+confidencialidad(?:e)?)|"
        r"nota\s+de\s+confidencialidad|avvertenze?\s+(?:ai\s+sensi|legali)|"
        r"avviso\s+di\s+riservatezza|informativa\s+privacy|vertrouwelijkheidsclausule|"
        r"klauzula\s+poufności)\b"
    ),
    r"[\W_]*(?:please\s+)?(?:consider|think\s+of|think\s+about)\s+the\s+environment\b.{0,80}\bprint",
    r"[\W_]*(?:save\s+(?:a\s+tree|paper)|think\s+before\s+you\s+print|think\s+green)\b",
    (
        r"[\W_]*(?:bitte\s+)?(?:denken|prüfen)\s+sie\s+(?:bitte\s+)?(?:an\s+die\s+umwelt|"
        r"der\s+umwelt\s+zuliebe)"
    ),
    r"[\W_]*(?:pensez\s+à\s+l['’]environnement|avant\s+d['’]imprimer|n['’]imprimez)",
    (
        r"[\W_]*(?:antes\s+de\s+imprimir|piensa\s+en\s+el\s+medio\s*ambiente|"
        r"por\s+favor,?\s+(?:considere|piense)\s+(?:en\s+)?el\s+medio)"
    ),
    r"[\W_]*(?:prima\s+di\s+stampare|rispetta\s+l['’]ambiente|pensa\s+all['’]ambiente)",
    r"[\W_]*denk\s+aan\s+het\s+milieu", r"[\W_]*t[äæe]nk\s+på\s+milj(?:ön|øet)\b.{0,60}\b(?:skri|print|utskrift|udskriv)",
    r"[\W_]*ajattele\s+ympäristöä\b.{0,60}\btulost",
    r"[\W_]*(?:pomyśl\s+o\s+środowisku\b.{0,60}\bdruk|zanim\s+wydrukujesz)",
    r"[\W_]*(?:zvažte|zvážte),?\s+(?:prosím,?\s+)?(?:zda|či)\s+je\s+(?:nutné|potrebné)\b.{0,60}\b(?:tisk|tlač|vytisk|vytlač)",
    r"[\W_]*není-li\s+v\s+této\s+(?:e-?mailové\s+)?zprávě\s+výslovně",
    r"[\W_]*pense\s+no\s+meio\s+ambiente\b.{0,60}\bimprim", r"[\W_]*gondoljon\s+a\s+környezet.{0,60}\bnyomtat",
    r"[\W_]*(?:подумайте\s+об\s+окружающей\s+среде\b.{0,60}\bпечат|берегите\s+природу)",
    r"[\W_]*çevreyi\s+düşün.{0,60}\byazdır",
)  # fmt: skip

HEADINGS = (
    "notice|important|disclaimer|note|warning|attention|achtung|hinweis|wichtig|"
    "wichtiger hinweis|aviso|avviso|nota|importante|belangrijk|viktigt"
)

SCANNED = (
    r"_{3,}\s?information\s+from\s+eset\b", r"the\s+message\s+was\s+checked\s+by\s+eset\b",
    r"this\s+message\s+has\s+been\s+scanned\s+for\b", r"\bvirus[- ]free\b.{0,60}",
    r".{0,60}\bchecked\s+for\s+viruses\s+by\b.{0,80}",
    (
        r".{0,60}\b(?:scanned|verified)\s+(?:for\s+viruses\s+)?by\s+.{0,40}(?:anti-?virus|"
        "antivirus|mailscanner|messagelabs|avast|avg|norton|symantec|mcafee|sophos|"
        "barracuda).{0,60}"
    ),
    r"no\s+virus\s+found\s+in\s+this\b.{0,80}", r"checked\s+by\s+avg\b.{0,80}",
    r".{0,20}\bfree\s+of\s+viruses\b.{0,80}", r"\bvirenfrei\b.{0,60}",
    r"diese\s+e-mail\s+wurde\s+von\s+avast.{0,80}", r"garanti\s+sans\s+virus\b.{0,40}",
    r"sans\s+virus\b.{0,40}", r"l['’]absence\s+de\s+virus\s+dans\s+ce\s+courrier.{0,100}",
    r"(?:libre\s+de|sin)\s+virus\b.{0,40}", r"el\s+software\s+de\s+antivirus\s+avast.{0,80}",
    r"este\s+correo\s+electrónico\s+ha\s+sido\s+comprobado.{0,80}",
    r"(?:livre|sem)\s+(?:de\s+)?vírus\b.{0,40}",
    r"este\s+e-?mail\s+foi\s+(?:escaneado|verificado).{0,80}",
    r"(?:mail\s+priva\s+di|privo\s+di|senza)\s+virus\b.{0,40}",
    r"questa\s+e-?mail\s+è\s+stata\s+controllata.{0,80}", r"virusvrij\b.{0,40}",
    r"deze\s+e-?mail\s+is\s+gecontroleerd\s+op\s+virussen.{0,80}",
    r"(?:wolny\s+od|bez)\s+wirusów\b.{0,40}", r"ta\s+wiadomość\s+została\s+sprawdzona.{0,80}",
    r"(?:bez|без)\s+(?:virů|вирусов|вірусів)\b.{0,40}", r"проверено\s+на\s+вирусы.{0,60}",
    r"ova\s+e-?pošta\s+je\s+bez\s+virusa.{0,120}", r"ova\s+(?:je\s+)?poruka\s+.{0,40}virus.{0,80}",
    r"virusfri\b.{0,40}", r"virus-?vapaa\b.{0,40}", r"vírusmentes\b.{0,60}",
    r"virüs\s+bulunmuyor\b.{0,40}", "不含病毒.{0,40}", r"ウイルス\s*フリー.{0,40}",
    r"바이러스가?\s*없(?:음|습니다).{0,40}",
)  # fmt: skip

# In the lines below a rule, what shows that a mailing list or a service put them there.
LISTED = (
    r"mailing\s+list|listinfo|unsubscribe|subscribed|subscription|list\s+archives?|"
    r"groups\.google|google\s+groups|yahoo!?\s+groups|mailing-?liste|liste\s+de\s+diffusion|"
    r"lista\s+de\s+(?:correo|distribución|discussão)|abmelden|se\s+désabonner|désinscrire|"
    r"darse\s+de\s+baja|to\s+post\s+to\s+this|mailman|majordomo|sympa|listserv|ezmlm|"
    r"view\s+this\s+(?:topic|discussion)|reply\s+to\s+this\s+email\s+directly|visit\s+(?:this|"
    r"the)\s+(?:group|discussion|topic)|manage\s+your\s+(?:notifications|preferences)"
)

# Paragraphs that are such a footer even without a rule above them.
LIST_NOTES = (
    r"you\s+received\s+this\s+(?:message|email|mail|e-mail)\s+because\b",
    r"you\s+are\s+receiving\s+this\s+(?:message|email|e-mail|because)\b",
    r"to\s+unsubscribe\s+(?:from|send|visit|click|e-?mail)\b", r"to\s+post\s+to\s+this\s+group\b",
    r"yahoo!?\s+groups\s+links\b", r"for\s+more\s+options,\s+visit\s+this\s+group\b", r"reply\s+to\s+this\s+email\s+directly\b",
    r"sie\s+(?:haben|erhalten)\s+diese\s+(?:nachricht|e-mail)\s+(?:erhalten,?\s+)?weil\b",
    r"vous\s+recevez\s+ce\s+(?:message|courriel|mail)\s+car\b",
    r"vous\s+avez\s+reçu\s+ce\s+message\s+car\b",
    r"has\s+recibido\s+este\s+(?:mensaje|correo)\s+porque\b",
    r"recebeu\s+esta\s+mensagem\s+porque\b", r"hai\s+ricevuto\s+questo\s+messaggio\s+perch",
    r"je\s+hebt\s+dit\s+bericht\s+ontvangen\s+omdat\b",
    r"du\s+har\s+fått\s+det\s+här\s+meddelandet\s+eftersom\b",
    r"du\s+fick\s+det\s+här\s+meddelandet\s+(?:eftersom|därför)\b",
    r"otrzymujesz\s+tę\s+wiadomość,?\s+ponieważ\b",
    r"вы\s+получили\s+это\s+(?:сообщение|письмо),?\s+(?:поскольку|потому|так\s+как)\b",
)  # fmt: skip
