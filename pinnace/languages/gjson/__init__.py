"""gjson paths: how a Sensor reads values out of an event (tidwall/gjson 1.19).

`get(document, path) -> Result`. A Document serves many paths and remembers what was read of it:
`text` keeps the members found at each place, so no part of a payload is read twice. `paths` splits
a path, `search` and `walk` follow it, `queries` and `wildcards` judge, `modifiers` and `pretty` are
`@…`, `scan` reads JSON text, `values` is what comes out and `loose` the plain data of it. As
upstream, text that isn't quite JSON gives what could be read, the same as upstream's; ask `valid`
first when that matters.

A path is bounded in steps and size: beyond them `get` raises LanguageError.
"""

from __future__ import annotations

from pinnace.languages.gjson.scan import valid
from pinnace.languages.gjson.search import get as _get
from pinnace.languages.gjson.text import Text
from pinnace.languages.gjson.values import MISSING, Result, parse

__all__ = ["MISSING", "Document", "Result", "get", "parse", "valid"]


class Document:
    """One JSON payload, ready to be asked for many paths."""

    def __init__(self, payload: str | bytes) -> None:
        string = payload.decode("utf-8", "replace") if isinstance(payload, bytes) else payload
        self._text = Text(string)

    @property
    def text(self) -> str:
        """The payload."""
        return self._text.string

    def get(self, path: str) -> Result:
        """What the path finds; a Result that doesn't exist when it finds nothing."""
        return _get(self._text, path)


def get(document: Document | str | bytes, path: str) -> Result:
    """What the path finds in the document."""
    if not isinstance(document, Document):
        document = Document(document)
    return document.get(path)
