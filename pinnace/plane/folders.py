"""Folders of manifests: apply them at the start and whenever a file changes.

A broken manifest is reported with file, line, object and field, and refused; the rest is applied.
"""

import threading
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from pathlib import Path

from watchdog.events import FileSystemEvent, FileSystemEventHandler
from watchdog.observers import Observer

from pinnace.objects.errors import BadRequest, Invalid, PinnaceError
from pinnace.objects.kinds import CUSTOM_RESOURCE_DEFINITIONS
from pinnace.objects.manifests import Loaded, Located, load
from pinnace.objects.meta import Key, metadata_of, name_of
from pinnace.objects.types import Object
from pinnace.plane.bootstrap import ensure
from pinnace.plane.examining import Check, examine, placed, tolerated
from pinnace.plane.traps import warnings as trapped
from pinnace.store import Store

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
            kind, beside = self._store.kinds.of(one.object), [other.object for other in located]
            warnings.extend(tolerated(kind, one))
            found = self._problems(one, beside)
            problems.extend(found)
            if not found:
                warnings.extend(placed(each, one) for each in trapped(kind, one.object, beside))
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
        if not name_of(obj):
            generated = bool(metadata_of(obj).get("generateName"))
            problem = Invalid(
                field="metadata.name",
                expected="a name: a folder is applied again and again",
                found="generateName" if generated else "none",
                fix="give it a name, or run it with: pinnace create -f FILE",
            )
            return [placed(problem, located)]
        return examine(located, self._store.kinds.of(obj), beside, self._check)

    def _write(self, located: Located, problems: list[Invalid]) -> list[Key]:
        try:
            return [self._store.key_of(self._store.write(lambda tx: ensure(tx, located.object)))]
        except (Invalid, BadRequest) as error:
            invalid = error if isinstance(error, Invalid) else Invalid(str(error))
            problems.append(placed(invalid, located))
        except PinnaceError as error:
            problems.append(placed(Invalid(str(error)), located))
        return []


class _Waker(FileSystemEventHandler):
    def __init__(self, changed: threading.Event) -> None:
        self._changed = changed

    def on_any_event(self, event: FileSystemEvent) -> None:
        """Wake the follower when a file was written, moved or removed (reading wakes nobody)."""
        if event.event_type in ("created", "modified", "moved", "deleted"):
            self._changed.set()
