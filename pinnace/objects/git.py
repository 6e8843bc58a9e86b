"""How git is run for what a manifest names. Pure: callers write the key and start the process.

Without a shell and without asking anybody: only network protocols, no hooks, no configuration
of the machine, secrets in the environment so that none stands in a list of processes.
"""

import base64
import os
import re
from collections.abc import Mapping
from pathlib import Path


def environment(
    home: Path,
    repository: str,
    *,
    user: str = "",
    password: str = "",
    key: Path | None = None,
    any_host_key: bool = False,
) -> Mapping[str, str]:
    """Return the whole environment; ``key`` is a file with an ssh key, mode 0600."""
    found = {
        "PATH": os.defpath,
        "HOME": str(home),
        "GIT_ALLOW_PROTOCOL": "http:https:ssh:git",
        "GIT_TERMINAL_PROMPT": "0",
        "GIT_ASKPASS": "",
        "GIT_CONFIG_NOSYSTEM": "1",
        "LC_ALL": "C.UTF-8",
    }
    if user or password:
        pair = base64.b64encode(f"{user}:{password}".encode()).decode()
        found |= {
            "GIT_CONFIG_COUNT": "1",
            "GIT_CONFIG_KEY_0": f"http.{_origin(repository)}.extraHeader",
            "GIT_CONFIG_VALUE_0": f"Authorization: Basic {pair}",
        }
    if key is not None:
        check = "no" if any_host_key else "accept-new"
        found["GIT_SSH_COMMAND"] = (
            f"ssh -i {key} -o IdentitiesOnly=yes -o BatchMode=yes "
            f"-o StrictHostKeyChecking={check} -o UserKnownHostsFile={home}/known_hosts"
        )
    return found


def _origin(repository: str) -> str:
    """Return the part of an http address that secrets are sent to: no other host gets them."""
    found = re.match(r"https?://[^/]+/", repository + "/")
    return found.group(0) if found else repository
