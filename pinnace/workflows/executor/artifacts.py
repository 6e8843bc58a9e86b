"""Artifacts by place: which driver keeps them, and under which key.

An artifact that names only a key lies in the workflow's artifact repository, which the controller
wrote into ``archiveLocation``. Mirrors ``workflow/artifacts/artifacts.go``.
"""

from pathlib import Path
from typing import Any, Protocol

from pinnace.store import Store
from pinnace.workflows.executor.context import ExecutorFailed, Told
from pinnace.workflows.executor.drivers.git import GitDriver
from pinnace.workflows.executor.drivers.http import HttpDriver
from pinnace.workflows.executor.drivers.raw import RawDriver
from pinnace.workflows.executor.drivers.s3 import S3Driver
from pinnace.workflows.executor.drivers.values import Values
from pinnace.workflows.spec import ARTIFACT_LOCATIONS

Artifact = dict[str, Any]


class Driver(Protocol):
    """Keeps artifacts in one kind of place."""

    def load(self, place: dict[str, Any], target: Path) -> bool:
        """Download to ``target``; False when there is nothing there."""
        ...

    def save(self, place: dict[str, Any], source: Path) -> None:
        """Upload a file or a folder."""
        ...


class Drivers:
    """All drivers, for one pod."""

    def __init__(self, store: Store, told: Told) -> None:
        values = Values(store, told)
        self._location: dict[str, Any] = told.template.get("archiveLocation") or {}
        self._s3 = S3Driver(values)
        self._drivers: dict[str, Driver] = {
            "s3": self._s3,
            "http": HttpDriver(values),
            "git": GitDriver(values),
            "raw": RawDriver(),
        }

    def load(self, artifact: Artifact, target: Path) -> bool:
        """Download an input artifact; False when it does not exist."""
        kind, place = self._placed(artifact)
        return self._driver(kind, artifact).load(place, target)

    def files(self, artifact: Artifact) -> list[str]:
        """Return the files of an artifact that is a folder, relative to it; [] for any other."""
        kind, place = self._placed(artifact)
        return self._s3.files(place) if kind == "s3" else []

    def save(self, artifact: Artifact, source: Path, file_name: str) -> Artifact:
        """Upload an output artifact; return it with the place it is kept at."""
        kept = self._with_key(artifact, file_name)
        kind, place = self._placed(kept)
        self._driver(kind, artifact).save(place, source)
        return kept

    def describe(self, artifact: Artifact) -> str:
        """Return where an artifact is kept, in words."""
        kind, place = self._placed(artifact)
        where = place.get("bucket") or place.get("url") or place.get("repo") or ""
        return f"{kind} {where}/{place.get('key') or ''}".rstrip("/")

    def _driver(self, kind: str, artifact: Artifact) -> Driver:
        if kind in self._drivers:
            return self._drivers[kind]
        raise ExecutorFailed(
            f"artifact {artifact['name']}: Pinnace has no driver for "
            f"{kind or 'an empty location'}; it has: {', '.join(sorted(self._drivers))}"
        )

    def _placed(self, artifact: Artifact) -> tuple[str, dict[str, Any]]:
        """Return the kind of place and all that is known of it, the repository's part included."""
        kind = _kind(artifact)
        own = dict(artifact.get(kind) or {}) if kind else {}
        if not kind and artifact.get("key"):
            kind, own = _kind(self._location), {"key": artifact["key"]}
        common = self._location.get(kind) or {}
        if kind == "s3" and not (own.get("bucket") and own.get("endpoint")):
            if not common:
                raise ExecutorFailed(
                    f"artifact {artifact['name']}: it names no bucket and endpoint, and there is "
                    "no artifact repository; create the ConfigMap artifact-repositories or give "
                    "the artifact an s3 location of its own"
                )
            own = {**common, **own}
        return kind, own

    def _with_key(self, artifact: Artifact, file_name: str) -> Artifact:
        """Give an output artifact without a place one in the repository."""
        kind = _kind(artifact)
        if kind and (artifact[kind].get("key") or kind != "s3"):
            return artifact
        if not kind:
            kind = _kind(self._location)
        if not kind:
            raise ExecutorFailed(
                f"artifact {artifact['name']}: there is nowhere to keep it; create the ConfigMap "
                "artifact-repositories or give the artifact an s3 location of its own"
            )
        base = str(self._location[kind].get("key") or "").strip("/")
        return {**artifact, kind: {"key": f"{base}/{file_name}".lstrip("/")}}


def _kind(location: dict[str, Any]) -> str:
    return next((kind for kind in ARTIFACT_LOCATIONS if location.get(kind) is not None), "")
