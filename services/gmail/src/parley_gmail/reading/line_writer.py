"""Puts running text into lines as a browser does: white space collapses, blocks begin anew."""

from __future__ import annotations

from parley_gmail.reading.lines import Line, Role, is_marked

_WHITE = " \t\n\r\f"
_TO_SPACE = str.maketrans("\t\n\r\f", "    ", "\u200b")


class LineWriter:
    """Collects lines; each has the role that was in force when it began to be written."""

    def __init__(self) -> None:
        self._lines: list[Line] = []
        self._typed: set[int] = set()
        self._pieces: list[str] = []
        self._mark = ""
        self._has_words = False
        self._owes_blank = False
        self._is_typed = False

    def lines(self, *, has_quotes: bool = False) -> list[Line]:
        """All lines written so far; where the markup has quotes, a typed ``>`` makes none."""
        if not has_quotes:
            return self._lines
        return [
            Line(line.text) if at in self._typed else line for at, line in enumerate(self._lines)
        ]

    def write(self, text: str) -> None:
        """Adds text to the line; runs of white space become one space."""
        words = [word for word in text.translate(_TO_SPACE).split(" ") if word]
        if text[:1] in _WHITE and text:
            self._space()
        if words:
            self._pieces.append(" ".join(words))
            self._has_words = True
            if text[-1] in _WHITE:
                self._space()

    def write_verbatim(self, text: str) -> None:
        """Adds text as it is."""
        self._pieces.append(text)
        self._has_words = self._has_words or bool(text.strip())

    def begin(self, mark: str) -> None:
        """Begins the line with a mark, such as a bullet; alone it is no text."""
        self._mark, self._pieces = mark, []

    def space(self) -> None:
        """Parts two words, e.g. of two cells."""
        if self._has_words:
            self._space()

    def break_line(self, role: Role, *, verbatim: bool = False) -> None:
        """Ends the line, also an empty one."""
        self._add(self._line(role, verbatim=verbatim))

    def end_line(self, role: Role, *, verbatim: bool = False) -> None:
        """Ends the line where something is in it."""
        if self._has_words:
            self._add(self._line(role, verbatim=verbatim))
        self._clear()

    def add_mark(self, role: Role) -> None:
        """Adds a line without text that means something."""
        self._lines.append(Line("", role))
        self._owes_blank = False

    def owe_blank(self) -> None:
        """Asks for a blank line before the next text."""
        self._owes_blank = bool(self._lines)

    def _space(self) -> None:
        if self._pieces and not self._pieces[-1].endswith(" "):
            self._pieces.append(" ")

    def _line(self, role: Role, *, verbatim: bool) -> Line:
        text = "".join(self._pieces).rstrip()
        text = self._mark + (text if verbatim else text.lstrip(" ")).replace("\u00a0", " ")
        self._clear()
        self._is_typed = role is Role.OWN and is_marked(text)
        return Line(text if text.strip() else "", Role.QUOTED if self._is_typed else role)

    def _clear(self) -> None:
        self._mark, self._pieces = "", []
        self._has_words = False

    def _add(self, line: Line) -> None:
        if self._owes_blank and self._lines and not self._lines[-1].is_blank:
            self._lines.append(Line("", Role.QUOTED if line.is_quoted else Role.OWN))
        self._owes_blank = False
        if self._is_typed:
            self._typed.add(len(self._lines))
        self._lines.append(line)
