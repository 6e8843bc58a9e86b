"""Strategic merge patch: a merge patch that knows which lists are maps by a key.

Mirrors k8s.io/apimachinery/pkg/util/strategicpatch: the directives ``$patch`` (``delete``,
``replace``, ``merge``), ``$deleteFromPrimitiveList/…``, ``$setElementOrder/…`` and ``$retainKeys``.
"""

from typing import Any

from pinnace.objects.errors import BadRequest
from pinnace.objects.patch.merge_keys import ListMerge, Shape, list_merge
from pinnace.objects.schema import Structural, Type, type_named
from pinnace.objects.schema.types import SCALARS

_DELETE_FROM = "$deleteFromPrimitiveList/"
_ORDER = "$setElementOrder/"


def apply_strategic_patch(target: Any, patch: Any, of: Shape | None) -> Any:
    """Return ``target`` with ``patch`` merged by the keys of its type."""
    if not isinstance(patch, dict):
        raise BadRequest("error decoding patch: a strategic merge patch is an object")
    return _merge_object(target if isinstance(target, dict) else {}, patch, of)


def _merge_object(
    target: dict[str, Any], patch: dict[str, Any], of: Shape | None
) -> dict[str, Any]:
    match patch.get("$patch"):
        case "replace":
            return {name: value for name, value in patch.items() if name != "$patch"}
        case "delete":
            return {}
        case None | "merge":
            pass
        case other:
            raise BadRequest(f"Unknown patch type found: {other}")
    result = _retained(target, patch)
    for name, value in patch.items():
        if name.startswith("$"):
            continue
        if value is None:
            result.pop(name, None)
        else:
            result[name] = _merge_value(result.get(name), value, of, name)
    _list_directives(result, patch, of)
    return result


def _retained(target: dict[str, Any], patch: dict[str, Any]) -> dict[str, Any]:
    keep = patch.get("$retainKeys")
    if keep is None:
        return dict(target)
    if not isinstance(keep, list):
        raise BadRequest("$retainKeys: expected a list of field names")
    return {name: value for name, value in target.items() if name in keep}


def _merge_value(current: Any, value: Any, of: Shape | None, name: str) -> Any:
    if isinstance(value, dict):
        inner = field_type(of, name)
        return _merge_object(current if isinstance(current, dict) else {}, value, inner)
    if isinstance(value, list):
        merge = list_merge(of, name)
        existing = current if isinstance(current, list) else []
        if merge is None:
            return _without_directives(value)
        if not merge.keys:
            return existing + [item for item in value if item not in existing]
        return _merge_list(existing, value, merge, element_type(of, name))
    return value


def _merge_list(
    current: list[Any], patch: list[Any], merge: ListMerge, of: Shape | None
) -> list[Any]:
    if any(isinstance(item, dict) and item.get("$patch") == "replace" for item in patch):
        return _without_directives(patch)
    key = merge.patch_key
    result = list(current)
    for item in patch:
        if not isinstance(item, dict) or key not in item:
            raise BadRequest(f"map: {item!r} does not contain declared merge key: {key}")
        at = next((i for i, old in enumerate(result) if _keyed(old, key) == item[key]), None)
        if item.get("$patch") == "delete":
            result = [old for old in result if _keyed(old, key) != item[key]]
        elif at is None:
            result.append(_merge_object({}, item, of))
        else:
            result[at] = _merge_object(result[at], item, of)
    return result


def _keyed(item: Any, key: str) -> Any:
    return item.get(key) if isinstance(item, dict) else None


def _without_directives(items: list[Any]) -> list[Any]:
    return [item for item in items if not (isinstance(item, dict) and "$patch" in item)]


def _list_directives(result: dict[str, Any], patch: dict[str, Any], of: Shape | None) -> None:
    for directive, value in patch.items():
        if not directive.startswith((_DELETE_FROM, _ORDER)):
            continue
        name = directive.partition("/")[2]
        current = result.get(name)
        if not isinstance(value, list) or not isinstance(current, list):
            continue
        if directive.startswith(_DELETE_FROM):
            result[name] = [item for item in current if item not in value]
        else:
            result[name] = _ordered(current, value, list_merge(of, name))


def _ordered(current: list[Any], order: list[Any], merge: ListMerge | None) -> list[Any]:
    """Sort by the order that the patch asks for; elements it doesn't name keep their place."""
    key = merge.patch_key if merge else ""

    def identity(item: Any) -> Any:
        return item.get(key) if key and isinstance(item, dict) else item

    wanted = [identity(item) for item in order]
    ranked = sorted(
        (item for item in current if identity(item) in wanted),
        key=lambda item: wanted.index(identity(item)),
    )
    remaining = iter(ranked)
    return [next(remaining) if identity(item) in wanted else item for item in current]


def field_type(of: Shape | None, name: str) -> Shape | None:
    """Return the object type of a field, if it has one."""
    if isinstance(of, Structural):
        return type_named("k8s.ObjectMeta") if of.root and name == "metadata" else of.field(name)
    expression = _expression(of, name)
    if not expression or expression[0] in "[{" or expression in SCALARS:
        return None
    return type_named(expression)


def element_type(of: Shape | None, name: str) -> Shape | None:
    """Return the object type of the elements of a list or map field, if they have one."""
    if isinstance(of, Structural):
        node = of.field(name)
        return node.items if node else None
    expression = _expression(of, name)
    if not expression or expression[0] not in "[{" or expression[1:].startswith(("[", "{")):
        return None
    return None if expression[1:] in SCALARS else type_named(expression[1:])


def _expression(of: Type | None, name: str) -> str:
    field = of.fields.get(name) if of else None
    return field.expression if field else ""
