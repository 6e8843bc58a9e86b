"""withItems, withParam and withSequence: from one step to many.

Items are worked out first and each is filled into the step only when its node has work to do, so a
loop of a thousand items is not written out a thousand times per reconcile.
Mirrors ``expandStep``, ``expandSequence`` and ``processItem``.
"""

import json
from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

from pinnace.languages.ambient import STILL, Ambient
from pinnace.languages.goformat import sprintf
from pinnace.workflows import names
from pinnace.workflows.conditions import should_execute
from pinnace.workflows.problems import Problem
from pinnace.workflows.scope import Values
from pinnace.workflows.spec import text
from pinnace.workflows.substitution import fill, fill_strictly

_LOOP_FIELDS = ("withItems", "withParam", "withSequence")


@dataclass(frozen=True)
class Item:
    """One turn of a loop: the node name's last part and what ``item`` stands for."""

    name: str
    values: dict[str, str]


def items_of(step: Mapping[str, Any]) -> list[Item]:
    """Return the turns of a step that is a loop; empty when it has nothing to do."""
    return [_item(step["name"], i, value) for i, value in enumerate(_values(step))]


def expand(
    step: Mapping[str, Any], item: Item, values: Values, ambient: Ambient = STILL
) -> dict[str, Any]:
    """Return the step for one turn; every variable must resolve unless ``when`` says no."""
    body = {key: value for key, value in step.items() if key not in _LOOP_FIELDS}
    hooks = body.pop("hooks", None)
    known: Values = {**values, **item.values}
    if _says_no(body.get("when")):
        present = {key: value for key, value in known.items() if value is not None}
        body = fill(body, present, ambient)
    else:
        body = fill_strictly(body, known, prefixes=None, ambient=ambient)
    if hooks is not None:
        body["hooks"] = hooks
    return {**body, "name": item.name, **_kept(step)}


def _kept(step: Mapping[str, Any]) -> dict[str, Any]:
    return {"template": step["template"]} if step.get("template") else {}


def _says_no(when: Any) -> bool:
    """Tell whether ``when`` is false already, without the item."""
    if not when:
        return False
    try:
        return not should_execute(str(when))
    except Problem:
        return False


def _values(step: Mapping[str, Any]) -> list[Any]:
    if step.get("withItems"):
        return list(step["withItems"])
    try:
        if step.get("withParam"):
            return _parameter(str(step["withParam"]))
        return list(_sequence(step["withSequence"]))
    except Problem:
        if _says_no(step.get("when")):
            return []
        raise


def _parameter(source: str) -> list[Any]:
    try:
        value = json.loads(source)
    except ValueError as problem:
        raise Problem(
            f"withParam value could not be parsed as a JSON list: {source.strip()}: {problem}"
        ) from None
    if value is None:
        return []
    if not isinstance(value, list):
        raise Problem(
            f"withParam value could not be parsed as a JSON list: {source.strip()}: "
            f"it is {type(value).__name__}"
        )
    return value


def _sequence(sequence: Mapping[str, Any]) -> list[str]:
    start = _number(sequence, "start") if sequence.get("start") is not None else 0
    if sequence.get("end") is not None:
        end = _number(sequence, "end")
    elif sequence.get("count") is not None:
        count = _number(sequence, "count")
        if count == 0:
            return []
        end = start + count - 1
    else:
        raise Problem("neither end nor count was specified in withSequence")
    turns = range(start, end + 1) if start <= end else range(start, end - 1, -1)
    layout = str(sequence.get("format") or "%d")
    return [sprintf(layout, number) for number in turns]


def _number(sequence: Mapping[str, Any], name: str) -> int:
    value = text(sequence[name])
    try:
        return int(value)
    except ValueError:
        raise Problem(f"withSequence.{name} must be a whole number, found {value!r}") from None


def _item(step: str, index: int, value: Any) -> Item:
    match value:
        case dict():
            values = {f"item.{key}": _go(each) for key, each in value.items()}
            values["item"] = _compact({key: value[key] for key in sorted(value)})
            description = ",".join(sorted(f"{key}:{_go(each)}" for key, each in value.items()))
        case list():
            values = {"item": _compact(value)}
            description = f"[{' '.join(_go(each) for each in value)}]"
        case str() | bool() | int() | float():
            values = {"item": text(value)}
            description = text(value)
        case _:
            raise Problem(
                f"withItems[{index}] expected string, number, list, or map. received: {value}"
            )
    return Item(names.loop_name(step, index, description), values)


def _go(value: Any) -> str:
    """Write a value inside an item as Go's ``%v`` of an Argo Item does."""
    match value:
        case dict() | list():
            return _compact(value)
        case None:
            return "null"
        case _:
            return text(value)


def _compact(value: Any) -> str:
    return json.dumps(value, separators=(",", ":"), ensure_ascii=False)
