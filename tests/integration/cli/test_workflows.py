"""argo's verbs: each on a running control plane, as a person types them."""

import os
import pty
import re
import select
import subprocess
import sys
from collections.abc import Iterator
from pathlib import Path

import pytest
from click.shell_completion import ShellComplete

from pinnace.cli.main import cli
from tests.eventually import eventually
from tests.integration.cli.conftest import Shell
from tests.sample_workflows import FAILS, WAITS

TEMPLATE = """\
apiVersion: argoproj.io/v1alpha1
kind: WorkflowTemplate
metadata: {name: greet}
spec:
  entrypoint: main
  arguments: {parameters: [{name: who, value: nobody}]}
  templates:
  - name: main
    container: {image: busybox, command: [echo, "hello {{workflow.parameters.who}}"]}
"""
CRON = """\
apiVersion: argoproj.io/v1alpha1
kind: CronWorkflow
metadata: {name: nightly}
spec:
  schedules: ["0 3 * * *", "0 4 * * *"]
  timezone: Asia/Tokyo
  workflowSpec:
    workflowTemplateRef: {name: greet}
"""
TFJOB = """\
apiVersion: kubeflow.org/v1
kind: TFJob
metadata: {name: job}
spec:
  runPolicy: {cleanPodPolicy: None}
  tfReplicaSpecs:
    Worker:
      replicas: 2
      restartPolicy: Never
      template:
        spec:
          containers: [{name: tensorflow, image: busybox, command: [echo, trained]}]
"""


@pytest.fixture(scope="module")
def failed(shell: Shell) -> Iterator[str]:
    """A workflow that was submitted, waited for, and has failed."""
    told = shell.pinnace("submit", shell.file("fails.yaml", FAILS), "--wait", code=1)
    name, phase, *_ = told.out.split()
    assert phase == "Failed"
    yield name


@pytest.fixture(scope="module")
def template(shell: Shell) -> Shell:
    assert "created" in shell.pinnace("apply", "-f", shell.file("greet.yaml", TEMPLATE)).out
    return shell


def test_a_workflow_as_a_tree(shell: Shell, failed: str) -> None:
    told = shell.pinnace("get", "wf", failed).out
    assert f"Name:                {failed}\n" in told
    assert "Status:              Failed\n" in told
    assert "  code:              1\n" in told
    head, root, *nodes = told.rstrip().split("\n")[-4:]
    bad, ok = sorted(nodes, key=lambda line: "✔" in line)
    assert head.split() == ["STEP", "TEMPLATE", "PODNAME", "DURATION", "MESSAGE"]
    assert root.split() == ["✖", failed, "main"]
    assert "─✔ ok " in ok and f" {failed}-say-" in ok
    assert "─✖ bad " in bad and bad.endswith("main: Error (exit code 1)")
    assert "\x1b" not in told
    assert "RESOURCESDURATION" in shell.pinnace("get", f"wf/{failed}", "-o", "wide").out
    shell.same(["get", "wf", failed, "-o", "json"])
    assert shell.pinnace("get", "wf", failed, "-w").out.endswith(told.split("\n\n")[1])


def test_logs_of_a_workflow(shell: Shell, failed: str) -> None:
    for words in ((f"wf/{failed}",), (failed,), ("-f", failed)):
        line = shell.pinnace("logs", *words).out
        assert line.startswith(f"{failed}-say-") and line.endswith(": said once\n")


def test_list(shell: Shell, failed: str) -> None:
    told = shell.pinnace("list", "--prefix", "fails-", "-o", "wide").out.splitlines()
    assert told[0].split()[-2:] == ["P/R/C", "PARAMETERS"]
    row = told[-1].split()
    assert row[:2] == [failed, "Failed"] and row[-2:] == ["0/0/2", "code=1"]
    assert (
        shell.pinnace("list", "--status", "Failed", "-o", "name", "--prefix", failed).out
        == f"{failed}\n"
    )
    assert shell.pinnace("list", "--running", "-o", "name", "--prefix", failed).out == ""
    assert (
        shell.pinnace("list", "--since", "1h", "--completed", "--prefix", failed, "-A").out.count(
            failed
        )
        == 1
    )
    assert shell.pinnace("list", "--older", "1h").out == "No workflows found\n"
    shell.pinnace("list", "--running", "--completed", code=2)


def test_resubmit_then_retry(shell: Shell, failed: str) -> None:
    again = shell.pinnace("resubmit", failed, "-o", "name").out.strip()
    assert again.startswith("fails-") and again != failed
    told = shell.pinnace("wait", again, code=1)
    assert told.out.startswith(f"{again} Failed at ")
    told = shell.pinnace("retry", again, "-p", "code=0", "--watch")
    assert "Status:              Succeeded" in told.out
    found = shell.json("get", "wf", again)
    assert found["spec"]["arguments"]["parameters"] == [{"name": "code", "value": "0"}]
    assert "To retry a succeeded workflow" in shell.pinnace("retry", again, code=1).err
    told = shell.pinnace("resubmit", failed, "--memoized", "-p", "code=0", "--wait")
    assert " Succeeded at " in told.out


def test_suspend_resume_stop_terminate(shell: Shell) -> None:
    path = shell.file("waits.yaml", WAITS)
    name = shell.pinnace("submit", path, "-o", "name").out.strip()
    eventually(lambda: "Running (Suspended)" in shell.pinnace("get", "wf", name).out)
    assert shell.pinnace("suspend", name).out == f"workflow {name} suspended\n"
    assert shell.json("get", "wf", name)["spec"]["suspend"] is True
    assert shell.pinnace("resume", name).out == f"workflow {name} resumed\n"
    assert shell.pinnace("wait", name, "--timeout", "30s").out.startswith(f"{name} Succeeded")
    assert "it is Succeeded already" in shell.pinnace("resume", name, code=1).err
    for verb in ("stop", "terminate"):
        name = shell.pinnace("submit", path, "-o", "name").out.strip()
        told = shell.pinnace("wait", name, "--timeout", "10ms", code=1)
        assert "after 0 s" in told.err
        shell.pinnace(verb, name)
        shell.pinnace("wait", name, code=1)
        assert "Status:              Failed (Terminated)" in shell.pinnace("get", "wf", name).out
    shell.pinnace("stop", code=2)
    assert "not found" in shell.pinnace("stop", "nobody", code=1).err


def test_submit_from_a_template(template: Shell) -> None:
    source = ("submit", "--from", "workflowtemplate/greet")
    told = template.pinnace(*source, "-p", "who=Ada", "--name", "from-template", "--log")
    assert "from-template: hello Ada\n" in told.out
    labels = template.json("get", "wf", "from-template")["metadata"]["labels"]
    assert labels["workflows.argoproj.io/workflow-template"] == "greet"
    parameters = template.file("p.yaml", "who: Eve\n")
    told = template.pinnace(
        *source, "-f", parameters, "-l", "team=vision", "--dry-run", "-o", "json"
    )
    assert '"value": "Eve"' in told.out and '"team": "vision"' in told.out
    assert "not found" in template.pinnace("submit", "--from", "wftmpl/none", code=1).err
    assert template.pinnace("wait", "@latest").out.endswith("Z\n")
    template.pinnace(*source, "--name", "the-newest", "--wait")
    assert template.json("get", "wf", "@latest")["metadata"]["name"] == "the-newest"
    assert "the-newest" in template.pinnace("describe", "wf", "@latest").out
    assert '"the-newest" deleted' in template.pinnace("delete", "wf", "@latest").out
    told = template.pinnace("submit", "--from", "pod/none", code=2)
    assert "expected workflowtemplate/NAME" in told.err
    assert "NAME=VALUE" in template.pinnace(*source, "-p", "who", code=1).err


def test_what_could_never_run_is_refused_with_file_and_line(template: Shell) -> None:
    wrong = template.file("wrong.yaml", FAILS.replace("entrypoint: main", "entrypoint: nope"))
    told = template.pinnace("submit", wrong, code=1)
    assert f"{wrong}:5: Workflow" in told.err and "nope" in told.err
    wrong = template.file("wrong.yaml", FAILS.replace("entrypoint", "entrypont"))
    assert f"{wrong}:5: Workflow" in template.pinnace("submit", wrong, code=1).err
    other = template.file("other.yaml", TEMPLATE)
    assert (
        "expected Workflow, found WorkflowTemplate" in template.pinnace("submit", other, code=1).err
    )


def test_cron(template: Shell) -> None:
    path = template.file("cron.yaml", CRON)
    template.pinnace("apply", "-f", path)
    row = template.pinnace("cron", "list").out.splitlines()[1]
    assert row.startswith("nightly ") and row.endswith("0 3 * * *,0 4 * * *   Asia/Tokyo   false")
    template.pinnace("cron", "suspend", "nightly")
    assert "Suspended:                     true" in template.pinnace("cron", "get", "nightly").out
    assert template.pinnace("cron", "resume", "nightly").out == "CronWorkflow 'nightly' resumed\n"
    for words in (("nightly",), ("-f", path)):
        times = template.pinnace("cron", "next", *words, "-c", "4").out.splitlines()[1:]
        assert {each.split()[1][10:] for each in times} == {"T03:00:00+09:00", "T04:00:00+09:00"}
        assert len(times) == 4
    assert " Succeeded at " in template.pinnace("submit", "--from", "cronwf/nightly", "--wait").out


def test_the_output_of_a_watch_elsewhere_than_on_a_terminal(shell: Shell) -> None:
    told = shell.pinnace("submit", shell.file("fails.yaml", FAILS), "-p", "code=0", "--watch")
    lines, page = told.out.split("\n\n", 1)
    name = page.split("\n")[0].split()[-1]
    assert f"✔ {name}.ok Succeeded" in lines and f"✔ {name} Succeeded" in lines
    assert "Status:              Succeeded" in page


def test_a_tree_on_a_terminal_is_drawn_in_its_place(shell: Shell) -> None:
    name = shell.pinnace("submit", shell.file("waits.yaml", WAITS), "-o", "name").out.strip()
    where = ["--kubeconfig", str(shell.plane.state.kubeconfig)]
    program = str(Path(sys.executable).parent / "pinnace")
    ours, theirs = pty.openpty()
    environment = {**os.environ, "TERM": "xterm", "LINES": "30", "COLUMNS": "100"}
    environment.pop("NO_COLOR", None)
    process = subprocess.Popen(
        [program, "get", "wf", name, "-w", *where], stdout=theirs, env=environment
    )
    os.close(theirs)
    drawn = b""
    while "ǁ approve".encode() not in re.sub(rb"\x1b\[[0-9;]*m", b"", drawn):
        drawn += os.read(ours, 4096)
    shell.pinnace("resume", name)
    while process.poll() is None or select.select([ours], [], [], 0)[0]:
        try:
            drawn += os.read(ours, 4096)
        except OSError:  # the terminal of a process that has ended
            break
    os.close(ours)
    assert process.wait() == 0
    assert b"\x1b[H" in drawn and b"\x1b[32mSucceeded" in drawn


def test_logs_of_a_tfjob(shell: Shell) -> None:
    shell.pinnace("apply", "-f", shell.file("tfjob.yaml", TFJOB))
    told = shell.pinnace("logs", "-f", "tfjob/job").out.splitlines()
    assert sorted(told) == ["job-worker-0: trained", "job-worker-1: trained"]


def test_completion_knows_kinds_and_names(shell: Shell, failed: str, tmp_path: Path) -> None:
    def offered(*words: str) -> list[str]:
        where = ["--kubeconfig", str(shell.plane.state.kubeconfig)]
        *typed, last = words
        found = ShellComplete(cli, {}, "pinnace", "X").get_completions(
            [typed[0], *where, *typed[1:]] if typed else [], last
        )
        return [each.value for each in found]

    assert offered("re") == ["retry", "resubmit", "resume", "replay"]
    assert "workflows" in offered("get", "work")
    assert failed in offered("get", "wf", "fails-")
    assert f"wf/{failed}" in offered("describe", f"wf/{failed[:-1]}")
    assert failed in offered("retry", "fails-")
    assert "kube-system" in offered("get", "pods", "-n", "kube")
    assert offered("submit", "--from", "cron") == ["cronwf/"]
    where = ["--kubeconfig", str(tmp_path / "absent")]
    found = ShellComplete(cli, {}, "pinnace", "X").get_completions(["get", *where], "tf")
    assert [each.value for each in found] == ["tfjobs"]
