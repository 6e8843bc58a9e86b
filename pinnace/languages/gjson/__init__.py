"""gjson paths: how a Sensor reads values out of an event (tidwall/gjson 1.19).

`get(document, path) -> Result`. A Document parses its payload once and serves many paths: every
container remembers its members. `paths` splits a path, `search` walks it, `queries` judges
`#(…)`, `modifiers` are `@…`, `scan` reads JSON text and `values` is what comes out. As upstream,
text that isn't quite JSON gives what could be read; ask `valid` first when that matters.
"""

from __future__ import annotations

from pinnace.languages.gjson.scan import parse, valid
from pinnace.languages.gjson.search import get as _get
from pinnace.languages.gjson.values import MISSING, Result

__all__ = ["MISSING", "Document", "Result", "get", "parse", "valid"]


class Document:
    """One JSON payload, ready to be asked for many paths."""

    def __init__(self, payload: str | bytes) -> None:
        text = payload.decode("utf-8", "replace") if isinstance(payload, bytes) else payload
        self.root = parse(text)

    @property
    def text(self) -> str:
        """The payload."""
        return self.root.raw

    def get(self, path: str) -> Result:
        """What the path finds; a Result that doesn't exist when it finds nothing."""
        return _get(self.root, path)


def get(document: Document | str | bytes, path: str) -> Result:
    """What the path finds in the document."""
    if not isinstance(document, Document):
        document = Document(document)
    return document.get(path)
