"""`depends` and `dependencies` of DAG tasks: what is waited for, and whether the task then runs."""

from random import Random
from typing import Any

from hypothesis import strategies as st

from pinnace.languages.errors import LanguageError
from pinnace.workflows import depends
from pinnace.workflows.problems import Problem
from tests.oracle import rolled

_NAMES = ["a", "b", "A", "build", "build-all", "a-b", "a--b", "x1", "1a", "2", "or", "not", "in",
          "true", "Succeeded", "b-", "len", "nil"]  # fmt: skip
_RESULTS = ["Succeeded", "Failed", "Errored", "Skipped", "Omitted", "Daemoned", "AnySucceeded",
            "AllFailed"]  # fmt: skip
_ODD = ["Nope", "succeeded", "S", "SucceededX", "Succeeded.x", "All-Failed", ""]
_JOINTS = [" && ", " || ", " && ", " || ", "&&", "||", " and ", " or ", " == ", " != ", " ", "."]
_BROKEN = ["", "(", ")", "!", "()", "&&", "a &&", "!!a", "'a'", "a.Failed ? b : a", "# a", "a // b",
           "[a][0]", "a..b", "é", "a\n&& b", "{{a}}", "a_b", "_a", "let x = a; x",
           "a | b"]  # fmt: skip


def cases() -> st.SearchStrategy[dict[str, Any]]:
    """Return tasks with the others of their DAG and how those ended."""
    return rolled.cases(_case)


def _case(dice: Random) -> dict[str, Any]:
    names = dice.sample(_NAMES[:6], 3) if dice.random() < 0.7 else dice.sample(_NAMES, 5)
    task: dict[str, Any] = {"name": "this"}
    if dice.random() < 0.2:
        task["dependencies"] = dice.sample(names, dice.randint(0, len(names)))
    if "dependencies" not in task or dice.random() < 0.1:
        broken = dice.random() < 0.05
        task["depends"] = dice.choice(_BROKEN) if broken else _logic(dice, names, 3)
    return {
        "task": task,
        "others": [_other(dice, name) for name in names],
        "results": {name: {one: dice.random() < 0.4 for one in _RESULTS} for name in names},
    }


def _other(dice: Random, name: str) -> dict[str, Any]:
    other: dict[str, Any] = {"name": name}
    if dice.random() < 0.3:
        other["continueOn"] = {"error": dice.random() < 0.5, "failed": dice.random() < 0.5}
    return other


def _logic(dice: Random, names: list[str], depth: int) -> str:
    kind = dice.random()
    if depth == 0 or kind < 0.3:
        return _one(dice, names)
    if kind < 0.4:
        return dice.choice(["!", "! "]) + _logic(dice, names, depth - 1)
    if kind < 0.6:
        return f"({_logic(dice, names, depth - 1)})"
    joint = dice.choice(_JOINTS[:6] if dice.random() < 0.9 else _JOINTS)
    return _logic(dice, names, depth - 1) + joint + _logic(dice, names, depth - 1)


def _one(dice: Random, names: list[str]) -> str:
    name = dice.choice(names) if dice.random() < 0.97 else dice.choice(_NAMES)
    if dice.random() < 0.35:
        return name
    return f"{name}.{dice.choice(_RESULTS if dice.random() < 0.97 else _ODD)}"


def answer(case: dict[str, Any]) -> Any:
    """Return the condition, the tasks it waits for (true: for their items), whether it holds."""
    others = {other["name"]: other for other in case["others"]}
    text = case["task"].get("depends", "")
    try:
        found = depends.dependencies_of(case["task"], others)
        unknown = set(found.tasks) - others.keys()
        if unknown:  # the check of pinnace.workflows.validate_flow
            raise Problem(f"dependency '{min(unknown)}' not defined")
        runs = depends.holds(found, {name: case["results"][name] for name in found.tasks})
    except Problem as problem:
        raise LanguageError("depends", text, 0, str(problem)) from problem
    waits = {name: name in found.of_items for name in found.tasks}
    return {"logic": found.logic, "waits": waits, "runs": runs}
