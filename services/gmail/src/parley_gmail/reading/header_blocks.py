"""Finds the block "From: … Sent: … To: … Subject: …" above what is quoted or forwarded."""

# ruff: noqa: RUF001  # dashes, quotes and colons of other scripts are meant

from __future__ import annotations

import re
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field

from parley_gmail.reading.lines import Line
from parley_gmail.reading.words import header_names as names

_MAX_LINES = 40  # long lists of recipients are wrapped over many lines
_MAX_WRAPPED = 12
_SURELY, _PAIR = 3, 2  # different headers
_LONGEST = 2_000  # characters of a line
_NAME = re.compile(
    r"^[\s>*_|]{0,12}([^\W\d_](?:[^:：*_<>@]{0,28}[^\s:：*_<>@])?)\s{0,4}[*_]{0,2}\s{0,2}[:：՝]\s?[*_]{0,2}(.*)$"
)
_ANY = re.compile(r"^[\s>*_|]{0,12}[^\s:：][^:：]{0,30}[:：]\s*\S")
_ADDRESS = re.compile(r"@|mailto:")
_DATE = re.compile(r"\d{1,2}\D+\d{2,4}|\d{4}")
_DATED = re.compile(
    r"^\s*\d{1,4}[-./]\s?\d{1,2}[-./]\s?\d{2,4}\s+\d{1,2}[:.]\d{2}(?:[:.]\d{2})?(?:\s?[AP]M)?(?:\s\S{1,6})?$",
    re.IGNORECASE,
)
_TABLE_ABOVE, _TABLE_BELOW = 5, 40  # lines


def _kinds() -> dict[str, frozenset[str]]:
    """Header names to what they can mean: "de" and "a" are several things in several languages."""
    found: dict[str, set[str]] = {}
    groups = {
        "from": names.FROM, "sent": (*names.SENT, *names.DATE),
        "to": names.TO, "subject": names.SUBJECT,
    }  # fmt: skip
    for kind, spelled in {**groups, "other": names.OTHERS}.items():
        for name in spelled:
            found.setdefault(name.casefold(), set()).add(kind)
    return {name: frozenset(kinds) for name, kinds in found.items()}


_KINDS: Mapping[str, frozenset[str]] = _kinds()
_TO = frozenset(name.casefold() for name in names.TO)
_SUBJECT = frozenset(name.casefold() for name in names.SUBJECT)
_SENT_WORDS = frozenset(name.casefold() for name in names.SENT)


@dataclass
class _Block:
    """What has been seen of a block so far."""

    seen: set[str] = field(default_factory=set)
    names: set[str] = field(default_factory=set)
    is_sent: bool = False
    values: list[tuple[frozenset[str], str]] = field(default_factory=list)

    def add(self, name: str, value: str) -> None:
        kinds = _KINDS[name]
        self.names.add(name)
        self.is_sent = self.is_sent or name in _SENT_WORDS
        fresh = kinds - self.seen - {"other"}
        self.seen |= {next(iter(sorted(fresh)))} if fresh else set()
        self.values.append((kinds, value))

    @property
    def has_address(self) -> bool:
        return any(_ADDRESS.search(value) for _, value in self.values)

    @property
    def has_date(self) -> bool:
        return self.is_sent or any(
            "sent" in kinds and _DATE.search(value) for kinds, value in self.values
        )


def header_block(lines: Sequence[Line], at: int, *, follows_rule: bool = False) -> tuple[int, bool]:
    """The line after the headers that begin here, and whether they are a mail's.

    Args:
        lines: The body.
        at: Where it would begin.
        follows_rule: A line is drawn above, as mail programs do; then less is asked of the block.
    """
    is_sample = lines[at].text.startswith("   ") and not follows_rule
    if header(lines[at]) is None or is_sample:
        return at, False
    block, end = _read(lines, at)
    return end, _is_convincing(block, follows_rule=follows_rule)


def unknown_block(lines: Sequence[Line], at: int) -> int:
    """The end of a block whose names are in no table, below a rule: an address and a date say it.

    Returns:
        The line after it; `at` where there is none.
    """
    rows = [line.text for line in lines[at : at + 8]]
    count = next((number for number, row in enumerate(rows) if not _ANY.match(row)), len(rows))
    block = " ".join(rows[:count])
    is_one = count >= _SURELY and bool(_ADDRESS.search(block) and _DATE.search(block))
    return at + count if is_one else at


def table_block(lines: Sequence[Line], at: int) -> tuple[int, int] | None:
    """Lotus Notes' table as plain text: a sender, a date, then "To", "cc" and "Subject".

    Each name stands on a line of its own, its value on the next, without a colon.

    Returns:
        The sender's line and the line after the subject; None where `at` is not the "To" of one.
    """
    if not _is_label(lines[at], _TO):
        return None
    above = [index for index in range(max(at - _TABLE_ABOVE, 0), at) if not lines[index].is_blank]
    if len(above) < _PAIR or not _DATED.match(lines[above[-1]].text):
        return None
    for index in range(at + 1, min(at + _TABLE_BELOW, len(lines))):
        if _is_label(lines[index], _SUBJECT):
            return above[-_PAIR], min(index + _PAIR, len(lines))
    return None


def _is_label(line: Line, names_of_it: frozenset[str]) -> bool:
    return line.text.strip().rstrip(":：").casefold() in names_of_it


def header(line: Line) -> tuple[str, str] | None:
    """A header's name in lower case and its value; None for any other line."""
    if len(line.text) > _LONGEST:
        return None
    found = _NAME.match(line.text)
    name = " ".join(found[1].split()).casefold() if found else ""
    return (name, found[2].strip()) if found and name in _KINDS else None


def _read(lines: Sequence[Line], at: int) -> tuple[_Block, int]:
    block, end, wrapped = _Block(), at, 0
    for index in range(at, min(at + _MAX_LINES, len(lines))):
        line = lines[index]
        if found := header(line):
            block.add(*found)
            end, wrapped = index + 1, 0
        elif line.is_blank:
            if not _goes_on(lines, index, block):
                break
        elif (wrapped := wrapped + 1) > _MAX_WRAPPED or not _is_continued(lines, index):
            break
    return block, end


def _goes_on(lines: Sequence[Line], blank: int, block: _Block) -> bool:
    """Whether the next line with text is one more header; HTML may have put blanks between."""
    following = next((line for line in lines[blank + 1 : blank + 3] if not line.is_blank), None)
    found = header(following) if following else None
    return found is not None and found[0] not in block.names


def _is_continued(lines: Sequence[Line], index: int) -> bool:
    """Whether another header follows soon, so that this line is the rest of a wrapped one."""
    for line in lines[index + 1 : index + _MAX_WRAPPED]:
        if line.is_blank:
            return False
        if header(line):
            return True
    return False


def _is_convincing(block: _Block, *, follows_rule: bool) -> bool:
    seen, count = block.seen, len(block.seen)
    if not (block.has_address or block.has_date or follows_rule):
        return False
    if "from" in seen and "subject" in seen and count >= _SURELY:
        return True
    if count >= _SURELY:
        return block.has_address or block.is_sent or "subject" in seen
    if count == _PAIR:
        return _is_pair(block, follows_rule=follows_rule)
    return False


def _is_pair(block: _Block, *, follows_rule: bool) -> bool:
    """Two headers alone could be a timetable; an address makes them a mail's."""
    if block.seen == {"to", "subject"}:
        return follows_rule and block.has_address
    if "from" in block.seen or block.seen == {"sent", "to"}:
        return block.has_address or (follows_rule and block.has_date)
    return False
