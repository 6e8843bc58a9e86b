"""The tokens of a script (gopher-lua's parse/lexer.go).

Texts are bytes kept as latin-1 characters, as all Lua strings here are.
"""

from __future__ import annotations

import re
from dataclasses import dataclass

KEYWORDS = frozenset({
    "and", "break", "do", "else", "elseif", "end", "false", "for", "function",
    "if", "in", "local", "nil", "not", "or", "return", "repeat",
    "then", "true", "until", "while", "goto",
})  # fmt: skip
_SPACE = re.compile(r"[ \t\r\n]+")
_NAME = re.compile(r"[A-Za-z_][A-Za-z0-9_]*")
_HEX = re.compile(r"0[xX][0-9a-fA-F]*")
_NUMBER = re.compile(r"([0-9]+|(?=\.))(?:\.[0-9]*)?(?:[eE][+-]?.[0-9]*)?", re.DOTALL)
_SYMBOL = re.compile(r"\.\.\.|\.\.|==|~=|<=|>=|::|[-+*/%^#<>=(){}\[\];:,.]")
_LONG = re.compile(r"\[(=*)\[")
_LINE_BREAK = re.compile(r"\r\n|\n\r|\r|\n")
_ESCAPES = {"a": "\a", "b": "\b", "f": "\f", "n": "\n", "r": "\r", "t": "\t", "v": "\v"}


class SyntaxProblem(Exception):
    """The script is no Lua: what is wrong, and at which character."""

    def __init__(self, place: int, message: str) -> None:
        super().__init__(message)
        self.place = place
        self.message = message


@dataclass(frozen=True, slots=True)
class Token:
    """One word; `kind` is the word itself, or `name`, `number`, `string`, `end of script`."""

    kind: str
    text: str
    line: int
    place: int
    on_new_line: bool = False


END = "end of script"


def tokens(source: str) -> list[Token]:
    """Return the tokens of a script, ended by one of kind END; raises SyntaxProblem."""
    return _Lexer(source).run()


class _Lexer:
    def __init__(self, source: str) -> None:
        self._source = source
        self._place = 0
        self._line = 1
        self._found: list[Token] = []

    def run(self) -> list[Token]:
        while True:
            broken = self._skip_space()
            start, line = self._place, self._line
            if start >= len(self._source):
                self._found.append(Token(END, "", line, start))
                return self._found
            if self._source.startswith("--", start):
                self._comment()
                continue
            kind, text = self._word()
            self._found.append(Token(kind, text, line, start, broken))

    def _skip_space(self) -> bool:
        """Pass over blanks; True when a line ended."""
        match = _SPACE.match(self._source, self._place)
        if match is None:
            return False
        self._place = match.end()
        self._count_lines(match[0])
        return "\n" in match[0] or "\r" in match[0]

    def _count_lines(self, text: str) -> None:
        if "\n" in text or "\r" in text:
            self._line += len(_LINE_BREAK.findall(text))

    def _comment(self) -> None:
        self._place += 2
        if re.compile(r"\[[\[=]").match(self._source, self._place):
            self._long("comment")
            return
        end = _LINE_BREAK.search(self._source, self._place)
        self._place = end.start() if end else len(self._source)

    def _word(self) -> tuple[str, str]:
        char = self._source[self._place]
        following = self._source[self._place + 1 : self._place + 2]
        if match := _NAME.match(self._source, self._place):
            self._place = match.end()
            return (match[0] if match[0] in KEYWORDS else "name"), match[0]
        if char in "0123456789" or (char == "." and following in tuple("0123456789")):
            return "number", self._number()
        if char in "\"'":
            return "string", self._quoted(char)
        if char == "[" and following in ("[", "="):
            return "string", self._long("string")
        if match := _SYMBOL.match(self._source, self._place):
            self._place = match.end()
            return match[0], match[0]
        raise SyntaxProblem(self._place, f"Invalid token {char!r}")

    def _number(self) -> str:
        match = _HEX.match(self._source, self._place)
        if match and len(match[0]) == 2:
            raise SyntaxProblem(self._place, "illegal hexadecimal number")
        if match is None:
            match = _NUMBER.match(self._source, self._place)
            if match is None:
                raise SyntaxProblem(self._place, "a number was expected")
        self._place = match.end()
        digits = match[1] if match.re is _NUMBER else ""
        # upstream loses the first zero of 007, and Go then reads what still begins with a zero
        # as octal digits
        return match[0][1:] if len(digits) > 1 and digits[0] == "0" else match[0]

    def _quoted(self, mark: str) -> str:
        start = self._place
        self._place += 1
        parts: list[str] = []
        while True:
            char = self._source[self._place : self._place + 1]
            self._place += 1
            if char == mark:
                return "".join(parts)
            if char in ("", "\n", "\r"):
                raise SyntaxProblem(start, "unterminated string")
            parts.append(self._escape() if char == "\\" else char)

    def _escape(self) -> str:
        if match := _LINE_BREAK.match(self._source, self._place):
            self._place = match.end()
            self._line += 1
            return "\n"
        if match := re.compile(r"[0-9]{1,3}").match(self._source, self._place):
            self._place = match.end()
            return chr(int(match[0]) & 0xFF)
        char = self._source[self._place : self._place + 1]
        self._place += 1
        return _ESCAPES.get(char, char)

    def _long(self, what: str) -> str:
        start = self._place
        opening = _LONG.match(self._source, self._place)
        if opening is None:
            raise SyntaxProblem(start, f"invalid multiline {what}")
        close = self._source.find(f"]{opening[1]}]", opening.end())
        if close < 0:
            raise SyntaxProblem(start, f"unterminated multiline {what}")
        raw = self._source[opening.end() : close]
        self._place = close + len(opening[1]) + 2
        self._count_lines(raw)
        text = _LINE_BREAK.sub("\n", raw)
        return text.removeprefix("\n")
