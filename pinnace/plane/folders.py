"""Folders of manifests: apply them at the start and whenever a file changes.

A broken manifest is reported with file, line, object and field, and refused; the rest is applied.
"""

import threading
from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass
from difflib import get_close_matches
from pathlib import Path

from watchdog.events import FileSystemEvent, FileSystemEventHandler
from watchdog.observers import Observer

from pinnace.apiserver.validation import KEEP_UNKNOWN
from pinnace.objects.errors import BadRequest, Invalid, PinnaceError
from pinnace.objects.kinds import CUSTOM_RESOURCE_DEFINITIONS, Kind
from pinnace.objects.manifests import Loaded, Located, load
from pinnace.objects.meta import Key, metadata_of, name_of
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
from pinnace.plane.bootstrap import ensure
from pinnace.store import Store

#: What a kind's own room finds wrong with an object applied together with others.
Check = Callable[[Object, Sequence[Object]], Iterable[Invalid]]

_SETTLE = 0.2  # editors write a file in several steps


@dataclass(frozen=True, kw_only=True)
class Applied:
    """What applying folders did."""

    keys: tuple[Key, ...] = ()
    problems: tuple[Invalid, ...] = ()  # each refused its object
    warnings: tuple[Invalid, ...] = ()  # its object was applied all the same


class Folders:
    """Applies manifests of folders to the store."""

    def __init__(
        self,
        store: Store,
        paths: Sequence[Path],
        check: Check,
        report: Callable[[Applied], None],
    ) -> None:
        self._store, self._paths, self._check = store, tuple(paths), check
        self._report = report
        self._changed = threading.Event()
        self._stopping = threading.Event()
        self._observer = Observer()
        self._thread = threading.Thread(target=self._follow, name="folders", daemon=True)

    def apply(self) -> Applied:
        """Apply every manifest now."""
        folders = self._load()
        located = [one for loaded in folders for one in loaded.objects]
        keys: list[Key] = []
        problems = [problem for loaded in folders for problem in loaded.problems]
        warnings: list[Invalid] = []
        for one in located:
            warnings.extend(_tolerated(self._store.kinds.of(one.object), one))
            found = self._problems(one, [other.object for other in located])
            problems.extend(found)
            if not found:
                keys.extend(self._write(one, problems))
        return Applied(keys=tuple(keys), problems=tuple(problems), warnings=tuple(warnings))

    def _load(self) -> list[Loaded]:
        """Read everything; what defines a kind is written first, so that the kind is known."""
        folders = [load(path, self._store.kinds) for path in self._paths]
        definitions = [
            one
            for loaded in folders
            for one in loaded.objects
            if one.object["kind"] == CUSTOM_RESOURCE_DEFINITIONS.kind
            and not self._problems(one, ())
        ]
        for one in definitions:
            self._write(one, [])  # what is wrong with it is said when it is applied with the rest
        return [load(path, self._store.kinds) for path in self._paths] if definitions else folders

    def start(self) -> None:
        """Follow the folders from now on; each change is applied and reported."""
        handler = _Waker(self._changed)
        for path in self._paths:
            place = path if path.is_dir() else path.parent
            self._observer.schedule(handler, str(place), recursive=path.is_dir())
        self._observer.start()
        self._thread.start()

    def stop(self) -> None:
        """End following."""
        self._stopping.set()
        self._changed.set()
        if self._observer.is_alive():
            self._observer.stop()
            self._observer.join()
            self._thread.join()

    def _follow(self) -> None:
        while True:
            self._changed.wait()
            if self._stopping.wait(_SETTLE):
                return
            self._changed.clear()
            self._report(self.apply())

    def _problems(self, located: Located, beside: Sequence[Object]) -> list[Invalid]:
        obj = located.object
        kind = self._store.kinds.of(obj)
        if not name_of(obj):
            generated = bool(metadata_of(obj).get("generateName"))
            found = [
                Invalid(
                    kind=kind.kind,
                    field="metadata.name",
                    expected="a name: a folder is applied again and again",
                    found="generateName" if generated else "none",
                    fix="give it a name, or run it with: kubectl create -f FILE",
                )
            ]
        else:
            found = [*_schema_problems(kind, obj)]
            found = found or [*self._check(obj, beside)]
        return [_placed(problem, located) for problem in found]

    def _write(self, located: Located, problems: list[Invalid]) -> list[Key]:
        try:
            return [self._store.key_of(self._store.write(lambda tx: ensure(tx, located.object)))]
        except (Invalid, BadRequest) as error:
            invalid = error if isinstance(error, Invalid) else Invalid(str(error))
            problems.append(_placed(invalid, located))
        except PinnaceError as error:
            problems.append(_placed(Invalid(str(error)), located))
        return []


class _Waker(FileSystemEventHandler):
    def __init__(self, changed: threading.Event) -> None:
        self._changed = changed

    def on_any_event(self, event: FileSystemEvent) -> None:
        """Wake the follower when a file was written, moved or removed (reading wakes nobody)."""
        if event.event_type in ("created", "modified", "moved", "deleted"):
            self._changed.set()


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


def _tolerated(kind: Kind, located: Located) -> Iterable[Invalid]:
    """Yield the unknown fields that a cluster would keep, and ignore, without a word."""
    if kind in KEEP_UNKNOWN:
        for finding in _findings(kind, located.object):
            if finding.problem == "unknown":
                yield _placed(_worded(finding), located)


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


def _placed(problem: Invalid, located: Located) -> Invalid:
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
