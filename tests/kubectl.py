"""The kubectl on this machine, for tests that need one new enough to speak with today's servers."""

import functools
import json
import shutil
import subprocess

import pytest

#: Server-side validation, OpenAPI v3, `auth whoami`, kustomize components. Debian 12 has 1.20.
OLDEST = (1, 28)


@functools.cache
def lacking() -> str:
    """Say why there is no kubectl to test with, "" when there is one."""
    program = shutil.which("kubectl")
    if program is None:
        return "kubectl is not installed"
    done = subprocess.run(
        [program, "version", "--client", "-o", "json"],
        capture_output=True, text=True, timeout=60, check=True,
    )  # fmt: skip
    version = json.loads(done.stdout)["clientVersion"]["gitVersion"]
    major, minor = (int(part) for part in version.removeprefix("v").split(".")[:2])
    if (major, minor) < OLDEST:
        return f"{program} is {version}; {OLDEST[0]}.{OLDEST[1]} or newer is needed"
    return ""


def program() -> str:
    """Return the path of kubectl, or skip the test, saying why."""
    if reason := lacking():
        pytest.skip(reason)
    found = shutil.which("kubectl")
    assert found is not None
    return found
