"""Which runtime this machine gets: by name, or the best one that works when tried."""

from pathlib import Path

from pinnace.objects.errors import Invalid
from pinnace.pods.layout import Layout
from pinnace.pods.process import Process
from pinnace.pods.runtime import Runtime, RuntimeReport
from pinnace.pods.sandbox import Sandbox

#: The names that ``--runtime`` takes.
RUNTIMES = ("auto", "sandbox", "process")


def choose_runtime(state_dir: Path, name: str = "auto") -> tuple[Runtime, RuntimeReport]:
    """Return a runtime and how it did when tried; a person is to be shown the report's warning.

    ``auto`` falls back to plain processes where the sandbox doesn't work. Raises Invalid for a
    runtime that is asked for by name and doesn't work, or that doesn't exist.
    """
    if name not in RUNTIMES:
        raise Invalid(
            field="runtime", expected=" or ".join(RUNTIMES), found=name,
            fix="`docker` and `podman` are not built yet",
        )  # fmt: skip
    sandbox, process = Sandbox(Layout(state_dir).hosts), Process()
    if name == "process":
        return process, process.probe()
    report = sandbox.probe()
    if report.works:
        return sandbox, report
    if name == "sandbox":
        raise Invalid(
            field="runtime", expected="a working bubblewrap", found=report.reason,
            fix="install bubblewrap and allow user namespaces, or use --runtime process",
        )  # fmt: skip
    plain = process.probe()
    warning = f"no sandbox: {report.reason}; {plain.warning}"
    return process, RuntimeReport(
        name=process.name, works=True, reason=report.reason, warning=warning
    )
