"""The decision that a reply clearly states, or none; it never guesses.

A wrong decision may release an action that somebody meant to stop, while a missing one costs the
person a click. So of everything that could be read in two ways, none is read.
"""

# ruff: noqa: RUF001  # dashes, quotes and colons of other scripts are meant

from __future__ import annotations

import re

from parley_gmail.reading.words import decisions as words

APPROVED, REJECTED = "approved", "rejected"
_EXPLICIT = {
    **dict.fromkeys(words.APPROVING.split(), APPROVED),
    **dict.fromkeys(words.REJECTING.split(), REJECTED),
}
_BRIEF = {
    **dict.fromkeys((words.APPROVING_ALONE + " " + words.YES).split(), APPROVED),
    **dict.fromkeys(words.NO.split(), REJECTED),
}
_COURTESIES = frozenset(words.COURTESIES.split())
_REFUSALS = frozenset(words.REFUSALS.split())
_HEDGES = frozenset(words.HEDGES.split())

_LONGEST = 2_000  # characters; whoever writes more has more to say than a word
_FIRST = re.compile(r"[\s*_\"'“”„«»(\[]*([^\W\d_]+)(.*)", re.DOTALL)
_WORD = re.compile(r"[^\W\d_]+(?:['’][^\W\d_]+)*")
_SENTENCE = re.compile(r"[.!;\n]|\s[-–—]+\s|(?:^|(?<=\w))[:,–—]\s")
_GLUED = re.compile(r"^[-/'’@|+&=~_\d\\]|^\.\w|^\s*(?:/|\||\?|or\b|and\b)")
_SIGNED = re.compile(r"^(?:[^\W\d_][\w.'’-]*\s?){1,3},?$")
# Characters that make a text look other than it is.
_DISGUISED = re.compile(r"[\u202a-\u202e\u2066-\u2069\u200b-\u200f\u00ad\u2060~]|\u0336|\u0335")


def decision(text: str) -> str:
    """``approved``, ``rejected`` or empty.

    "Approve" or "Reject" may be followed by a comment that takes nothing back. "Yes" and "No" must
    stand alone but for thanks and a name, and so must approvals in languages whose conditions are
    not known.
    """
    found = _FIRST.match(text[:_LONGEST]) if len(text) <= _LONGEST else None
    if found is None or _DISGUISED.search(text):
        return ""
    word, rest = found[1].casefold(), found[2]
    if _GLUED.match(rest) or "?" in _first_sentence(rest):
        return ""
    if verdict := _EXPLICIT.get(word):
        return verdict if _is_upheld(verdict, rest) else ""
    if verdict := _BRIEF.get(word):
        return verdict if _is_all(verdict, rest) else ""
    return ""


def _is_upheld(verdict: str, rest: str) -> bool:
    """Whether what follows an unmistakable word leaves it standing."""
    beside, *comment = _SENTENCE.split(rest.lstrip("*_\"'”“»)]"), maxsplit=1)
    said = _words(" ".join(comment))
    if not set(_words(beside)) <= _COURTESIES | _allowed(verdict):
        return False
    if verdict == REJECTED:
        return not any(_verdict(word) == APPROVED for word in said)
    return "?" not in rest and not any(
        word in _HEDGES or _verdict(word) == REJECTED for word in said
    )


def _is_all(verdict: str, rest: str) -> bool:
    """Whether nothing but courtesies follows, and names below them."""
    return "?" not in rest and all(
        _is_courtesy(row, verdict, at) for at, row in enumerate(rest.split("\n"))
    )


def _is_courtesy(row: str, verdict: str, at: int) -> bool:
    said = set(_words(row))
    if said <= _COURTESIES | _allowed(verdict):
        return True
    is_name = bool(_SIGNED.match(row.strip())) and row.strip()[:1].isupper()
    return at > 0 and is_name and not any(word in _HEDGES or _verdict(word) for word in said)


def _allowed(verdict: str) -> frozenset[str]:
    """More words that may stand beside a verdict: the verdict itself, again."""
    again = frozenset(word for word, same in (_EXPLICIT | _BRIEF).items() if same == verdict)
    return again | _REFUSALS if verdict == REJECTED else again


def _first_sentence(rest: str) -> str:
    return re.split(r"[.!;\n]", rest, maxsplit=1)[0]


def _verdict(word: str) -> str:
    return _EXPLICIT.get(word) or _BRIEF.get(word, "")


def _words(text: str) -> list[str]:
    return [word.casefold().replace("’", "'") for word in _WORD.findall(text)]
