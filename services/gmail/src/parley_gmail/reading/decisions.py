"""The decision that a reply clearly states, or none; it never guesses."""

from __future__ import annotations

import re

APPROVED, REJECTED = "approved", "rejected"
_WORDS = {
    APPROVED: "approve approved yes ok okay accept accepted agree agreed confirm confirmed "
    "ja genehmigt freigegeben oui approuvé sí aprobado approvato sim aprovado goedgekeurd sì",
    REJECTED: "reject rejected no deny denied decline declined disapprove disapproved "
    "nein abgelehnt non refusé rechazado rifiutato não rejeitado nee afgewezen",
}
_VERDICTS = {word: verdict for verdict, words in _WORDS.items() for word in words.split()}

_FIRST_WORD = re.compile(r"^[\s*_>#\"'“”„«»(\[]*([^\W\d_]+)(?P<rest>.*)", re.DOTALL)
_SENTENCE = re.compile(r"[.!;\n]")
# What follows the first word in its sentence and makes it something other than a decision.
_HEDGES = re.compile(
    r"\?|\b(?:but|if|unless|until|when|once|after|before|however|except|although|though|wait|hold|"
    r"later|maybe|perhaps|not|never|don['\u2019]?t|can['\u2019]?t|cannot|won['\u2019]?t|isn['\u2019]?t|let|thinking|"
    r"think|check|question|questions|first|provided|assuming|"
    r"aber|wenn|falls|nicht|erst|später|mais|si|pas|pero|pas|però|ma|se|mas|maar|niet|als)\b",
    re.IGNORECASE,
)
_HARMLESS_NO = re.compile(
    r"^\W*(?:problem|problems|worries|objection|objections|issue|issues|concerns|doubt|rush|"
    r"need|idea|clue|comment|comments|hurry|longer|one)\b",
    re.IGNORECASE,
)


def decision(text: str) -> str:
    """``approved``, ``rejected`` or empty, from the first word of a closed list.

    A first word whose sentence goes on to hedge ("yes, but …", "ok, let me check", "no problem")
    or that names both verdicts is no decision.
    """
    found = _FIRST_WORD.match(text)
    if found is None:
        return ""
    verdict = _VERDICTS.get(found[1].lower(), "")
    sentence = _SENTENCE.split(found["rest"], maxsplit=1)[0]
    return "" if verdict and is_unclear(verdict, found[1].lower(), sentence) else verdict


def is_unclear(verdict: str, word: str, rest_of_sentence: str) -> bool:
    """Whether the rest of the sentence takes the word back."""
    if rest_of_sentence[:1] in {"-", "/", "'", "\u2019", "@"}:
        return True  # "no-one", "yes/no", "ok'd"
    if word == "no" and _HARMLESS_NO.match(rest_of_sentence):
        return True
    if _names_other(verdict, rest_of_sentence):
        return True
    return verdict == APPROVED and bool(_HEDGES.search(rest_of_sentence))


def _names_other(verdict: str, text: str) -> bool:
    words = re.findall(r"[^\W\d_]+", text.lower())
    return any(_VERDICTS.get(word, verdict) != verdict for word in words)
