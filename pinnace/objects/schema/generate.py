"""Writes ``types.json`` and ``descriptions.json``: ``python -m pinnace.objects.schema.generate``.

Comes from PyPI packages, whose models were made from the projects' own OpenAPI documents: Hera
(Argo Workflows and Argo Events) and the ``kubernetes`` client (everything in ``k8s.``; 37 or newer,
whose models are pydantic's). Needed only when one of these is upgraded or a kind is added; what it
writes is committed. Goes to
:mod:`pinnace.objects.schema.types`, which explains the format.
"""

import datetime
import json
import types
import typing
from collections.abc import Iterator
from pathlib import Path
from typing import Any, Union

import kubernetes.client
from hera.events.models.github.com.argoproj.argo_events.pkg.apis.events import v1alpha1 as events
from hera.workflows.models.io.argoproj.workflow import v1alpha1 as workflow
from pydantic import BaseModel, RootModel
from pydantic.fields import FieldInfo

from pinnace.objects.kinds import KINDS, Kind
from pinnace.objects.schema import overrides

_FOLDER = Path(__file__).parent
_HERA = {workflow.__name__: "workflow", events.__name__: "events"}
_UNIONS = (Union, types.UnionType)
_PLAIN: dict[object, str] = {
    str: "string", int: "int", float: "number", bool: "bool", bytes: "bytes",
    datetime.datetime: "time", datetime.date: "time", object: "any", Any: "any",
}  # fmt: skip
_FAMILY_OF_GROUP = {"argoproj.io": ("workflow", "events"), "kubeflow.org": ("kubeflow",)}
_RENAMED = {"Event": "CoreV1Event", "Endpoints": "V1Endpoints"}


class Collector:
    """Walks from the kinds to every type they reach."""

    def __init__(self) -> None:
        self.types: dict[str, dict[str, str]] = {}
        self.descriptions: dict[str, str] = {}

    def add(self, model: type[BaseModel], name: str) -> None:
        """Describe one model and all that it refers to."""
        if name in self.types:
            return
        fields = self.types[name] = {}
        if words := _first_paragraph(model.__doc__):
            self.descriptions[name] = words
        fields.update(
            (field, expression)
            for (owner, field), expression in overrides.FIELDS.items()
            if owner == name
        )
        self._add_fields(model, name, fields)

    def _add_fields(self, model: type[BaseModel], name: str, fields: dict[str, str]) -> None:
        for python_name, info in sorted(model.model_fields.items()):
            field = _json_name(python_name, info)
            if (name, field) in overrides.INLINED:
                self._add_fields(_model_in(info.annotation), name, fields)
            elif field not in fields:
                fields[field + "!" * info.is_required()] = self._field(field, info)
            if info.description:
                self.descriptions[f"{name}.{field}"] = _shorter(info.description)

    def _field(self, field: str, info: FieldInfo) -> str:
        expression = self.expression(info.annotation)
        if field in overrides.QUANTITY_MAPS and expression == "{string":
            return "{quantity"
        return "quantity" if field in overrides.QUANTITIES else expression

    def expression(self, annotation: object) -> str:
        """Write a Python annotation as a type expression."""
        while hasattr(annotation, "__metadata__"):
            annotation = annotation.__origin__  # type: ignore[attr-defined]  # Annotated[X, …]
        origin, arguments = typing.get_origin(annotation), typing.get_args(annotation)
        if origin in _UNIONS:
            return self._union([a for a in arguments if a is not type(None)])
        if origin is list:
            return "[" + self.expression(arguments[0])
        if origin is dict:
            return "{" + self.expression(arguments[1])
        if annotation in _PLAIN:
            return _PLAIN[annotation]
        if isinstance(annotation, type) and issubclass(annotation, BaseModel):
            return self._model(annotation)
        return "time" if "Datetime" in str(annotation) else "any"

    def _union(self, arguments: list[object]) -> str:
        members = {self.expression(argument) for argument in arguments}
        if len(members) == 1:
            return members.pop()
        for pair, name in (
            ({"string", "int"}, "int-or-string"),
            ({"bytes", "string"}, "bytes"),
            ({"int", "number"}, "number"),
        ):
            if members == pair:
                return name
        return "any"

    def _model(self, model: type[BaseModel]) -> str:
        name = _name(model)
        if name in overrides.SCALARS:
            return overrides.SCALARS[name]
        if model.__name__ == "Quantity":
            return "quantity"
        if issubclass(model, RootModel):
            return self.expression(model.model_fields["root"].annotation)
        replacement = _in_client(name.removeprefix("k8s.")) if name.startswith("k8s.") else None
        self.add(replacement or model, name)
        return name


def _name(model: type[BaseModel]) -> str:
    family = _HERA.get(model.__module__)
    if family:
        return f"{family}.{model.__name__}"
    bare = model.__name__.removeprefix("CoreV1" if model.__name__ == "CoreV1Event" else "V1")
    return f"k8s.{bare}"


def _model_in(annotation: object) -> type[BaseModel]:
    """Return the model of an ``Optional[Model]``."""
    models: list[type[BaseModel]] = [
        a for a in typing.get_args(annotation) if issubclass(a, BaseModel)
    ]
    return models[0]


def _in_client(bare: str) -> type[BaseModel] | None:
    found: type[BaseModel] | None = getattr(
        kubernetes.client, _RENAMED.get(bare, f"V1{bare}"), None
    )
    return found


def _json_name(python_name: str, info: FieldInfo) -> str:
    return info.serialization_alias or info.alias or python_name


def _first_paragraph(text: str | None) -> str:
    first = (text or "").strip().split("\n\n")[0].replace("\n", " ")
    return "" if "base class" in first.lower() else _shorter(first)


def _shorter(text: str) -> str:
    """Keep the first sentences: enough for ``kubectl explain``, small enough to ship."""
    text = " ".join(text.split())
    if len(text) <= 160:
        return text
    end = text.find(". ", 60)
    return text[: end + 1] if 0 < end <= 220 else text[:157] + "…"


def _models(kind: Kind) -> Iterator[tuple[str, type[BaseModel]]]:
    sources = {"workflow": workflow, "events": events}
    for family in _FAMILY_OF_GROUP.get(kind.group, ()):
        model = getattr(sources.get(family), kind.kind, None)
        if model is not None and f"{family}.{kind.kind}" not in overrides.ADDED:
            yield f"{family}.{kind.kind}", model
            return
    if kind.group not in _FAMILY_OF_GROUP and (model := _in_client(kind.kind)):
        yield f"k8s.{kind.kind}", model


def _roots(collector: Collector) -> dict[str, str]:
    """Fill the collector; return which type each ``apiVersion/kind`` is."""
    roots = {}
    for kind in KINDS:
        found = list(_models(kind))
        for name, model in found:
            collector.add(model, name)
        added = [name for name in overrides.ADDED if name.endswith(f".{kind.kind}")]
        roots[f"{kind.api_version}/{kind.kind}"] = found[0][0] if found else added[0]
    return roots


def main() -> None:
    """Write both files beside this module."""
    collector = Collector()
    roots = _roots(collector)
    for bare in ("ObjectMeta", "ListMeta", "DeleteOptions", "Status", "PodTemplateSpec"):
        model = _in_client(bare)
        assert model is not None, bare  # noqa: S101 - a generator run by hand
        collector.add(model, f"k8s.{bare}")
    for name, fields in overrides.ADDED.items():
        collector.types[name] = dict(fields)
    for root in roots.values():
        collector.types[root] = {
            "apiVersion": "string",
            "kind": "string",
            **{k: v for k, v in collector.types[root].items() if k.strip("!") not in _TYPE_META},
        }
    collector.descriptions.update(overrides.DESCRIPTIONS)
    _write("types.json", {"kinds": roots, "types": collector.types})
    _write("descriptions.json", collector.descriptions)


_TYPE_META = ("apiVersion", "kind")


def _write(name: str, content: object) -> None:
    text = json.dumps(content, ensure_ascii=False, sort_keys=True, indent=0, separators=(",", ":"))
    (_FOLDER / name).write_text(text + "\n", encoding="utf-8")


if __name__ == "__main__":
    main()
