"""Artifacts that are a git checkout: input only. Mirrors ``workflow/artifacts/git``.

git runs without a shell, asks nobody anything, speaks only network protocols and takes secrets from
its environment, so that none stands in a list of processes.
"""

import re
import subprocess
import tempfile
from collections.abc import Mapping
from pathlib import Path
from typing import Any

from pinnace.objects.git import environment
from pinnace.workflows.executor.context import ExecutorFailed
from pinnace.workflows.executor.drivers.values import Values

_REVISION = re.compile(r"[A-Za-z0-9_./@^~+][-A-Za-z0-9_./@^~+{}]*")
_REPOSITORY = re.compile(r"(https?|ssh|git)://.+|[\w.-]+@[\w.-]+:.+")
_TIMEOUT = 600


class GitDriver:
    """Checks out repositories."""

    def __init__(self, values: Values) -> None:
        self._values = values

    def load(self, place: dict[str, Any], target: Path) -> bool:
        """Clone, and check out the revision."""
        repository, revision = str(place.get("repo") or ""), str(place.get("revision") or "")
        if not _REPOSITORY.fullmatch(repository):
            raise ExecutorFailed(
                f"git.repo must be an http, https, ssh or git address, found {repository!r}"
            )
        if revision and not _REVISION.fullmatch(revision):
            raise ExecutorFailed(f"git.revision is not a revision: {revision!r}")
        with tempfile.TemporaryDirectory(prefix="pinnace-git-") as home:
            git = _Git(Path(home), self._environment(place, repository, Path(home)))
            git.clone(place, repository, revision, target)
        return True

    def save(self, place: dict[str, Any], source: Path) -> None:
        """git artifacts are only ever read."""
        raise ExecutorFailed("git output artifacts are not supported")

    def _environment(self, place: dict[str, Any], repository: str, home: Path) -> Mapping[str, str]:
        key = self._values.secret(place.get("sshPrivateKeySecret"), "git.sshPrivateKeySecret")
        file = home / "key"
        if key:
            file.touch(mode=0o600)
            file.write_text(key.rstrip("\n") + "\n")
        return environment(
            home, repository,
            user=self._values.secret(place.get("usernameSecret"), "git.usernameSecret") or "",
            password=self._values.secret(place.get("passwordSecret"), "git.passwordSecret") or "",
            key=file if key else None,
            any_host_key=bool(place.get("insecureIgnoreHostKey")),
        )  # fmt: skip


class _Git:
    """Runs git in one environment."""

    def __init__(self, home: Path, environment: Mapping[str, str]) -> None:
        self._home, self._environment = home, environment

    def clone(self, place: dict[str, Any], repository: str, revision: str, target: Path) -> None:
        options = ["--no-checkout"]
        if place.get("depth"):
            options.append(f"--depth={int(place['depth'])}")
        if place.get("singleBranch") and place.get("branch"):
            options += ["--single-branch", f"--branch={place['branch']}"]
        self._run("clone", *options, "--", repository, str(target))
        refs = [str(each) for each in place.get("fetch") or []]
        if refs:
            self._run("fetch", "origin", "--", *refs, at=target)
        if place.get("depth") and revision and self._commit(target, revision) is None:
            depth = f"--depth={int(place['depth'])}"
            self._run("fetch", depth, "origin", "--", revision, at=target)
            revision = "FETCH_HEAD"
        self._check_out(revision, target)
        if not place.get("disableSubmodules"):
            self._run("submodule", "update", "--init", "--recursive", at=target)

    def _check_out(self, revision: str, target: Path) -> None:
        if not revision:
            self._run("checkout", "--quiet", "HEAD", "--", at=target)
            return
        commit = self._commit(target, revision)
        if commit is None:
            raise ExecutorFailed(f"git.revision {revision!r} is not in the repository")
        short = revision.removeprefix("refs/heads/").removeprefix("origin/")
        branch = self._commit(target, f"refs/remotes/origin/{short}")
        if branch == commit:
            self._run("checkout", "--quiet", "-B", short, commit, "--", at=target)
        else:
            self._run("checkout", "--quiet", "--detach", commit, "--", at=target)

    def _commit(self, target: Path, revision: str) -> str | None:
        """Return the commit a revision means: a branch of the remote, a tag, or a commit."""
        short = revision.removeprefix("refs/heads/")
        for name in (f"refs/remotes/origin/{short}", f"refs/tags/{revision}", revision):
            found = self._try(
                "rev-parse", "--verify", "--quiet", "--end-of-options", f"{name}^{{commit}}",
                at=target,
            )  # fmt: skip
            if found is not None:
                return found
        return None

    def _try(self, *arguments: str, at: Path) -> str | None:
        done = self._call(arguments, at)
        return done.stdout.strip() if done.returncode == 0 else None

    def _run(self, *arguments: str, at: Path | None = None) -> None:
        done = self._call(arguments, at)
        if done.returncode != 0:
            reason = done.stderr.strip()[-2000:]
            raise ExecutorFailed(f"git {arguments[0]} failed: {reason}")

    def _call(
        self, arguments: tuple[str, ...], at: Path | None
    ) -> subprocess.CompletedProcess[str]:
        try:
            return subprocess.run(
                ["git", "-c", "core.hooksPath=/dev/null", "-c", "protocol.file.allow=never",
                 *arguments],
                cwd=at or self._home, env=self._environment, capture_output=True, text=True,
                timeout=_TIMEOUT, stdin=subprocess.DEVNULL, check=False,
            )  # fmt: skip
        except FileNotFoundError:
            raise ExecutorFailed("git is not installed: git artifacts need it") from None
        except subprocess.TimeoutExpired:
            raise ExecutorFailed(f"git {arguments[0]} took longer than {_TIMEOUT} s") from None
