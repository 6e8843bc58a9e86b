"""Downloads of artifacts, also of what lies in a folder. Mirrors ``server/artifacts``.

What is served comes from strangers' steps: browsers may not run it (Content-Security-Policy), nor
guess its type.
"""

import asyncio
import html
import mimetypes
import shutil
import tempfile
from collections.abc import Awaitable, Callable
from pathlib import Path
from posixpath import normpath
from urllib.parse import quote

from starlette.background import BackgroundTask
from starlette.responses import FileResponse, HTMLResponse, RedirectResponse, Response

from pinnace.apiserver.mounting import Host
from pinnace.argoserver.call import Call
from pinnace.argoserver.objects import InvalidArgument
from pinnace.argoserver.workflows import Workflows
from pinnace.objects.errors import NotFound, Unavailable
from pinnace.objects.kinds import WORKFLOWS
from pinnace.objects.meta import name_of, namespace_of
from pinnace.objects.types import Object
from pinnace.workflows.executor import ExecutorFailed
from pinnace.workflows.executor.download import Download

_AT_ONCE = 4  # a slow object store holds up downloads, not the rest of the API
_HEADERS = {
    "Content-Security-Policy": "sandbox; base-uri 'none'; default-src 'none'; img-src 'self'; "
    "style-src 'self' 'unsafe-inline'",
    "X-Frame-Options": "SAMEORIGIN",
    "X-Content-Type-Options": "nosniff",
    "Cache-Control": "no-cache, private",
}


class Artifacts:
    """The methods that answer with an artifact."""

    def __init__(self, host: Host, workflows: Workflows) -> None:
        self._host, self._store, self._workflows = host, host.store, workflows
        self._turns = asyncio.Semaphore(_AT_ONCE)

    def methods(self) -> dict[str, Callable[[Call], Awaitable[Response]]]:
        """Return the methods by name."""
        return {
            "GetOutputArtifact": self._working(lambda call: self._artifact(call, inputs=False)),
            "GetInputArtifact": self._working(lambda call: self._artifact(call, inputs=True)),
            "GetArtifactFile": self._working(self._file),
        }

    def _working(self, work: Callable[[Call], Response]) -> Callable[[Call], Awaitable[Response]]:
        async def method(call: Call) -> Response:
            async with self._turns:
                return await self._host.workers.run(lambda: _translated(work, call))

        return method

    def _artifact(self, call: Call, *, inputs: bool) -> Response:
        uid = call.variables.get("uid")
        workflow = self._by_uid(uid) if uid is not None else self._workflows.find(call)
        names = call.variables
        return _sent(
            Download(self._store, workflow, names["nodeId"], names["artifactName"], inputs=inputs)
        )

    def _file(self, call: Call) -> Response:
        """Answer ``/artifact-files/…``: a file, or the list of a folder."""
        names, file = call.variables, call.variables.get("*", "")
        if names["direction"] not in ("inputs", "outputs"):
            raise InvalidArgument(f"expected inputs or outputs, found {names['direction']!r}")
        found = self._of_section(call, names["section"], names["id"])
        download = Download(
            self._store, found, names["nodeId"], names["artifactName"],
            inputs=names["direction"] == "inputs", file=_clean(file),
        )  # fmt: skip
        files = download.files()
        if "*" in names and (not file or file.endswith("/")):
            if not files:
                raise NotFound("artifacts", f"{names['artifactName']}/{file}")
            return _listing(files)
        if files:
            here = file.rpartition("/")[2] or names["artifactName"]
            return RedirectResponse(f"./{quote(here)}/", 307, headers=_HEADERS)
        return _sent(download)

    def _of_section(self, call: Call, section: str, which: str) -> Object:
        match section:
            case "workflows":
                named = Call(variables={"namespace": call.namespace, "name": which})
                return self._workflows.find(named)
            case "archived-workflows":
                found = self._by_uid(which)
                if namespace_of(found) == call.namespace:
                    return found
                raise NotFound(WORKFLOWS.resource, which)
        raise InvalidArgument(f"expected workflows or archived-workflows, found {section!r}")

    def _by_uid(self, uid: str) -> Object:
        """Return a workflow by uid: there is no archive, so one that is still there."""
        found = self._store.find_uid(uid)
        if found is None or found.get("kind") != WORKFLOWS.kind:
            raise NotFound(WORKFLOWS.resource, uid)
        return self._store.get(WORKFLOWS, namespace_of(found), name_of(found))


def _translated(work: Callable[[Call], Response], call: Call) -> Response:
    try:
        return work(call)
    except ExecutorFailed as problem:
        raise Unavailable(str(problem)) from problem


def _clean(file: str) -> str:
    """Return the path inside an artifact; raises InvalidArgument when it leads out."""
    if not file.strip("/"):
        return ""
    clean = normpath(file.strip("/"))
    if clean.startswith("..") or "\0" in clean:
        raise InvalidArgument(f"{file!r} is not a path inside an artifact")
    return clean


def _sent(download: Download) -> Response:
    """Fetch an artifact into a folder of its own and send it from there."""
    folder = Path(tempfile.mkdtemp(prefix="pinnace-artifact-"))
    try:
        target = folder / "artifact"
        if not download.load(target):
            raise NotFound("artifacts", download.file_name)
        name = download.file_name
        if target.is_dir():  # as upstream, a folder is sent as one archive
            target = Path(shutil.make_archive(str(folder / "folder"), "gztar", target))
            name = f"{name}.tgz"
        media = mimetypes.guess_type(name)[0] or "application/octet-stream"
        return FileResponse(
            target, media_type=media, filename=name, content_disposition_type="inline",
            headers=_HEADERS, background=BackgroundTask(shutil.rmtree, folder, True),
        )  # fmt: skip
    except BaseException:
        shutil.rmtree(folder, ignore_errors=True)
        raise


def _listing(files: list[str]) -> Response:
    """Return a page with what lies directly in a folder."""
    names = dict.fromkeys(name.partition("/")[0] + ("/" if "/" in name else "") for name in files)
    items = ['<li><a href="..">..</a></li>'] + [
        f'<li><a href="./{quote(name)}">{html.escape(name)}</a></li>' for name in names
    ]
    page = "<html><body><ul>\n" + "\n".join(items) + "\n</ul></body></html>"
    return HTMLResponse(page, headers=_HEADERS)
