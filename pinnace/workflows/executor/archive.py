"""Archives of artifacts: packing what a container made, unpacking what was kept.

Unpacking is safe against archives that mean harm: nothing lands outside the target, no devices, no
links that lead out, and no more than so many bytes. Mirrors ``stageArchiveFile`` and ``unpack``.
"""

import os
import stat
import tarfile
import zipfile
from collections.abc import Iterator
from pathlib import Path, PurePosixPath
from typing import Any

from pinnace.workflows.executor.context import ExecutorFailed
from pinnace.workflows.executor.members import harmless

#: More than this in one artifact is taken for an attack or a mistake.
MOST_BYTES = 64 * 1024**3
MOST_MEMBERS = 1_000_000
_DEFAULT_COMPRESSION = 6


def archive_kind(artifact: dict[str, Any]) -> str:
    """Return "none", "zip", "tar", or "" when the artifact does not say."""
    declared = artifact.get("archive") or {}
    return next((kind for kind in ("none", "zip", "tar") if declared.get(kind) is not None), "")


# -- packing --------------------------------------------------------------------------------------


def file_name(artifact: dict[str, Any]) -> str:
    """Return the name under which an output artifact is kept."""
    match archive_kind(artifact):
        case "none":
            return PurePosixPath(artifact["path"]).name
        case "zip":
            return f"{artifact['name']}.zip"
        case _:
            return f"{artifact['name']}.tgz"


def pack(source: Path, target: Path, artifact: dict[str, Any]) -> None:
    """Write the archive that the artifact asks for (a gzipped tar if it does not say)."""
    inside = PurePosixPath(artifact["path"]).name or "root"
    if archive_kind(artifact) == "zip":
        _pack_zip(source, target, inside)
        return
    level = ((artifact.get("archive") or {}).get("tar") or {}).get("compressionLevel")
    compression = _DEFAULT_COMPRESSION if level is None or int(level) < 0 else int(level)
    with tarfile.open(target, "w:gz", compresslevel=min(compression, 9)) as tar:
        tar.add(source, arcname=inside, filter=_portable)


def _portable(member: tarfile.TarInfo) -> tarfile.TarInfo | None:
    """Leave out sockets, pipes and devices, and whose files they were."""
    if not (member.isfile() or member.isdir() or member.issym() or member.islnk()):
        return None
    member.uid = member.gid = 0
    member.uname = member.gname = ""
    return member


def _pack_zip(source: Path, target: Path, inside: str) -> None:
    with zipfile.ZipFile(target, "w", zipfile.ZIP_DEFLATED) as archive:
        if source.is_file():
            archive.write(source, inside)
            return
        for file in regular_files(source):
            archive.write(file, f"{inside}/{file.relative_to(source).as_posix()}")


def regular_files(folder: Path) -> Iterator[Path]:
    """Yield the regular files below a folder; no link is followed, so none leads out of it."""
    for place, _, files in os.walk(folder, followlinks=False):
        for name in sorted(files):
            path = Path(place) / name
            if stat.S_ISREG(path.lstat().st_mode):
                yield path


# -- unpacking ------------------------------------------------------------------------------------


def unpack_into(parcel: Path, target: Path, artifact: dict[str, Any]) -> None:
    """Turn what was downloaded into what the container sees; the parcel is used up.

    An archive of one thing becomes that thing, any other becomes a folder; what is no archive, or
    is said not to be one, stays as it is.
    """
    kind = archive_kind(artifact)
    if parcel.is_dir() or kind == "none":
        parcel.rename(target)
        return
    folder = parcel.with_name(f"{parcel.name}.d")
    folder.mkdir(parents=True, exist_ok=True)
    if kind != "zip" and tarfile.is_tarfile(parcel):
        _unpack_tar(parcel, folder)
    elif kind != "tar" and zipfile.is_zipfile(parcel):
        _unpack_zip(parcel, folder)
    else:
        folder.rmdir()
        parcel.rename(target)
        return
    parcel.unlink()
    inside = list(folder.iterdir())
    if len(inside) == 1:
        inside[0].rename(target)
        folder.rmdir()
    else:
        folder.rename(target)


def _unpack_tar(parcel: Path, folder: Path) -> None:
    total = 0
    try:
        with tarfile.open(parcel, "r:*") as tar:
            tar.extraction_filter = lambda member, _: member  # `harmless` filters, on any Python
            for count, member in enumerate(tar, 1):
                total += member.size
                _check_size(parcel, total, count)
                tar.extract(harmless(member, folder), folder)
    except tarfile.TarError as problem:
        raise ExecutorFailed(f"artifact archive refused: {problem}") from problem


def _unpack_zip(parcel: Path, folder: Path) -> None:
    with zipfile.ZipFile(parcel) as archive:
        members = archive.infolist()
        _check_size(parcel, sum(each.file_size for each in members), len(members))
        for member in members:
            if stat.S_ISLNK(member.external_attr >> 16):
                raise ExecutorFailed(f"artifact archive refused: {member.filename} is a link")
            archive.extract(member, folder)  # drops ".." and leading "/" by itself


def _check_size(parcel: Path, size: int, members: int) -> None:
    if size > MOST_BYTES or members > MOST_MEMBERS:
        raise ExecutorFailed(
            f"artifact archive refused: it unpacks to more than {MOST_BYTES} bytes or "
            f"{MOST_MEMBERS} files"
        )
