"""The least that a sandboxed command can cost: bwrap with the same namespaces, and nothing else."""

import subprocess

from benchmarks.report import timed
from pinnace.pods.runtime import bwrap_path

_OPTIONS = (
    "--unshare-user", "--unshare-pid", "--unshare-ipc", "--unshare-uts", "--unshare-cgroup-try",
    "--die-with-parent", "--ro-bind", "/", "/", "--proc", "/proc", "--dev", "/dev",
)  # fmt: skip


def bwrap_alone() -> float:
    """Return the seconds that ``true`` takes in a bare sandbox (without one, where none works)."""
    bwrap = bwrap_path()
    command = [bwrap, *_OPTIONS, "--", "true"] if bwrap else ["true"]
    return timed(lambda: subprocess.run(command, check=True, stdin=subprocess.DEVNULL))
