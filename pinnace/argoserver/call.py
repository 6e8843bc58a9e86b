"""One call: what its path, query and body say, read once. Pure."""

from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Any

from pinnace.apiserver.bodies import decode
from pinnace.apiserver.negotiation import JSON
from pinnace.apiserver.options import flag
from pinnace.argoserver.fields import Mask, parse_mask
from pinnace.objects.errors import BadRequest


@dataclass(frozen=True, kw_only=True)
class Call:
    """A request message. What the path says beats the query, the query beats the body."""

    variables: Mapping[str, str]
    query: Mapping[str, str] = field(default_factory=dict)
    body: Mapping[str, Any] = field(default_factory=dict)
    headers: Mapping[str, str] = field(default_factory=dict)
    payload: bytes = b""

    @property
    def namespace(self) -> str:
        """Return the namespace; "" means all."""
        return self.variables.get("namespace", "")

    @property
    def name(self) -> str:
        """Return the name of the object that the call is about."""
        return self.variables.get("name", "")

    @property
    def mask(self) -> Mask:
        """Return which fields of the answer are wanted."""
        return parse_mask(self.text("fields"))

    def text(self, name: str) -> str:
        """Return a text of the message, "" when it isn't there; raises BadRequest."""
        value = self.query.get(name, self.body.get(name))
        if value is not None and not isinstance(value, str):
            raise BadRequest(f"{name}: expected a string, found {value!r}")
        return value or ""

    def flag(self, name: str) -> bool:
        """Return a boolean of the message; raises BadRequest."""
        if name in self.query:
            return flag(self.query, name)
        value = self.body.get(name)
        if value is not None and not isinstance(value, bool):
            raise BadRequest(f"{name}: expected true or false, found {value!r}")
        return bool(value)

    def texts(self, name: str) -> list[str]:
        """Return a list of texts of the body; raises BadRequest."""
        value = self.body.get(name) or []
        if not isinstance(value, list) or not all(isinstance(each, str) for each in value):
            raise BadRequest(f"{name}: expected a list of strings, found {value!r}")
        return value

    def object(self, name: str) -> dict[str, Any]:
        """Return an object of the body, {} when it isn't there; raises BadRequest."""
        value = self.body.get(name)
        if value is not None and not isinstance(value, dict):
            raise BadRequest(f"{name}: expected an object, found {value!r}")
        return value or {}

    def options(self, prefix: str) -> dict[str, str]:
        """Return the query below a prefix: ``listOptions.limit`` as ``limit``."""
        start = f"{prefix}."
        return {
            key.removeprefix(start): value
            for key, value in self.query.items()
            if key.startswith(start)
        }


def read_body(body: bytes) -> dict[str, Any]:
    """Return the message in a body, {} for none; raises BadRequest."""
    if not body.strip():
        return {}
    value = decode(body, JSON)
    if value is None:
        return {}
    if not isinstance(value, dict):
        raise BadRequest(f"expected a JSON object as the body, found {type(value).__name__}")
    return value
