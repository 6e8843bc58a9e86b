"""The real argo CLI (``argo`` on PATH), with ``ARGO_HTTP1=true`` as the README says."""

import os
import shutil
import subprocess
from collections.abc import Callable
from pathlib import Path

import pytest

from tests.integration.argoserver.conftest import Server
from tests.sample_workflows import FAILS, WAITS

TEMPLATE = """
apiVersion: argoproj.io/v1alpha1
kind: WorkflowTemplate
metadata: {name: cli-template}
spec:
  entrypoint: main
  arguments: {parameters: [{name: message, value: hello}]}
  templates:
  - name: main
    container: {image: busybox, command: [echo, "{{workflow.parameters.message}}"]}
"""
CRON = """
apiVersion: argoproj.io/v1alpha1
kind: CronWorkflow
metadata: {name: cli-cron}
spec:
  schedules: ["0 3 * * *"]
  workflowSpec:
    entrypoint: main
    templates:
    - name: main
      container: {image: busybox, command: ["true"]}
"""

Argo = Callable[..., str]


@pytest.fixture
def argo(server: Server, tmp_path: Path) -> Argo:
    """Run argo against the Argo server's API; returns what it prints."""
    return runner(tmp_path, {
        "KUBECONFIG": "/dev/null", "ARGO_SERVER": server.url.removeprefix("https://"),
        "ARGO_HTTP1": "true", "ARGO_SECURE": "false", "ARGO_NAMESPACE": "default",
        "ARGO_TOKEN": f"Bearer {server.token}",
    })  # fmt: skip


@pytest.fixture
def argo_of_kubernetes(server: Server, tmp_path: Path) -> Argo:
    """Run argo with the kubeconfig alone: it then needs no Argo server."""
    return runner(tmp_path, {"KUBECONFIG": str(server.kubeconfig)})


def runner(tmp_path: Path, settings: dict[str, str]) -> Argo:
    program = shutil.which("argo")
    if program is None:
        pytest.skip("argo is not on PATH: build cmd/argo of argoproj/argo-workflows to run this")
    environment = {
        "PATH": os.environ["PATH"], "HOME": str(tmp_path), "NO_COLOR": "1", **settings,
    }  # fmt: skip

    def run(*words: str, file: str = "", fails: bool = False) -> str:
        if file:
            (tmp_path / "manifest.yaml").write_text(file)
            words = (*words, str(tmp_path / "manifest.yaml"))
        done = subprocess.run(
            [program, *words],
            env=environment, capture_output=True, text=True, timeout=45, check=False,
        )  # fmt: skip
        assert bool(done.returncode) is fails, f"argo {' '.join(words)}: {done.stdout}{done.stderr}"
        return done.stdout + done.stderr

    return run


def test_submit_get_logs_retry_resubmit(argo: Argo) -> None:
    assert "no linting errors" in argo("lint", file=FAILS)
    argo("submit", "--wait", file=FAILS, fails=True)
    name = argo("list", "--prefix", "fails-", "-o", "name").strip()
    assert "main: Error (exit code 1)" in argo("get", name)
    assert "said once" in argo("logs", name)
    argo("retry", name, "-p", "code=0", "--log")
    argo("wait", name)
    assert "Status:              Succeeded" in argo("get", name)
    again = argo("resubmit", name, "-o", "name").strip()
    assert "Succeeded at" in argo("wait", again)
    assert name in argo("list", "--completed")
    argo("delete", name, again)
    assert "not found" in argo("get", name, fails=True)


def test_suspend_resume_stop_terminate(argo: Argo) -> None:
    name = argo("submit", "-o", "name", file=WAITS).strip()
    argo("suspend", name)
    argo("resume", name)
    argo("wait", name)
    for verb in ("stop", "terminate"):
        name = argo("submit", "-o", "name", file=WAITS).strip()
        argo(verb, name)
        argo("watch", name)
        assert "Stopped with strategy" in argo("get", name)
        argo("delete", name)


def test_templates(argo: Argo) -> None:
    argo("template", "lint", file=TEMPLATE)
    argo("template", "create", file=TEMPLATE)
    assert "cli-template" in argo("template", "list")
    options = ("-p", "message=bye", "--log")
    assert "bye" in argo("submit", "--from", "workflowtemplate/cli-template", *options)
    argo("template", "delete", "cli-template")


def test_cron_workflows(argo: Argo) -> None:
    argo("cron", "lint", file=CRON)
    argo("cron", "create", file=CRON)
    assert "0 3 * * *" in argo("cron", "list")
    argo("cron", "suspend", "cli-cron")
    assert "Suspended:                     true" in argo("cron", "get", "cli-cron")
    argo("cron", "resume", "cli-cron")
    argo("submit", "--from", "cronwf/cli-cron", "--wait")
    argo("cron", "delete", "cli-cron")


def test_versions_and_errors(argo: Argo) -> None:
    assert "argo-server: v4.1.2" in argo("version")
    wrong = FAILS.replace("entrypoint: main", "entrypoint: nope")
    assert "template name 'nope' undefined" in argo("submit", file=wrong, fails=True)
    assert "No workflows found" in argo("archive", "list")


def test_with_the_kubeconfig_alone(argo_of_kubernetes: Argo) -> None:
    argo = argo_of_kubernetes
    argo("lint", file=FAILS)
    name = argo("submit", "-o", "name", file=FAILS).strip()
    argo("wait", name, fails=True)
    argo("retry", name, "-p", "code=0", "--log")
    assert "Succeeded at" in argo("wait", name)
    assert "said once" in argo("logs", name)
    argo("cron", "create", file=CRON)
    argo("submit", "--from", "cronwf/cli-cron", "--wait")
    argo("cron", "delete", "cli-cron")
    argo("delete", name)
