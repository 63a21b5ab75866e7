"""The closed list of words that decide, and what may stand beside them."""

# ruff: noqa: RUF001  # other scripts' letters are the point of this table

# Words that can mean nothing else: a comment may follow them.
APPROVING = (
    "approve approved accept accepted genehmigt genehmige freigegeben angenommen zugestimmt "
    "approuvé approuvée accepté acceptée aprobado aprobada apruebo aceptado aceptada "
    "aprovado aprovada aprovo aceito aceite approvato approvata approvo accettato accettata "
    "goedgekeurd akkoord godkänd godkänt godkänner godkendt godkjent godkjenner godkender "
    "hyväksytty hyväksyn"
)
# The same in languages whose words for "but" and "if" are in no table here: nothing else may be said.
APPROVING_ALONE = (
    "zatwierdzam zatwierdzone zaakceptowane akceptuję schváleno schvaluji schválené "
    "schvaľujem jóváhagyva jóváhagyom aprobat aprob одобрено одобряю утверждаю утверждено "
    "согласовано схвалено схвалюю погоджено погоджую затверджено затверджую одобрявам одобравам "
    "odobreno odobravam odobrené εγκρίνεται εγκρίνω εγκρίθηκε onaylıyorum onaylandı patvirtinu "
    "patvirtinta apstiprinu apstiprināts kinnitan heakskiidetud disetujui 批准 同意 核准 承認 "
    "承認します 承認しました 승인 승인합니다 승인함 מאושר موافق"
)
REJECTING = (
    "reject rejected decline declined deny denied abgelehnt refusé refusée rejeté rejetée "
    "rechazado rechazada rejeitado rejeitada recusado recusada rifiutato rifiutata respinto "
    "respinta afgewezen geweigerd avslaget avvisat afvist avvist avslått hylätty odrzucam "
    "odrzucone zamítnuto zamietnuté elutasítva respins отклонено отклоняю відхилено "
    "отхвърлено απορρίπτεται reddedildi reddediyorum 拒绝 驳回 拒絕 却下 拒否 거부 반려 נדחה مرفوض "
    "zamítám zamietam odmítám odmietam odbijeno odbijam zavrnjeno zavračam одбијено відхиляю "
    "відмовлено отхвърлям отказано rejeito reprovado reprovada "
    "reprovo recuso rechazo hylkään avslår afviser avvisar afgekeurd elutasítom atmetu atmesta noraidu noraidīts ditolak 却下します 거부합니다 거절 거절합니다 반려합니다"
)
# Words that people also use for other things: nothing else may be said.
YES = "yes ok okay ja oui sí sì sim kyllä ano áno igen да ναι evet はい 네 예 כן نعم"
NO = "no nein non não nee nej nei nie nem нет ні όχι hayır いいえ 아니요 לא لا"

# Courtesies that leave a decision what it is.
COURTESIES = (
    "thanks thank you thx ty cheers please kindly go ahead do so it this that the request "
    "deployment deploy release change action proposal plan all good looks great perfect fine "
    "sure certainly absolutely definitely course of from by for me my side ship lgtm and "
    "very much many a lot sir madam team everyone best kind warm regards sincerely yours "
    "greetings sorry bye have nice day hi hello dear danke bitte gerne vielen dank "
    "herzlichen schön mit freundlichen grüßen grüße gruß viele beste lg vg mfg von mir merci "
    "beaucoup s'il vous te plaît plait svp stp d'accord parfait cordialement bien à toi "
    "bonne journée gracias muchas por favor adelante perfecto saludos un saludo de acuerdo "
    "obrigado obrigada muito por favor perfeito abraço cumprimentos grazie mille per favore "
    "perfetto va bene saluti cordiali dank je u wel alsjeblieft graag prima groet groeten "
    "met vriendelijke tack så mycket hälsningar mvh takk tak mange hilsen venlig kiitos "
    "paljon terveisin dziękuję bardzo proszę pozdrawiam díky děkuji prosím ďakujem köszönöm "
    "üdvözlettel mulțumesc спасибо большое пожалуйста дякую благодаря ευχαριστώ πολύ "
    "teşekkürler teşekkür ederim lütfen 谢谢 謝謝 お願いします よろしくお願いします ありがとうございます 감사합니다 תודה شكرا"
)
# After "no": still a no.
REFUSALS = (
    "way do not don't dont never absolutely definitely thanks thank you sorry please certainly"
)

# Anything of this in an approving mail takes the decision back, or may.
HEDGES = (
    "but if unless until till when once after before however except although though while "
    "wait hold later maybe perhaps possibly not never no none nothing nobody without don't "
    "dont doesn't can't cannot won't isn't shouldn't wouldn't didn't haven't only first "
    "provided providing assuming otherwise instead rather cancel stop abort revoke undo "
    "forget ignore joking kidding question questions why unsure think thinking check "
    "checking verify confirm let tomorrow monday condition conditional conditionally "
    "partially partly disagree disagreed mistake wrong sorry correction aber wenn falls "
    "nicht kein keine erst später sobald sofern außer jedoch vielleicht nur warten oder mais "
    "si pas jamais sauf quand lorsque après avant seulement attendre peut-être ou pero "
    "cuando salvo excepto después antes solo sólo todavía espera quizás mas quando exceto "
    "depois talvez não ma se però quando dopo prima forse solo non maar als niet geen tenzij "
    "zodra pas nog wacht misschien men om inte ikke hvis når utan ej vänta kanske mutta jos "
    "ei vasta ale jeśli nie dopiero gdy ale pokud ne až но если не только когда після якщо "
    "але 但 但是 如果 不 しかし もし ただし 하지만 만약 אבל אם לא لكن إذا لا αλλά αν όχι ama eğer değil dacă nu "
    "însă"
)
