"""The field types of every kind, read from ``types.json`` (written by ``generate``).

A type is a table of its fields; a field's type is an expression: a scalar (``string int number
bool time bytes quantity int-or-string any-string any``), ``[X`` (list of X), ``{X`` (map to X) or
the name of another type, as ``k8s.Container``. A ``!`` after a field's name: it is required.
"""

import json
from collections.abc import Mapping
from dataclasses import dataclass
from functools import cache
from importlib import resources
from typing import Any, cast

from pinnace.objects.kinds import Kind

SCALARS = frozenset(
    {
        "string",
        "int",
        "number",
        "bool",
        "time",
        "bytes",
        "quantity",
        "int-or-string",
        "any-string",
        "any",
    }
)


@dataclass(frozen=True, kw_only=True)
class Field:
    """One field of a type."""

    name: str
    expression: str
    required: bool


@dataclass(frozen=True, kw_only=True)
class Type:
    """One object type, by its name in the catalogue."""

    name: str
    fields: Mapping[str, Field]

    @property
    def bare(self) -> str:
        """Return the name without its family: ``Container``."""
        return self.name.rpartition(".")[2]


@cache
def _catalogue() -> dict[str, Any]:
    return cast(dict[str, Any], _read("types.json"))


@cache
def _descriptions() -> dict[str, str]:
    return cast(dict[str, str], _read("descriptions.json"))


def _read(name: str) -> object:
    return json.loads(resources.files(__package__).joinpath(name).read_bytes())


@cache
def type_named(name: str) -> Type:
    """Return a type of the catalogue; a KeyError is a mistake in the catalogue."""
    table: dict[str, str] = _catalogue()["types"][name]
    fields = {}
    for written, expression in table.items():
        field = written.removesuffix("!")
        fields[field] = Field(name=field, expression=expression, required=written.endswith("!"))
    return Type(name=name, fields=fields)


def type_of(kind: Kind) -> Type | None:
    """Return the type of a kind's objects, if the catalogue has it."""
    return type_at(kind.api_version, kind.kind)


def type_at(api_version: str, kind: str) -> Type | None:
    """Return the type that ``apiVersion`` and ``kind`` name, if the catalogue has it."""
    name = _catalogue()["kinds"].get(f"{api_version}/{kind}")
    return type_named(name) if name else None


def type_names() -> list[str]:
    """Return the names of all types."""
    return sorted(_catalogue()["types"])


def wire_numbers(name: str) -> dict[str, str] | None:
    """Return a type's protobuf numbers to its fields (written by ``generate_wire``), if known."""
    return _wire().get(name)


@cache
def _wire() -> dict[str, dict[str, str]]:
    return cast(dict[str, dict[str, str]], _read("wire.json"))


def describe(name: str) -> str:
    """Return the words on ``k8s.Container`` or ``k8s.Container.image``; "" where there are none."""
    return _descriptions().get(name, "")
