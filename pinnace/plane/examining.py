"""What is wrong with a manifest, each with file and line: its schema first, then its own room.

For folders that are applied and for ``pinnace lint``; nothing here needs a running control plane.
"""

from collections.abc import Callable, Iterable, Sequence
from difflib import get_close_matches

from pinnace.apiserver.validation import KEEP_UNKNOWN
from pinnace.objects.errors import Invalid
from pinnace.objects.kinds import Kind
from pinnace.objects.manifests import Located
from pinnace.objects.meta import name_of
from pinnace.objects.schema import (
    Finding,
    Structural,
    check,
    type_named,
    type_of,
    unknown_fields,
    violations,
)
from pinnace.objects.types import Object

#: What a kind's own room finds wrong with an object applied together with others.
Check = Callable[[Object, Sequence[Object]], Iterable[Invalid]]


def examine(
    located: Located, kind: Kind, beside: Sequence[Object], check_room: Check
) -> list[Invalid]:
    """Return what is wrong with an object, so that it must not be applied."""
    obj = located.object
    found = [*_schema_problems(kind, obj)]
    found = found or [*check_room(obj, beside)]
    return [placed(problem, located) for problem in found]


def _schema_problems(kind: Kind, obj: Object) -> Iterable[Invalid]:
    if kind.schema is not None:
        for path in unknown_fields(obj, Structural(kind.schema, root=True)):
            yield Invalid("unknown field", field=path)
        yield from violations(obj, kind.schema)
    for finding in _findings(kind, obj):
        tolerated = finding.problem == "unknown" and kind in KEEP_UNKNOWN
        left_to_controllers = finding.problem == "required" and not kind.built_in
        if not tolerated and not left_to_controllers:
            yield _worded(finding)


def tolerated(kind: Kind, located: Located) -> Iterable[Invalid]:
    """Yield the unknown fields that a cluster would keep, and ignore, without a word."""
    if kind in KEEP_UNKNOWN:
        for finding in _findings(kind, located.object):
            if finding.problem == "unknown":
                yield placed(_worded(finding), located)


def _findings(kind: Kind, obj: Object) -> Iterable[Finding]:
    schema = type_of(kind)
    return check(obj, schema) if schema else ()


def _worded(finding: Finding) -> Invalid:
    known = type_named(finding.owner).fields if finding.problem == "unknown" else {}
    match finding.problem:
        case "unknown":
            near = get_close_matches(finding.path.rpartition(".")[2], known, n=1)
            fix = f"did you mean {near[0]}?" if near else f"known here: {', '.join(sorted(known))}"
            return Invalid("unknown field", field=finding.path, fix=fix)
        case "required":
            return Invalid("a required field is missing", field=finding.path)
        case "type":
            found = repr(finding.value)[:80]
            return Invalid(field=finding.path, expected=_type(finding.expected), found=found)


def _type(expression: str) -> str:
    """Put the catalogue's shorthand into words: ``[string`` is a list of string."""
    forms = {"[": "a list of ", "{": "a mapping to "}
    return forms.get(expression[:1], "") + expression.lstrip("[{").removeprefix("k8s.")


def placed(problem: Invalid, located: Located) -> Invalid:
    """Return the problem with the file and line of its field."""
    obj = located.object
    return Invalid(
        problem.message,
        kind=problem.kind or str(obj.get("kind")),
        name=problem.name or name_of(obj),
        field=problem.field,
        expected=problem.expected,
        found=problem.found,
        fix=problem.fix,
        file=str(located.file),
        line=located.line_of(problem.field),
    )
