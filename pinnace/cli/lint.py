"""``pinnace lint``: what is wrong with manifests, with nothing running."""

import json
import sys
from collections.abc import Iterable, Sequence
from dataclasses import dataclass, field
from pathlib import Path

import click

from pinnace.cli.counting import counted
from pinnace.objects.definitions import defined_kinds
from pinnace.objects.errors import Invalid
from pinnace.objects.kinds import CUSTOM_RESOURCE_DEFINITIONS, KINDS
from pinnace.objects.manifests import Loaded, Located, load, load_text
from pinnace.objects.registry import BUILT_IN, Registry
from pinnace.plane.checks import Checks, Nothing
from pinnace.plane.config import DEFAULT_FOLDERS
from pinnace.plane.examining import examine, placed, tolerated
from pinnace.plane.traps import warnings

_STDIN = Path("-")
_OWN_GROUPS = frozenset(kind.api_version.partition("/")[0] for kind in KINDS)


@dataclass
class Findings:
    """What was looked at, and what is wrong or surprising with it."""

    objects: int = 0
    problems: list[Invalid] = field(default_factory=list)
    warnings: list[Invalid] = field(default_factory=list)


@click.command()
@click.argument("paths", nargs=-1, type=click.Path(path_type=Path), metavar="[FILE|FOLDER…]")
@click.option("--strict", is_flag=True, help="Warnings count as problems.")
@click.option("-o", "--output", type=click.Choice(["json"]), help="Print for machines.")
def lint(paths: Sequence[Path], strict: bool, output: str | None) -> None:
    """Check workflows, templates, sensors, event sources and other manifests, offline.

    Fields, types, expressions, references: what `pinnace up` and Argo would refuse. Templates that
    workflows refer to must be among the files. Without names the folders that `pinnace up` takes
    are checked; - is standard input. Exit code 0: nothing is wrong; 1: something is.

    \b
    Example:
      pinnace lint
      pinnace lint workflows/ sensor.yaml --strict
      render | pinnace lint -
    """
    given = paths or [Path(name) for name in DEFAULT_FOLDERS if Path(name).is_dir()]
    if not given:
        raise click.UsageError(f"name files or folders: there is no {', '.join(DEFAULT_FOLDERS)}")
    found = find(_read(given))
    if output == "json":
        click.echo(json.dumps(_as_json(found), indent=2))
    else:
        _print(found)
    wrong = found.problems or not found.objects or (strict and found.warnings)
    sys.exit(1 if wrong else 0)


def _read(paths: Iterable[Path]) -> list[tuple[Loaded, Registry]]:
    """Return what files hold; kinds that definitions among them define are known."""
    texts = [(path, sys.stdin.read() if path == _STDIN else None) for path in paths]

    def read(kinds: Registry) -> Loaded:
        found = Loaded()
        for path, text in texts:
            where = Path("standard input")
            found += load(path, kinds) if text is None else load_text(text, where, kinds)
        return found

    first = read(BUILT_IN)
    kinds = Registry([
        kind
        for one in first.objects
        if one.object["kind"] == CUSTOM_RESOURCE_DEFINITIONS.kind
        for kind in defined_kinds(one.object)
    ])  # fmt: skip
    return [(read(kinds), kinds)]


def find(read: Iterable[tuple[Loaded, Registry]]) -> Findings:
    """Return what is wrong with objects, seen together."""
    found = Findings()
    for loaded, kinds in read:
        checks = Checks(Nothing(kinds))
        objects = [one.object for one in loaded.objects]
        for problem in loaded.problems:
            if _foreign(problem):
                found.warnings.append(_unchecked(problem))
            else:
                found.problems.append(problem)
        for one in loaded.objects:
            _look(one, objects, kinds, checks, found)
    return found


def _look(
    one: Located, beside: Sequence[dict[str, object]], kinds: Registry, checks: Checks,
    found: Findings,
) -> None:  # fmt: skip
    kind = kinds.of(one.object)
    found.objects += 1
    found.warnings += tolerated(kind, one)
    problems = examine(one, kind, beside, checks)
    found.problems += problems
    if not problems:
        found.warnings += [placed(each, one) for each in warnings(kind, one.object, beside)]


def _foreign(problem: Invalid) -> bool:
    """Tell whether a problem is only a kind of somebody else's, which a cluster may serve."""
    group = problem.found.rpartition(" in ")[2].partition("/")[0]
    return problem.field == "kind" and group not in _OWN_GROUPS


def _unchecked(problem: Invalid) -> Invalid:
    return Invalid(
        f"not checked: Pinnace does not know {problem.found}", file=problem.file,
        line=problem.line, kind=problem.kind, name=problem.name, field=problem.field,
    )  # fmt: skip


def _as_json(found: Findings) -> dict[str, object]:
    return {
        "objects": found.objects,
        "problems": [_one(each) for each in found.problems],
        "warnings": [_one(each) for each in found.warnings],
    }


def _one(problem: Invalid) -> dict[str, object]:
    parts = ("file", "line", "kind", "name", "field", "message", "expected", "found", "fix")
    return {part: getattr(problem, part) for part in parts if getattr(problem, part)}


def _print(found: Findings) -> None:
    for problem in found.warnings:
        click.echo(f"{click.style('warning', fg='yellow')}: {problem}")
    for problem in found.problems:
        click.echo(f"{click.style('problem', fg='red')}: {problem}")
    counts = [
        counted(found.objects, "manifest"),
        counted(len(found.problems), "problem"),
        counted(len(found.warnings), "warning"),
    ]
    click.echo(", ".join(counts))
