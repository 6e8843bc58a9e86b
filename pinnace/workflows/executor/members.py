"""Which members of a tar archive may be unpacked, and as what.

In: members of an archive that may mean harm. Out: the member as it is unpacked, or the refusal.
The rules are those of Python's own ``data`` filter, which Debian 12's Python 3.11.2 lacks.
"""

import copy
import os
import tarfile
from pathlib import Path

from pinnace.workflows.executor.context import ExecutorFailed

_LONGEST = 3500  # a longer path may not be resolved to its end (PATH_MAX), so it proves nothing


def harmless(member: tarfile.TarInfo, folder: Path) -> tarfile.TarInfo:
    """Return the member as this user's own, without special bits; refuse it if it leads out."""
    if not (member.isreg() or member.isdir() or member.islnk() or member.issym()):
        raise _refused(member, "is a device or a pipe")
    safe = copy.copy(member)
    safe.name = member.name.lstrip("/")
    _check_inside(member, folder, Path(safe.name))
    if member.islnk() or member.issym():
        if os.path.isabs(member.linkname):
            raise _refused(member, f"is a link to {member.linkname}, an absolute path")
        start = Path(safe.name).parent if member.issym() else Path()
        _check_inside(member, folder, start / member.linkname)
    safe.uid, safe.gid, safe.uname, safe.gname = os.getuid(), os.getgid(), "", ""
    safe.mode = 0o755 if member.isdir() else _mode(member.mode)
    return safe


def _check_inside(member: tarfile.TarInfo, folder: Path, path: Path) -> None:
    root, found = os.path.realpath(folder), os.path.realpath(folder / path)
    if len(found) > _LONGEST or (found != root and not found.startswith(root + os.sep)):
        raise _refused(member, "leads out of the artifact's folder")


def _mode(mode: int) -> int:
    kept = mode & 0o755 | 0o600
    return kept if mode & 0o100 else kept & ~0o111


def _refused(member: tarfile.TarInfo, why: str) -> ExecutorFailed:
    return ExecutorFailed(f"artifact archive refused: {member.name[:200]} {why}")
