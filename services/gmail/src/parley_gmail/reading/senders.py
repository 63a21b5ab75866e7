"""Who wrote, and whether the receiving server vouches for it (RFC 8601, RFC 7489)."""

from __future__ import annotations

import re
from dataclasses import dataclass
from email.headerregistry import AddressHeader
from email.policy import default

from parley_gmail.reading.mail import Mail, text_of, values

RECEIVER = "mx.google.com"
# A quoted string (an open one to the end), a parenthesis, a semicolon, an escaped character, others.
_TOKENS = re.compile(r'"(?:[^"\\]|\\.)*(?:"|$)|[();]|\\.|[^"();\\]+|\\$')
# ann@example.com <ann@example.com>, as Outlook writes who has no name.
_NAMED_BY_ADDRESS = re.compile(
    r"'?([^\s<>@'\",]+@[^\s<>@'\",]+)'?\s?<([^\s<>@'\",]+@[^\s<>@'\",]+)>"
)
_NAME = re.compile(r"[^\W\d_]{3,}")
_QUOTED_SPACE = re.compile(r"[\s=]")
_LONGEST_FROM = 2_000  # characters; the parser is slow, and nobody has such a name
_LONGEST_DOMAIN = 253
_AMBIGUOUS = re.compile("[\u00df\u1e9e\u03c2\u200c\u200d]")
PASS, NONE, MISALIGNED = "pass", "none", "misaligned"


@dataclass(frozen=True)
class From:
    """The writer as the mail claims; `address` is empty unless it is exactly one."""

    address: str
    domain: str


def sender(mail: Mail) -> From:
    """The one address in the one From header, in lower case."""
    lines = values(mail, "From")
    if len(lines) != 1 or len(lines[0]) > _LONGEST_FROM:
        return From("", "")
    addresses = _addresses(lines[0])
    if len(addresses) != 1:
        return From("", "")
    return From(addresses[0], addresses[0].rpartition("@")[2])


def names(mail: Mail) -> frozenset[str]:
    """The words of the writer's display name and address, in lower case."""
    shown = text_of(mail, "From")[:_LONGEST_FROM].rpartition("@")[0]
    return frozenset(_NAME.findall(shown.casefold()))


def _addresses(line: str) -> list[str]:
    """Parsed strictly; a line with defects could be read as another address elsewhere."""
    same = _NAMED_BY_ADDRESS.fullmatch(line)
    if same and same[1].lower() == same[2].lower():
        line = same[2]
    try:
        header = default.header_factory("From", line)
    except Exception:  # noqa: BLE001  # 3.11's parser raises many kinds on hostile input
        return []
    if _is_doubtful(header) or not isinstance(header, AddressHeader):
        return []
    found = [(each.username, each.domain) for each in header.addresses]
    return [f"{user}@{domain}".lower() for user, domain in found if user and domain]


def _is_doubtful(header: object) -> bool:
    """Whether it has defects other than "Dr. Ann Example <…>", which everybody reads alike."""
    defects = getattr(header, "defects", ())
    return any("period in 'phrase'" not in str(defect) for defect in defects)


def dmarc(mail: Mail, domain: str) -> str:
    """The receiving server's DMARC result for the From domain.

    Only the topmost Authentication-Results counts, and only when it is the receiver's own: the
    writer can put copies below it.

    Returns:
        ``pass``; the server's other result; ``misaligned`` for a pass of another domain; or
        ``none`` where it says nothing.
    """
    lines = values(mail, "Authentication-Results")
    if not lines:
        return NONE
    server, *results = split_results(lines[0])
    if server.split()[:1] != [RECEIVER]:
        return NONE
    verdicts = [_properties(each) for each in results if each.lower().startswith("dmarc")]
    if not verdicts:
        return NONE
    failing = next((each["dmarc"] for each in verdicts if each.get("dmarc") != PASS), "")
    if failing:
        return failing
    names = {domain, _encoded(domain)} - {""}
    is_aligned = all(each.get("header.from") in names for each in verdicts)
    return PASS if is_aligned else MISALIGNED


def _encoded(domain: str) -> str:
    """An international domain as servers write it (``xn--…``); empty where that is not one name.

    Python encodes by IDNA 2003, which makes another domain of names with a sharp s or a final
    sigma; those are not encoded at all.
    """
    if domain.isascii() or len(domain) > _LONGEST_DOMAIN or _AMBIGUOUS.search(domain):
        return ""
    try:
        return domain.encode("idna").decode("ascii").lower()
    except UnicodeError:
        return ""


def split_results(line: str) -> list[str]:
    """The header's parts between semicolons, without comments; quoted strings stay whole.

    What is quoted or in a comment may come from the writer, so nothing in it separates.
    """
    parts, depth = [""], 0
    for piece in _TOKENS.findall(line):
        if piece == "(":
            depth += 1
        elif piece == ")":
            depth = max(0, depth - 1)
        elif depth:
            continue
        elif piece == ";":
            parts.append("")
        else:
            parts[-1] += _QUOTED_SPACE.sub("_", piece) if piece.startswith('"') else piece
    return [part.strip() for part in parts]


def _properties(result: str) -> dict[str, str]:
    """``dmarc=pass header.from=example.com`` as a mapping in lower case; the first of a name wins."""
    found: dict[str, str] = {"dmarc": "malformed"}
    pairs = [word.partition("=") for word in result.lower().split()]
    for name, _, content in reversed(pairs):
        found[name] = content.strip('"')
    return found
