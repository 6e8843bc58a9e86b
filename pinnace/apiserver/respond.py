"""Objects and lists to response bodies in the form the client asked for."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any

import orjson
from starlette.responses import Response

from pinnace.apiserver.negotiation import JSON, YAML, Form, Representation
from pinnace.apiserver.partial import partial_list, partial_object
from pinnace.apiserver.tables import table
from pinnace.objects import yamls
from pinnace.objects.errors import BadRequest
from pinnace.objects.kinds import Kind
from pinnace.objects.types import Object


@dataclass(frozen=True, kw_only=True)
class Writer:
    """Writes objects of one kind in one representation, at one instant."""

    kind: Kind
    representation: Representation
    now: datetime
    include: str = "Metadata"

    def object(self, obj: Object) -> Any:
        """Return the form of one object; a ``Status`` stays as it is."""
        if obj.get("kind") == "Status":
            return obj
        match self.representation.form:
            case Form.TABLE:
                return self.table([obj], {"resourceVersion": _revision(obj)})
            case Form.PARTIAL:
                return partial_object(obj, self.representation.version)
            case Form.OBJECT:
                return obj

    def list(self, objects: list[Object], metadata: dict[str, Any]) -> Any:
        """Return the form of a list."""
        match self.representation.form:
            case Form.TABLE:
                return self.table(objects, metadata)
            case Form.PARTIAL:
                return partial_list(objects, metadata, self.representation.version)
            case Form.OBJECT:
                return {
                    "kind": self.kind.list_kind,
                    "apiVersion": self.kind.api_version,
                    "metadata": metadata,
                    "items": objects,
                }

    def table(
        self, objects: Sequence[Object], metadata: dict[str, Any], *, headers: bool = True
    ) -> dict[str, Any]:
        """Return a table of objects."""
        return table(
            self.kind,
            objects,
            metadata,
            now=self.now,
            version=self.representation.version,
            include=self.include,
            headers=headers,
        )


def included(query: Mapping[str, str]) -> str:
    """Return what rows of a table shall carry (``includeObject``)."""
    wanted = query.get("includeObject") or "Metadata"
    if wanted not in ("None", "Metadata", "Object"):
        raise BadRequest(f"includeObject: expected None, Metadata or Object, found {wanted!r}")
    return wanted


def _revision(obj: Object) -> str:
    return str((obj.get("metadata") or {}).get("resourceVersion") or "")


def respond(
    content: Any,
    *,
    code: int = 200,
    media: str = JSON,
    warnings: Sequence[str] = (),
    headers: Mapping[str, str] | None = None,
) -> Response:
    """Write a response; warnings become ``Warning`` headers, which kubectl prints."""
    body = yamls.dump(content).encode() if media == YAML else orjson.dumps(content)
    response = Response(body, code, headers=dict(headers or {}), media_type=media)
    response.headers["Cache-Control"] = "no-cache, private"
    for warning in warnings[:20]:
        escaped = warning.replace("\\", "\\\\").replace('"', '\\"')
        plain = escaped.encode("ascii", "backslashreplace").decode()
        response.headers.append("Warning", f'299 - "{_printable(plain)[:400]}"')
    return response


def _printable(text: str) -> str:
    return "".join(char if char.isprintable() else " " for char in text)
