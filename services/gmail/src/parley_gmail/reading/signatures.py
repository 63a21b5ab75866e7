"""Signatures and the lines that phones add."""

# ruff: noqa: RUF001  # other scripts' letters are the point of this table

from __future__ import annotations

import re
from collections.abc import Sequence

_DELIMITER = re.compile(r"^(?:--|—|__)\s?$")
_MOBILE = re.compile(
    r"^\s*\*?(?:"
    r"sent\s+(?:from|via|with|using)\s+(?:my|a|the|outlook|mail|yahoo|gmail|proton|samsung|mobile)\b.*"
    r"|get\s+outlook\s+for\s+.*"
    r"|(?:von\s+meinem|gesendet\s+(?:von|mit))\s+.*"
    r"|envoy[ée]\s+(?:de|depuis|[àa]\s+partir\s+de)\s+.*"
    r"|enviado\s+(?:desde|do|de|a\s+partir\s+do)\s+(?:mi|meu|un|o|el)\b.*"
    r"|inviato\s+da(?:l)?\s+.*"
    r"|verzonden\s+(?:vanaf|met|via)\s+.*"
    r"|skickat\s+fr[åa]n\s+.*|sendt\s+fra\s+.*|l[äa]hetetty\s+.*"
    r"|wys[łl]ane\s+z\s+.*"
    r"|отправлено\s+(?:с|из)\s+.*"
    r"|发自我的.*|從我的.*傳送|iPhoneから送信"
    r")\s*$",
    re.IGNORECASE,
)


def without_signature(lines: Sequence[str]) -> list[str]:
    """The lines before ``-- `` (RFC 3676 4.3) or a phone's own line."""
    for index, line in enumerate(lines):
        if _DELIMITER.match(line) or (_MOBILE.match(line) and _is_last(lines, index)):
            return list(lines[:index])
    return list(lines)


def _is_last(lines: Sequence[str], index: int) -> bool:
    """Whether nothing of the writer's follows: the same words can stand in a sentence."""
    return not any(line.strip() for line in lines[index + 1 :])
