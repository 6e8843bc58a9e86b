"""Folders of manifests: apply them at the start and whenever a file changes.

A broken manifest is reported with file, line, object and field, and refused; the rest is applied.
A folder may come later, go, and come again (an edit of a beginner, a ``git checkout``).
"""

import threading
from collections.abc import Callable, Sequence
from contextlib import suppress
from dataclasses import dataclass
from pathlib import Path

from watchdog.events import FileSystemEvent, FileSystemEventHandler
from watchdog.observers import Observer
from watchdog.observers.api import ObservedWatch

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
        *,
        awaited: bool = False,
    ) -> None:
        self._store, self._paths, self._check = store, tuple(paths), check
        self._report, self._awaited = report, awaited
        self._watched: dict[Path, ObservedWatch] = {}
        self._came_or_went: set[Path] = set()
        self._lock = threading.Lock()  # over that: watchdog's thread adds what ours takes
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
        paths = [path for path in self._paths if not self._awaited or path.exists()]
        folders = [load(path, self._store.kinds) for path in paths]
        definitions = [
            one
            for loaded in folders
            for one in loaded.objects
            if one.object["kind"] == CUSTOM_RESOURCE_DEFINITIONS.kind
            and not self._problems(one, ())
        ]
        for one in definitions:
            self._write(one, [])  # what is wrong with it is said when it is applied with the rest
        return [load(path, self._store.kinds) for path in paths] if definitions else folders

    def start(self) -> None:
        """Follow the folders from now on; each change is applied and reported."""
        beside = _Handler(self._changed_beside)
        for parent in {path.parent for path in self._paths}:
            self._observer.schedule(beside, str(parent), recursive=False)
        self._watch()
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

    def _watch(self) -> None:
        """Watch the folders that are there now; one that was made anew is another to the system."""
        with self._lock:
            anew, self._came_or_went = self._came_or_went, set()
        for path in anew & self._watched.keys():
            self._observer.unschedule(self._watched.pop(path))
        inside = _Handler(lambda _event: self._changed.set())
        for path in self._paths:
            if path not in self._watched and path.is_dir():
                with suppress(FileNotFoundError):  # it went in this moment, which wakes again
                    self._watched[path] = self._observer.schedule(inside, str(path), recursive=True)

    def _changed_beside(self, event: FileSystemEvent) -> None:
        """Take what happened in the folder around ours: only our own paths count."""
        ours = {Path(str(event.src_path)), Path(str(event.dest_path))} & set(self._paths)
        if ours and event.event_type != "modified":
            with self._lock:
                self._came_or_went |= ours
        if ours:
            self._changed.set()

    def _follow(self) -> None:
        while True:
            self._changed.wait()
            if self._stopping.wait(_SETTLE):
                return
            self._changed.clear()
            self._watch()  # before they are read: what comes from now on wakes again
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


class _Handler(FileSystemEventHandler):
    """Passes on what was written, moved or removed (reading wakes nobody)."""

    def __init__(self, told: Callable[[FileSystemEvent], None]) -> None:
        self._told = told

    def on_any_event(self, event: FileSystemEvent) -> None:
        """Take an event of watchdog."""
        if event.event_type in ("created", "modified", "moved", "deleted"):
            self._told(event)
