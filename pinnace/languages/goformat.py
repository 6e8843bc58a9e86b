"""Go's fmt.Sprintf: the verbs of templates' `printf` and of `withSequence.format`.

Mirrors fmt/print.go: this module reads the format and hands each value to `goprinting`. Mistakes
print as they do in Go (`%!d(string=x)`, `%!v(MISSING)`, `%!(EXTRA int=1)`) and are never errors.
"""

from __future__ import annotations

from typing import Any

from pinnace.languages.goprinting import MAX_OUTPUT, Flags, described, printed

LARGEST_WIDTH = 1_000_000
"""fmt's own bound on widths and precisions."""


def sprintf(template: str, *values: Any) -> str:
    """fmt.Sprintf."""
    return _Printf(template, values).run()


def sprint(*values: Any) -> str:
    """fmt.Sprint: a space between operands when neither is a string."""
    parts: list[str] = []
    for place, value in enumerate(values):
        if place and not isinstance(value, str) and not isinstance(values[place - 1], str):
            parts.append(" ")
        parts.append(printed(value))
    return "".join(parts)


def sprintln(*values: Any) -> str:
    """fmt.Sprintln."""
    return " ".join(map(printed, values)) + "\n"


class _Printf:
    """One run of doPrintf over a format."""

    def __init__(self, template: str, values: tuple[Any, ...]) -> None:
        self._template = template
        self._end = len(template)
        self._values = values
        self._place = 0
        self._argument = 0
        self._reordered = False
        self._good = True  # whether the argument number of this verb is in range
        self._indexed = False  # whether the last thing read was an index such as [3]
        self._out: list[str] = []
        self._size = 0

    def run(self) -> str:
        while self._place < self._end:
            found = self._template.find("%", self._place)
            stop = self._end if found < 0 else found
            self._emit(self._template[self._place : stop])
            self._place = stop + 1
            if stop < self._end:
                self._directive()
        if not self._reordered and self._argument < len(self._values):
            left = self._values[self._argument :]
            self._emit("%!(EXTRA " + ", ".join(map(described, left)) + ")")
        return "".join(self._out)

    def _emit(self, text: str) -> None:
        self._size += len(text)
        if self._size > MAX_OUTPUT:
            raise ValueError(f"printf: the output is longer than {MAX_OUTPUT} characters")
        self._out.append(text)

    def _at(self, char: str) -> bool:
        return self._place < self._end and self._template[self._place] == char

    def _directive(self) -> None:
        flags = Flags()
        self._good, self._indexed = True, False
        while self._place < self._end and flags.read(self._template[self._place]):
            self._place += 1
        self._index()
        self._width(flags)
        self._precision(flags)
        if not self._indexed:
            self._index()
        if self._place >= self._end:
            self._emit("%!(NOVERB)")
            return
        verb = self._template[self._place]
        self._place += 1
        self._verb(verb, flags)

    def _verb(self, verb: str, flags: Flags) -> None:
        if verb == "%":
            self._emit("%")
        elif not self._good:
            self._emit(f"%!{verb}(BADINDEX)")
        elif self._argument >= len(self._values):
            self._emit(f"%!{verb}(MISSING)")
        else:
            if verb in "vw":
                flags.plain_v()
            self._argument += 1
            self._emit(printed(self._values[self._argument - 1], verb, flags))

    def _width(self, flags: Flags) -> None:
        if self._at("*"):
            self._place += 1
            flags.width = self._from_argument()
            if flags.width is None:
                self._emit("%!(BADWIDTH)")
            elif flags.width < 0:
                flags.width, flags.minus, flags.zero = -flags.width, True, False
            self._indexed = False
            return
        flags.width = self._number()
        if self._indexed and flags.width is not None:
            self._good = False

    def _precision(self, flags: Flags) -> None:
        if not self._at(".") or self._place + 1 >= self._end:
            return
        self._place += 1
        if self._indexed:
            self._good = False
        self._index()
        if self._at("*"):
            self._place += 1
            flags.precision = self._from_argument()
            if flags.precision is None or flags.precision < 0:
                flags.precision = None
                self._emit("%!(BADPREC)")
            self._indexed = False
        else:
            flags.precision = self._number() or 0

    def _number(self) -> int | None:
        """parsenum: digits; what is too large counts as no number, and is not consumed."""
        start = place = self._place
        number = 0
        while place < self._end and "0" <= self._template[place] <= "9":
            if number > LARGEST_WIDTH:
                self._place = self._end
                return None
            number = number * 10 + int(self._template[place])
            place += 1
        self._place = place
        return number if place > start else None

    def _from_argument(self) -> int | None:
        if self._argument >= len(self._values):
            return None
        value = self._values[self._argument]
        self._argument += 1
        value = getattr(value, "nanoseconds", value)  # a duration is an integer
        if not isinstance(value, int) or isinstance(value, bool):
            return None
        return int(value) if abs(value) <= LARGEST_WIDTH else None

    def _index(self) -> None:
        """argNumber: `[3]` makes the third argument the next one."""
        self._indexed = False
        if not self._at("["):
            return
        self._reordered = True
        close = self._template.find("]", self._place)
        if close < 0 or self._end - self._place < 3:
            self._place += 1
            self._good = False
            return
        digits = self._template[self._place + 1 : close]
        self._place = close + 1
        self._indexed = digits.isascii() and digits.isdigit() and len(digits) < 8
        number = int(digits) - 1 if self._indexed else -1
        if 0 <= number < len(self._values):
            self._argument = number
        else:
            self._good = False
