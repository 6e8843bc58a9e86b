"""What stands in a path's square brackets, piece by piece: keys, numbers, scripts, `:` and `,`."""

from __future__ import annotations

from typing import Any

from pinnace.languages import gonumbers
from pinnace.languages.jsonpath.goessner.errors import Refused


def bad_token(token: str) -> Refused:
    """The refusal of a step as a whole."""
    return Refused(f"invalid token format: {token}")


def is_script(text: str) -> bool:
    """Whether it is in round brackets."""
    return len(text) > 2 and text.startswith("(") and text.endswith(")")


def is_key(text: str) -> bool:
    """Whether it is in quotes."""
    return len(text) > 1 and text[0] == text[-1] and text[0] in "'\""


class Arguments:
    """What stands in brackets: keys in quotes, numbers, scripts, `:` and `,`."""

    def __init__(self, token: str, inside: str) -> None:
        self._token, self._inside = token, inside
        self._found: list[Any] = []
        self._buffer = ""
        self._brackets = 0
        self._quote = ""

    def read(self) -> list[Any]:
        """The pieces in order, None where a slice's first bound is left out; raises Refused."""
        for place, char in enumerate(self._inside):
            self._buffer += char
            self._read(char, place)
        if self._buffer:
            number = gonumbers.parse_int(self._buffer)
            self._found.append(self._buffer if number is None else number)
        return self._found

    def _read(self, char: str, place: int) -> None:
        if char in "'\"":
            self._read_quote(char)
        elif char == ")":
            self._brackets -= 1
            if self._brackets == 0:
                self._close_script()
        elif self._quote:
            return
        elif char == "(":
            self._brackets += 1
        elif self._brackets == 0 and char == " ":
            self._buffer = self._buffer.strip()
        elif self._brackets == 0 and char in ":,":
            self._separator(char, place)

    def _close_script(self) -> None:
        if not is_script(self._buffer):
            raise Refused(f"invalid expression format: {self._buffer}")
        self._found.append(self._buffer)
        self._buffer = ""

    def _read_quote(self, char: str) -> None:
        if (self._quote and self._quote != char) or self._brackets:
            return
        if self._buffer[-2:-1] == "\\":
            self._buffer = self._buffer[:-2] + char
            return
        if not self._quote:
            self._quote = char
            if self._buffer != char:
                raise bad_token(self._token)
            return
        self._quote = ""
        if not is_key(self._buffer):
            raise bad_token(self._token)
        self._found.append(self._buffer)
        self._buffer = ""

    def _separator(self, char: str, place: int) -> None:
        text = self._buffer[:-1]
        if text:
            number = gonumbers.parse_int(text)
            if number is None and char == ":":
                raise bad_token(self._token)
            self._found.append(text if number is None else number)
        elif char == ":" and place == 0:
            self._found.append(None)
        self._found.append(char)
        self._buffer = ""
