"""A git push as GitHub tells it: the ``push`` payload, its headers and its signature.

The shape is GitHub's webhook documentation's; only fields that no local repository can know
(avatars, node ids, API addresses) are left out.
"""

import hashlib
import hmac
import subprocess
from dataclasses import dataclass
from pathlib import Path
from typing import Any

_NOTHING = "0" * 40
_EMPTY_TREE = "4b825dc642cb6eb9a060e54bf8d69288fbee4904"  # git's own hash of an empty tree
_MOST_COMMITS = 20  # GitHub lists no more either
_CHANGES = {"A": "added", "M": "modified", "T": "modified", "D": "removed"}


@dataclass(frozen=True, kw_only=True)
class Push:
    """One updated reference of a repository."""

    repository: Path
    clone_url: str
    full_name: str
    ref: str
    before: str
    after: str


def payload(push: Push) -> dict[str, Any]:
    """Build the body of GitHub's ``push`` delivery."""
    commits = [] if push.after == _NOTHING else _commits(push)
    owner, _, name = push.full_name.partition("/")
    who = commits[-1]["author"] if commits else {"name": "unknown", "email": ""}
    return {
        "ref": push.ref,
        "before": push.before,
        "after": push.after,
        "created": push.before == _NOTHING,
        "deleted": push.after == _NOTHING,
        "forced": False,
        "base_ref": None,
        "compare": f"{push.clone_url}/compare/{push.before[:12]}...{push.after[:12]}",
        "commits": commits,
        "head_commit": commits[-1] if commits else None,
        "pusher": {"name": who["name"], "email": who["email"]},
        "sender": {"login": who["name"], "type": "User"},
        "repository": {
            "name": name,
            "full_name": push.full_name,
            "private": False,
            "owner": {"name": owner, "login": owner},
            "html_url": push.clone_url,
            "clone_url": push.clone_url,
            "git_url": push.clone_url,
            "default_branch": "main",
            "master_branch": "main",
        },
    }


def headers(body: bytes, secret: str, delivery: str) -> dict[str, str]:
    """Return GitHub's headers, signed with HMAC-SHA256."""
    signature = hmac.new(secret.encode(), body, hashlib.sha256).hexdigest()
    return {
        "Content-Type": "application/json",
        "User-Agent": "GitHub-Hookshot/pinnace",
        "X-GitHub-Event": "push",
        "X-GitHub-Delivery": delivery,
        "X-Hub-Signature-256": f"sha256={signature}",
    }


def _commits(push: Push) -> list[dict[str, Any]]:
    span = push.after if push.before == _NOTHING else f"{push.before}..{push.after}"
    listed = _git(push.repository, "rev-list", "--reverse", f"--max-count={_MOST_COMMITS}", span)
    return [_commit(push, commit) for commit in listed.split()]


def _commit(push: Push, commit: str) -> dict[str, Any]:
    form = "%T%x00%an%x00%ae%x00%cI%x00%P%x00%B"
    shown = _git(push.repository, "show", "-s", f"--format={form}", commit)
    tree, name, email, time, parents, message = shown.split("\0", 5)
    author = {"name": name, "email": email, "username": name}
    parent = parents.split()[0] if parents.strip() else _EMPTY_TREE
    return {
        "id": commit,
        "tree_id": tree,
        "distinct": True,
        "message": message.strip(),
        "timestamp": time,
        "url": f"{push.clone_url}/commit/{commit}",
        "author": author,
        "committer": author,
        **_changed(push.repository, parent, commit),
    }


def _changed(repository: Path, parent: str, commit: str) -> dict[str, list[str]]:
    found: dict[str, list[str]] = {"added": [], "removed": [], "modified": []}
    listing = _git(
        repository, "diff-tree", "-r", "-z", "--no-renames", "--name-status", parent, commit
    )
    fields = listing.split("\0")
    for status, path in zip(fields[0::2], fields[1::2], strict=False):
        found[_CHANGES.get(status[:1], "modified")].append(path)
    return found


def _git(repository: Path, *arguments: str) -> str:
    command = ["git", "-C", str(repository), *arguments]
    return subprocess.run(command, check=True, capture_output=True, text=True).stdout
