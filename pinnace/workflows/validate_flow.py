"""Checks on steps and dag templates: names, order, dependencies and what each step refers to.

Mirrors ``validateSteps`` and ``validateDAG`` of ``workflow/validate/validate.go``.
"""

from collections.abc import Mapping
from typing import Any, Protocol

from pinnace.workflows.depends import Dependencies, ancestors, dependencies_of
from pinnace.workflows.problems import InvalidSpec, Problem
from pinnace.workflows.resolution import Place
from pinnace.workflows.spec import Reference, Template, artifacts, expands, parameters, text
from pinnace.workflows.validate_names import check_unique_names, complaint
from pinnace.workflows.validate_tags import ANY_ITEM, check_tags

Step = dict[str, Any]


class Templates(Protocol):
    """What these checks need from the checks on templates."""

    def check_reference(
        self, reference: Reference, place: Place, arguments: Mapping[str, Any] | None
    ) -> Template | None:
        """Check what a step names."""
        ...

    def outputs_of(self, template: Template | None, prefix: str) -> set[str]:
        """Return the names under which a step's outputs may be used."""
        ...


class FlowChecks:
    """Checks the steps of steps templates and the tasks of dag templates."""

    def __init__(self, templates: Templates) -> None:
        self._templates = templates

    def check_steps(self, template: Template, place: Place, scope: set[str]) -> None:
        """Check every step; the scope grows group by group."""
        name, seen = template.get("name") or "", set[str]()
        for i, group in enumerate(template["steps"]):
            made: list[tuple[Step, Template | None]] = []
            for step in group or []:
                where = f"templates.{name}.steps[{i}]"
                _check_step_name(step, where, seen)
                scope.add(f"steps.{step['name']}.status")
                made.append((step, self._check_step(step, place, f"{where}.{step['name']}")))
            for step, _ in made:
                own = f"templates.{name}.steps[{i}].{step['name']}"
                _check_hooks(step, own)
                self._check_step_tags(step, scope, f"templates.{name}.steps")
            for step, found in made:
                scope |= self._templates.outputs_of(found, f"steps.{step['name']}")

    def check_dag(self, template: Template, place: Place, scope: set[str]) -> None:
        """Check every task, that dependencies exist and that there is no cycle."""
        name = template.get("name") or ""
        tasks: list[Step] = template["dag"].get("tasks") or []
        if not tasks:
            raise InvalidSpec(f"templates.{name} must have at least one task")
        check_unique_names(tasks, f"templates.{name}.tasks")
        by_name = {task["name"]: task for task in tasks}
        depends = {task["name"]: _dependencies(task, by_name, name) for task in tasks}
        self._check_style(tasks, name)
        _check_dependencies(by_name, depends, name)
        for target in str(template["dag"].get("target") or "").split():
            if "{{" not in target and target not in by_name:
                raise InvalidSpec(f"templates.{name}.targets: target '{target}' is not defined")
        found = {
            task["name"]: self._check_step(task, place, f"templates.{name}.tasks.{task['name']}")
            for task in tasks
        }
        made = {task: self._templates.outputs_of(found[task], f"tasks.{task}") for task in by_name}
        for task in tasks:
            where = f"templates.{name}.tasks.{task['name']}"
            before = ancestors(task["name"], depends)
            known = scope.union(*(made[each] for each in [*before, task["name"]]))
            everything = known.union(*made.values())
            _check_hooks(task, where)
            self._check_step_tags(task, everything, where)
            _check_argument_order(task, before, where)
        scope |= set().union(*made.values())

    # -- one step -----------------------------------------------------------------------------

    def _check_step(self, step: Step, place: Place, where: str) -> Template | None:
        if sum(bool(step.get(key)) for key in ("withItems", "withParam", "withSequence")) > 1:
            raise InvalidSpec(
                f"{where} only one of withItems, withParam, withSequence can be specified"
            )
        arguments = step.get("arguments") or {}
        _check_arguments(arguments, f"{where}.arguments.")
        try:
            return self._templates.check_reference(Reference.of(step), place, arguments)
        except Problem as problem:
            raise InvalidSpec(f"{where} {problem}") from None

    def _check_step_tags(self, step: Step, scope: set[str], where: str) -> None:
        known = set(scope)
        if expands(step):
            known |= {"item", ANY_ITEM}
        body = {key: value for key, value in step.items() if key not in ("inline", "hooks")}
        check_tags(body, known, where)

    def _check_style(self, tasks: list[Step], name: str) -> None:
        """``depends`` and ``dependencies`` do not mix, nor ``depends`` and ``continueOn``."""
        depends = any(task.get("depends") for task in tasks)
        for task in tasks:
            waits = depends or task.get("dependencies")
            if waits and task["name"][0].isdigit():
                raise InvalidSpec(
                    f"templates.{name}.tasks.{task['name']} name cannot begin with a digit when "
                    "using either 'depends' or 'dependencies'"
                )
            if depends and task.get("dependencies"):
                raise InvalidSpec(
                    f"templates.{name} cannot use both 'depends' and 'dependencies' in the same "
                    "DAG template"
                )
            if depends and task.get("continueOn"):
                raise InvalidSpec(
                    f"templates.{name} cannot use 'continueOn' when using 'depends'. Instead use "
                    "'dep-task.Failed'/'dep-task.Errored'"
                )


def _check_step_name(step: Step, where: str, seen: set[str]) -> None:
    name = str(step.get("name") or "")
    if not name:
        raise InvalidSpec(f"{where}.name is required")
    if name in seen:
        raise InvalidSpec(f"{where}.name '{name}' is not unique")
    wrong = complaint(name)
    if wrong:
        raise InvalidSpec(f"{where}.name '{name}' is invalid: {wrong}")
    seen.add(name)


def _check_hooks(step: Step, where: str) -> None:
    for name, hook in (step.get("hooks") or {}).items():
        if name != "exit" and not (hook or {}).get("expression"):
            raise InvalidSpec(f"{where}.{name} Expression required")


def _check_arguments(arguments: Mapping[str, Any], prefix: str) -> None:
    check_unique_names(parameters(arguments), f"{prefix}parameters", loose=True)
    check_unique_names(artifacts(arguments), f"{prefix}artifacts", loose=True)
    for parameter in parameters(arguments):
        if parameter.get("value") is None and parameter.get("valueFrom") is None:
            where = prefix + parameter["name"]
            raise InvalidSpec(f"{where}.value or {where}.valueFrom is required")


def _dependencies(task: Step, tasks: Mapping[str, Step], template: str) -> Dependencies:
    try:
        return dependencies_of(task, tasks)
    except Problem as problem:
        raise InvalidSpec(f"templates.{template}.tasks.{task['name']} {problem}") from None


def _check_dependencies(
    tasks: Mapping[str, Step], depends: Mapping[str, Dependencies], template: str
) -> None:
    for name, needs in depends.items():
        for each in needs.tasks:
            where = f"templates.{template}.tasks.{name} dependency '{each}'"
            if each not in tasks:
                raise InvalidSpec(f"{where} not defined")
            if each in needs.of_items and not expands(tasks[each]):
                raise InvalidSpec(
                    f"{where} uses an items-based condition such as .AnySucceeded or .AllFailed "
                    "but does not contain any items"
                )
    cycle = find_cycle(depends)
    if cycle:
        raise InvalidSpec(
            f"templates.{template}.tasks dependency cycle detected: {'->'.join(cycle)}"
        )


def find_cycle(depends: Mapping[str, Dependencies]) -> list[str]:
    """Return the tasks of one cycle, first and last the same; empty when there is none."""
    done: set[str] = set()
    for start in depends:
        path: list[str] = []
        stack: list[tuple[str, bool]] = [(start, False)]
        while stack:  # not recursive: a DAG may be a chain of thousands
            task, leaving = stack.pop()
            if leaving:
                path.pop()
                done.add(task)
            elif task in path:
                return [*path[path.index(task) :], task]
            elif task not in done:
                path.append(task)
                stack.append((task, True))
                stack += [(each, False) for each in depends[task].tasks]
    return []


def _check_argument_order(task: Step, before: list[str], where: str) -> None:
    """An argument that is another task's output needs that task to come before."""
    arguments = task.get("arguments") or {}
    for kind, field in (("parameter", "value"), ("artifact", "from")):
        for each in parameters(arguments) if kind == "parameter" else artifacts(arguments):
            written = text(each.get(field))
            if written.startswith("{{tasks."):
                needed = written.split(".")[1]
                if needed not in before:
                    raise InvalidSpec(
                        f"{where} missing dependency '{needed}' for {kind} '{each['name']}'"
                    )
