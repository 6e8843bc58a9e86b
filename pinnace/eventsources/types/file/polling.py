"""Noticing file operations by looking again and again, as upstream with ``polling: true``.

Mirrors radovskyb/watcher: a file of the same inode under another name was renamed.
"""

import os
from collections.abc import Iterator, Mapping
from dataclasses import dataclass

from pinnace.eventsources.types.file.ops import Notice, Op

#: Upstream looks every 100 ms.
INTERVAL_SECONDS = 0.1


@dataclass(frozen=True, kw_only=True)
class Look:
    """What is remembered of a file."""

    inode: int
    changed: int
    size: int
    mode: int


def look(directory: str) -> dict[str, Look]:
    """Return the files of a directory as they are; raises OSError when it can't be read."""
    found = {}
    with os.scandir(directory) as entries:
        for entry in entries:
            try:
                stat = entry.stat(follow_symlinks=False)
            except FileNotFoundError:
                continue  # gone between listing and looking
            found[entry.name] = Look(
                inode=stat.st_ino, changed=stat.st_mtime_ns, size=stat.st_size, mode=stat.st_mode
            )
    return found


def differences(before: Mapping[str, Look], after: Mapping[str, Look]) -> Iterator[Notice]:
    """Tell what happened between two looks; names are base names, as upstream's."""
    gone = {name: seen for name, seen in before.items() if name not in after}
    new = {name: seen for name, seen in after.items() if name not in before}
    inodes = {seen.inode: name for name, seen in new.items()}
    for name, seen in gone.items():
        moved_to = inodes.get(seen.inode)
        if moved_to is not None:
            new.pop(moved_to, None)
            yield Notice(name=name, op=Op.RENAME)
        else:
            yield Notice(name=name, op=Op.REMOVE)
    yield from (Notice(name=name, op=Op.CREATE) for name in new)
    for name in before.keys() & after.keys():
        old, now = before[name], after[name]
        if (old.changed, old.size, old.inode) != (now.changed, now.size, now.inode):
            yield Notice(name=name, op=Op.WRITE)
        if old.mode != now.mode:
            yield Notice(name=name, op=Op.CHMOD)
