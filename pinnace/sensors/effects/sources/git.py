"""An object in a git repository, cloned anew each time (upstream: artifacts/git.go).

git runs without a shell, asks nobody anything, speaks only network protocols, runs no hooks and
takes secrets from its environment. ``cloneDirectory`` has no meaning here: a clone lives for one
read.
"""

import subprocess
import tempfile
from collections.abc import Mapping
from pathlib import Path

from pinnace.objects.errors import Permanent
from pinnace.objects.git import environment
from pinnace.sensors.effects.edge import Edge
from pinnace.sensors.effects.sources.request import LIMIT, SECONDS, Request

_DEFAULT_BRANCH = "master"  # upstream's


def read(request: Request, edge: Edge) -> bytes:
    """Return the content of the file at branch, tag or ref; raises Permanent or Invalid."""
    repository = _repository(request)
    with tempfile.TemporaryDirectory(prefix="pinnace-git-") as home:
        git = _Git(Path(home), _environment(request, edge, repository, Path(home)))
        git.run("init", "--quiet", "--bare", ".")
        git.run("remote", "add", "--", "origin", repository)
        # one commit, and of its files none but the one that is read
        git.run("fetch", "--quiet", "--depth=1", "--filter=blob:none", "--", "origin",
                _reference(request))  # fmt: skip
        return _blob(request, git)


def _repository(request: Request) -> str:
    """Return the address: that of ``remote``, which upstream fetches as well, before ``url``."""
    urls = (request.place.get("remote") or {}).get("urls") or []
    return str(urls[0]) if urls else request.text("url")


def _reference(request: Request) -> str:
    if ref := request.text("ref"):
        return ref
    if tag := request.text("tag"):
        return f"refs/tags/{tag}"
    return f"refs/heads/{request.text('branch') or _DEFAULT_BRANCH}"


def _blob(request: Request, git: "_Git") -> bytes:
    path = request.text("filePath")
    entry = git.run("ls-tree", "--long", "FETCH_HEAD", "--", path).decode(errors="replace").split()
    if len(entry) < 4 or entry[0] not in ("100644", "100755"):  # a link leads elsewhere
        raise request.refuse("", expected=f"a regular file {path} in the repository",
                             found=f"mode {entry[0]}" if entry else "none")  # fmt: skip
    if entry[3].isdecimal() and int(entry[3]) > LIMIT:
        raise request.refuse(f"{path} is larger than {LIMIT} bytes")
    return git.run("cat-file", "blob", entry[2])


def _environment(request: Request, edge: Edge, repository: str, home: Path) -> Mapping[str, str]:
    key = request.secret(edge, "sshKeySecret")
    file = home / "key"
    if key:
        file.touch(mode=0o600)
        file.write_text(key.rstrip("\n") + "\n")
    return environment(
        home, repository,
        user=request.secret(edge, "username", below="creds") or "",
        password=request.secret(edge, "password", below="creds") or "",
        key=file if key else None,
        any_host_key=bool(request.place.get("insecureIgnoreHostKey")),
    )  # fmt: skip


class _Git:
    """Runs git in one environment."""

    def __init__(self, home: Path, environment: Mapping[str, str]) -> None:
        self._home, self._environment = home, environment

    def run(self, *arguments: str) -> bytes:
        """Return what git prints; raises Permanent with what it complains about."""
        repository = () if arguments[0] == "init" else ("--git-dir", str(self._home))
        command = ["git", "-c", "core.hooksPath=/dev/null", *repository, *arguments]
        try:
            done = subprocess.run(
                command, cwd=self._home, env=self._environment, capture_output=True,
                timeout=SECONDS, stdin=subprocess.DEVNULL, check=False,
            )  # fmt: skip
        except FileNotFoundError:
            raise Permanent("git is not installed: a git source needs it") from None
        except subprocess.TimeoutExpired:
            raise Permanent(f"git {arguments[0]} took longer than {SECONDS:.0f} s") from None
        if done.returncode != 0:
            reason = done.stderr.decode(errors="replace").strip()[-1000:]
            raise Permanent(f"git {arguments[0]} failed: {reason}")
        return done.stdout
