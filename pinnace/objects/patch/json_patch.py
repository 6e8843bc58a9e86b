"""JSON patch (RFC 6902): a list of operations at JSON pointers.

Mirrors what the API server accepts (evanphx/json-patch): a missing path is an error, an ``add``
makes the last step only.
"""

import copy
from collections.abc import Callable
from typing import Any

from pinnace.objects.errors import BadRequest, Invalid

_MAX_OPERATIONS = 10_000


def apply_json_patch(target: Any, operations: Any) -> Any:
    """Return ``target`` changed by every operation in turn; all or nothing.

    Raises BadRequest when the patch itself makes no sense, Invalid when it does not fit the object.
    """
    if not isinstance(operations, list):
        raise BadRequest(
            "error decoding patch: json: cannot unmarshal object into Go value of type "
            "jsonpatch.Patch (a JSON patch is a list of operations)"
        )
    if len(operations) > _MAX_OPERATIONS:
        raise BadRequest(
            f"The allowed maximum operations in a JSON patch is {_MAX_OPERATIONS}, "
            f"got {len(operations)}"
        )
    box = {"": copy.deepcopy(target)}
    for number, operation in enumerate(operations):
        _apply(box, operation, number)
    return box.get("")  # None: the patch removed the whole


def _apply(box: dict[str, Any], operation: Any, number: int) -> None:
    if not isinstance(operation, dict):
        raise BadRequest(f"operation {number} of the JSON patch: expected an object")
    name = operation.get("op")
    handler = _OPERATIONS.get(str(name))
    if handler is None:
        raise BadRequest(
            f"operation {number} of the JSON patch: unexpected kind: {name!r}; expected one of "
            f"{', '.join(_OPERATIONS)}"
        )
    handler(box, operation)


def _add(box: dict[str, Any], operation: dict[str, Any]) -> None:
    parent, step = _locate(box, _pointer(operation, "path"))
    value = copy.deepcopy(_operand(operation))
    if isinstance(parent, list):
        index = len(parent) if step == "-" else _index(parent, step, len(parent) + 1)
        parent.insert(index, value)
    else:
        parent[step] = value


def _remove(box: dict[str, Any], operation: dict[str, Any]) -> None:
    _take(box, _pointer(operation, "path"))


def _replace(box: dict[str, Any], operation: dict[str, Any]) -> None:
    pointer = _pointer(operation, "path")
    parent, step = _locate(box, pointer)
    _read(parent, step, pointer)
    value = copy.deepcopy(_operand(operation))
    if isinstance(parent, list):
        parent[_index(parent, step, len(parent))] = value
    else:
        parent[step] = value


def _move(box: dict[str, Any], operation: dict[str, Any]) -> None:
    source, path = _pointer(operation, "from"), _pointer(operation, "path")
    if path.startswith(source + "/"):
        raise Invalid(
            field=path, expected="a place outside what is moved", found=f"a move from {source!r}"
        )
    value = _take(box, source)
    _add(box, {"path": path, "value": value})


def _copy(box: dict[str, Any], operation: dict[str, Any]) -> None:
    pointer = _pointer(operation, "from")
    _add(box, {"path": operation.get("path"), "value": _read(*_locate(box, pointer), pointer)})


def _test(box: dict[str, Any], operation: dict[str, Any]) -> None:
    pointer = _pointer(operation, "path")
    found = _read(*_locate(box, pointer), pointer)
    if found != operation.get("value"):
        raise Invalid(
            f"the server rejected our request due to an error in our request: testing path "
            f"{pointer} failed",
            field=pointer,
        )


_OPERATIONS: dict[str, Callable[[dict[str, Any], dict[str, Any]], None]] = {
    "add": _add,
    "remove": _remove,
    "replace": _replace,
    "move": _move,
    "copy": _copy,
    "test": _test,
}


def _pointer(operation: dict[str, Any], member: str) -> str:
    pointer = operation.get(member)
    if not isinstance(pointer, str) or (pointer and not pointer.startswith("/")):
        raise BadRequest(
            f"JSON patch {operation.get('op')}: expected {member!r} to be a JSON pointer "
            f"such as /metadata/labels, found {pointer!r}"
        )
    return pointer


def _operand(operation: dict[str, Any]) -> Any:
    if "value" not in operation:
        raise BadRequest(f"JSON patch {operation.get('op')}: missing value")
    return operation["value"]


def _locate(box: dict[str, Any], pointer: str) -> tuple[Any, str]:
    """Return the container a pointer ends in, and its last step; the root stands in a box."""
    parent: Any = box
    steps = [step.replace("~1", "/").replace("~0", "~") for step in pointer.split("/")]
    for step in steps[:-1]:
        parent = _read(parent, step, pointer)
    if not isinstance(parent, dict | list):
        raise _missing(pointer)
    return parent, steps[-1]


def _read(parent: Any, step: str, pointer: str) -> Any:
    if isinstance(parent, list):
        return parent[_index(parent, step, len(parent))]
    if not isinstance(parent, dict) or step not in parent:
        raise _missing(pointer)
    return parent[step]


def _take(box: dict[str, Any], pointer: str) -> Any:
    parent, step = _locate(box, pointer)
    value = _read(parent, step, pointer)
    if isinstance(parent, list):
        del parent[_index(parent, step, len(parent))]
    else:
        del parent[step]
    return value


def _index(parent: list[Any], step: str, limit: int) -> int:
    if not (step.isascii() and step.isdigit() and len(step) < 10 and int(step) < limit):
        raise Invalid(f"the index {step!r} is not in the list, which has {len(parent)} elements")
    return int(step)


def _missing(pointer: str) -> Invalid:
    return Invalid(
        "the server rejected our request due to an error in our request: the path "
        f"{pointer!r} of the JSON patch does not exist in the object"
    )
