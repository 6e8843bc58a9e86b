"""The file system as a container sees it, walked from outside.

Maps a path inside a container to the host path that holds it, mounts and symbolic links honoured.
Every link is followed *inside the container's root*: an absolute link starts again at that root,
and ``..`` at the root stays there, so a hostile link can't lead out. The walk looks at the disk as
it is now; use it on containers that have ended (or on files that nobody swaps meanwhile).
"""

import os
import stat
from collections.abc import Iterable
from pathlib import Path

from pinnace.objects.errors import PinnaceError
from pinnace.pods.containers import Mount

_MOST_LINKS = 40  # as Linux (MAXSYMLINKS)


class TooManyLinks(PinnaceError):
    """Symbolic links that lead in a circle."""

    code = 400
    reason = "BadRequest"


class View:
    """The root of one container and what is mounted on it."""

    def __init__(self, root: Path, mounts: Iterable[Mount] = ()) -> None:
        self._root = root
        self._mounts: dict[str, Path] = {}
        for mount in mounts:
            self._mounts[self.canonical(mount.target)] = mount.source

    def host(self, path: str) -> Path:
        """Return the host path that the container's ``path`` leads to (it need not exist)."""
        return self._locate(self.canonical(path))

    def canonical(self, path: str) -> str:
        """Return the container path with every link in it resolved."""
        done: list[str] = []
        todo = [part for part in path.split("/") if part not in ("", ".")][::-1]
        links = 0
        while todo:
            part = todo.pop()
            if part == "..":
                done = done[:-1]
                continue
            target = self._link("/" + "/".join([*done, part]))
            if target is None:
                done.append(part)
                continue
            links += 1
            if links > _MOST_LINKS:
                raise TooManyLinks(f"{path}: more than {_MOST_LINKS} symbolic links")
            if target.startswith("/"):
                done = []
            todo += [piece for piece in target.split("/") if piece not in ("", ".")][::-1]
        return "/" + "/".join(done)

    def _link(self, place: str) -> str | None:
        """Where the link at ``place`` points; None when it is no link (or a mount covers it)."""
        if place in self._mounts:
            return None
        host = self._locate(place)
        try:
            return os.readlink(host) if stat.S_ISLNK(os.lstat(host).st_mode) else None
        except OSError:
            return None

    def _locate(self, canonical: str) -> Path:
        """The host path of a canonical container path: that of the deepest mount above it."""
        head = canonical
        while head != "/":
            if head in self._mounts:
                rest = canonical[len(head) :].lstrip("/")
                return self._mounts[head] / rest if rest else self._mounts[head]
            head = os.path.dirname(head)
        return self._root / canonical.lstrip("/")
