"""Kubeconfig files: which server a context means and how to prove who one is.

Reads what kubectl reads (k8s.io/client-go/tools/clientcmd): tokens, client certificates, basic
authentication left out as Kubernetes itself did, and ``exec`` credential plugins.
"""

import base64
import json
import os
import subprocess
from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import yaml

from pinnace.objects.errors import Permanent

_PLUGIN_SECONDS = 60


@dataclass(frozen=True, kw_only=True)
class Access:
    """How to reach an API server: its CA, a client certificate and its key are PEM texts."""

    server: str
    token: str = ""
    authority: str = ""
    certificate: str = ""
    key: str = ""
    verify: bool = True
    namespace: str = "default"


def read_kubeconfig(path: Path, context: str = "") -> Access:
    """Return what a context (the current one by default) names; raises Permanent saying why not."""
    config = _read(path)
    name = context or config.get("current-context") or ""
    chosen = _named(config, "contexts", name, "context", path)
    cluster = _named(config, "clusters", chosen.get("cluster", ""), "cluster", path)
    user = _named(config, "users", chosen.get("user", ""), "user", path)
    if "exec" in user:
        user = {**user, **_plugin(user["exec"], path)}
    return Access(
        server=str(cluster.get("server", "")),
        token=user.get("token") or _text(user, "tokenFile", path),
        authority=_pem(cluster, "certificate-authority", path),
        certificate=user.get("clientCertificateData") or _pem(user, "client-certificate", path),
        key=user.get("clientKeyData") or _pem(user, "client-key", path),
        verify=not cluster.get("insecure-skip-tls-verify", False),
        namespace=str(chosen.get("namespace") or "default"),
    )


def _read(path: Path) -> dict[str, Any]:
    try:
        config = yaml.safe_load(path.read_text(encoding="utf-8"))
    except OSError as error:
        raise Permanent(f"{path} can't be read: {error.strerror}") from error
    except (UnicodeDecodeError, yaml.YAMLError) as error:
        raise Permanent(f"{path}: expected a kubeconfig, found no YAML: {error}") from error
    if not isinstance(config, dict) or config.get("kind") not in (None, "Config"):
        raise Permanent(f"{path}: expected a kubeconfig (kind: Config), found {_what(config)}")
    return config


def _what(found: Any) -> str:
    kind = found.get("kind") if isinstance(found, dict) else None
    return f"kind: {kind}" if kind else "nothing" if found is None else type(found).__name__


def default_kubeconfig() -> Path:
    """Return the file that kubectl would read: the first of ``KUBECONFIG``, or the home's."""
    first = os.environ.get("KUBECONFIG", "").split(os.pathsep)[0]
    return Path(first) if first else Path.home() / ".kube" / "config"


def _named(
    config: Mapping[str, Any], section: str, name: str, key: str, path: Path
) -> dict[str, Any]:
    entries = config.get(section) or []
    for entry in entries:
        if entry.get("name") == name:
            return dict(entry.get(key) or {})
    known = ", ".join(str(entry.get("name")) for entry in entries) or "none"
    raise Permanent(f"{path}: no {key} named {name!r} in it; it has: {known}")


def _pem(section: Mapping[str, Any], name: str, path: Path) -> str:
    if data := section.get(f"{name}-data"):
        return base64.b64decode(data).decode()
    return _text(section, name, path)


def _text(section: Mapping[str, Any], name: str, path: Path) -> str:
    """Return the contents of a file that is named relative to the kubeconfig, "" for none."""
    if not (given := section.get(name)):
        return ""
    file = path.parent / given
    try:
        return str(file.read_text().strip())
    except OSError as error:
        raise Permanent(f"{path}: {name}: {file} can't be read: {error.strerror}") from error


def _plugin(given: Mapping[str, Any], path: Path) -> dict[str, str]:
    """Run a credential plugin (client.authentication.k8s.io ExecCredential)."""
    asked = {"kind": "ExecCredential", "apiVersion": given.get("apiVersion", ""),
             "spec": {"interactive": False}}  # fmt: skip
    more = {entry["name"]: entry["value"] for entry in given.get("env") or []}
    environment = {**os.environ, **more, "KUBERNETES_EXEC_INFO": json.dumps(asked)}
    command = [str(given.get("command", "")), *map(str, given.get("args") or [])]
    try:
        done = subprocess.run(
            command, env=environment, capture_output=True, timeout=_PLUGIN_SECONDS, check=True
        )
        status: dict[str, str] = json.loads(done.stdout)["status"]
    except (OSError, subprocess.SubprocessError, ValueError, KeyError) as error:
        raise Permanent(f"{path}: the credential plugin {command[0]!r} failed: {error}") from error
    return status
