"""Bytes to text, by the charset that a mail declares or else by what they look like."""

from __future__ import annotations

import codecs
import re

# What mail programs call charsets that Python knows by another name, or that contain them: a
# GB 2312 mail may hold characters of GB 18030 only, and "Latin-1" is Windows' in practice.
_ALIASES = {
    "gb2312": "gb18030", "gbk": "gb18030", "gb_2312-80": "gb18030", "x-gbk": "gb18030",
    "csgb2312": "gb18030", "chinese": "gb18030", "ks_c_5601-1987": "cp949", "euc-kr": "cp949",
    "ks_c_5601": "cp949", "ksc5601": "cp949", "csksc56011987": "cp949", "x-windows-949": "cp949",
    "x-sjis": "cp932", "shift_jis": "cp932", "shift-jis": "cp932", "sjis": "cp932",
    "windows-31j": "cp932", "x-euc-jp": "euc_jp", "iso-2022-jp": "iso2022_jp_ext",
    "iso-8859-1": "cp1252", "latin1": "cp1252", "iso8859-1": "cp1252", "iso_8859-1": "cp1252",
    "us-ascii": "utf-8", "ascii": "utf-8", "ansi_x3.4-1968": "utf-8", "utf8mb4": "utf-8",
    "iso-8859-9": "cp1254", "iso-8859-8-i": "iso8859_8", "iso-8859-8-e": "iso8859_8",
    "iso-8859-6-i": "iso8859_6", "tis-620": "cp874", "windows-874": "cp874", "iso-8859-11": "cp874", "x-mac-roman": "mac_roman",
    "macintosh": "mac_roman", "x-mac-cyrillic": "mac_cyrillic", "cp-850": "cp850", "cp-437": "cp437",
    "unicode-1-1-utf-7": "utf-7", "unicode-1-1-utf-8": "utf-8", "big5": "cp950", "big-5": "cp950",
    "x-big5": "cp950", "big5-hkscs": "big5hkscs", "x-cp1251": "cp1251", "win-1251": "cp1251",
    "koi8-ru": "koi8_u", "x-windows-1252": "cp1252", "windows1252": "cp1252", "unicode": "utf-16",
}  # fmt: skip
# Python's own transformations; no mail is written in them, and some are slow.
_NO_CHARSETS = {
    "idna", "punycode", "unicode_escape", "unicode-escape", "raw_unicode_escape", "raw-unicode-escape",
    "undefined", "mbcs", "oem",
}  # fmt: skip
_ODD = re.compile(r"[^a-z0-9._:-]")
_ESCAPED_JAPANESE = (b"\x1b$B", b"\x1b$@")


def decoded(data: bytes, declared: str) -> str:
    """The text: in the declared charset, else UTF-8, else Windows' Latin-1; never an error."""
    for charset in _candidates(data, declared):
        text = _strictly(data, charset)
        if text is not None:
            return text
    known = _known(declared)
    if known and _damage(data, known) < _MAX_DAMAGE:
        return data.decode(known, "replace")
    return data.decode("cp1252", "replace")


_MAX_DAMAGE = 0.02  # of the characters; with more the declaration is taken for wrong


def _candidates(data: bytes, declared: str) -> list[str]:
    if data.startswith(codecs.BOM_UTF8):
        return ["utf-8-sig"]
    known = _known(declared)
    if known == "utf-8" and any(mark in data for mark in _ESCAPED_JAPANESE):
        return ["iso2022_jp_ext", "utf-8"]
    if known in {"cp1252", "cp1254"} and _is_utf8(data):
        return ["utf-8"]  # declared out of habit; such bytes are no accident
    return [known, "utf-8"] if known else ["utf-8"]


def _known(declared: str) -> str:
    """Python's name of a charset, empty where it has none for text."""
    name = _ODD.sub("", declared.lower())
    name = _ALIASES.get(name, name)
    if name in _NO_CHARSETS:
        return ""
    try:
        return name if codecs.lookup(name)._is_text_encoding else ""  # noqa: SLF001  # no other way
    except (LookupError, ValueError):
        return ""


def _strictly(data: bytes, charset: str) -> str | None:
    try:
        return data.decode(charset)
    except (LookupError, ValueError):
        return None


def _is_utf8(data: bytes) -> bool:
    return not data.isascii() and _strictly(data, "utf-8") is not None


def _damage(data: bytes, charset: str) -> float:
    text = data.decode(charset, "replace")
    return text.count("\ufffd") / max(len(text), 1)
