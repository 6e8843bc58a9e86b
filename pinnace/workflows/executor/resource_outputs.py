"""Output parameters of resource templates: jsonPath and jqFilter over the object.

Mirrors ``SaveResourceParameters`` of ``workflow/executor/resource.go``.
"""

from typing import Any

from pinnace.languages import jqfilter
from pinnace.languages.errors import LanguageError
from pinnace.languages.jsonpath import kubernetes
from pinnace.objects.types import Object
from pinnace.workflows.executor.context import ExecutorFailed


def read_outputs(declared: list[dict[str, Any]], obj: Object) -> list[dict[str, Any]]:
    """Return the declared parameters with their values."""
    return [_read(each, obj) for each in declared]


def _read(parameter: dict[str, Any], obj: Object) -> dict[str, Any]:
    source = parameter.get("valueFrom") or {}
    try:
        if source.get("jsonPath"):
            return {**parameter, "value": kubernetes.render(str(source["jsonPath"]), obj)}
        if source.get("jqFilter"):
            return {**parameter, "value": jqfilter.text(str(source["jqFilter"]), obj)}
    except LanguageError as problem:
        raise ExecutorFailed(
            f"output parameter {parameter['name']}: {problem.expected}"
        ) from problem
    return parameter
