"""Where the object of a trigger comes from: which sources there are, and what each must say. Pure.

Upstream: pkg/sensors/artifacts. Reading them is :mod:`pinnace.sensors.effects.sources`.
"""

import re
from collections.abc import Callable, Mapping

from pinnace.sensors.reading import Node

#: Network protocols only: a path or ``file://`` would read this machine.
_REPOSITORY = re.compile(r"(https?|ssh|git)://.+|[\w.-]+@[\w.-]+:.+")
_REVISION = re.compile(r"[A-Za-z0-9_./@^~+][-A-Za-z0-9_./@^~+{}]*")


def kind_of(source: Node) -> str:
    """Return which source counts: the first that is given, in upstream's order."""
    declared = [name for name in CHECKS if source[name].given]
    if not declared:
        raise source.refuse("unknown artifact location", expected=f"one of {', '.join(CHECKS)}",
                            found="no source")  # fmt: skip
    return declared[0]


def check(source: Node) -> None:
    """Refuse a source that says too little, or what can't be had here; raises Invalid."""
    name = kind_of(source)
    CHECKS[name](source[name])


def _s3(node: Node) -> None:
    node["endpoint"].required("s3 endpoint is not specified")
    node["bucket"]["name"].required("s3 bucket name is not specified")
    node["bucket"]["key"].required("s3 bucket key is not specified")
    for field in ("accessKey", "secretKey"):
        node[field]["key"].required(f"s3 {field} is not specified")


def _git(node: Node) -> None:
    url = node["url"].required("git url is not specified")
    remote = node["remote"]
    for address in (url, *(entry.text() for entry in remote["urls"])):
        if not _REPOSITORY.fullmatch(address):
            raise node["url"].refuse("", expected="an http, https, ssh or git address",
                                     found=repr(address))  # fmt: skip
    path = node["filePath"].required("git filePath is not specified")
    if path.startswith("/") or any(part in path for part in ("..", "~", "\\")):
        raise node["filePath"].refuse("", expected="a path inside the repository",
                                      found=repr(path))  # fmt: skip
    for field in ("branch", "tag", "ref"):
        if (name := node[field].text()) and not _REVISION.fullmatch(name):
            raise node[field].refuse("", expected=f"the name of a {field}", found=repr(name))
    if node["githubApp"].given:
        raise node["githubApp"].refuse(
            "authentication as a GitHub app can't be done here", expected="creds or sshKeySecret",
            fix="use a token as creds.password",
        )  # fmt: skip


def _url(node: Node) -> None:
    if not node["path"].text().startswith(("http://", "https://")):
        raise node["path"].refuse("", expected="an http or https address",
                                  found=repr(node["path"].text()))  # fmt: skip


def _file(node: Node) -> None:
    node["path"].required("file path is not specified")


def _config_map(node: Node) -> None:
    node["name"].required("configmap name is not specified")
    node["key"].required("configmap key is not specified")


def _inline(node: Node) -> None:
    node.text()


def _resource(node: Node) -> None:
    node.mapping()


#: In upstream's order of precedence (artifacts/store.go:GetArtifactReader).
CHECKS: Mapping[str, Callable[[Node], None]] = {
    "s3": _s3,
    "inline": _inline,
    "file": _file,
    "url": _url,
    "git": _git,
    "configmap": _config_map,
    "resource": _resource,
}
