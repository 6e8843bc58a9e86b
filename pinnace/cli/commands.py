"""Every command of ``pinnace``: its section, where its code is, and its line in the help.

Modules are named, not imported: a command loads only what it needs, so that ``pinnace --help`` and
``pinnace get`` answer at once.
"""

from dataclasses import dataclass


@dataclass(frozen=True)
class Entry:
    """One command; ``place`` is ``module:attribute`` below ``pinnace.cli``."""

    name: str
    place: str
    help: str


SECTIONS: tuple[tuple[str, tuple[Entry, ...]], ...] = (
    ("Run it", (
        Entry("demo", "demo.command:demo", "Train three models: push, upload, webhook."),
        Entry("up", "up:up", "Run the control plane and apply folders of manifests."),
        Entry("status", "status:status", "Tell what runs and where."),
        Entry("down", "down:down", "Stop what runs; all state stays."),
    )),
    ("Objects, as kubectl", (
        Entry("get", "objects.get:get", "Show objects, or one workflow as a tree."),
        Entry("describe", "objects.describe:describe", "Show objects whole, with their events."),
        Entry("logs", "objects.logs:logs", "Print logs of a pod, a workflow or a TFJob."),
        Entry("apply", "objects.apply:apply", "Create or change what files and folders say."),
        Entry("create", "objects.apply:create", "Create what files say (generateName too)."),
        Entry("delete", "objects.delete:delete", "Delete objects."),
    )),
    ("Workflows, as argo", (
        Entry("submit", "workflows.submit:submit", "Run a workflow of a file or a template."),
        Entry("list", "workflows.list:list_", "List workflows."),
        Entry("wait", "workflows.wait:wait", "Wait for workflows; the exit code tells."),
        Entry("retry", "workflows.again:retry", "Let a failed workflow go on where it failed."),
        Entry("resubmit", "workflows.again:resubmit", "Run a workflow again as a new one."),
        Entry("suspend", "workflows.change:suspend", "Start nothing more of a workflow."),
        Entry("resume", "workflows.change:resume", "Go on with what is suspended."),
        Entry("stop", "workflows.change:stop", "End a workflow; exit handlers still run."),
        Entry("terminate", "workflows.change:terminate", "End a workflow at once."),
        Entry("cron", "workflows.cron:cron", "CronWorkflows: list, get, suspend, resume, next."),
        Entry("lint", "lint:lint", "Check manifests without running anything."),
    )),
    ("Events", (
        Entry("events", "events.command:events", "Look at the journal of events."),
        Entry("explain", "explain:explain", "Tell why each Sensor fires, or doesn't."),
        Entry("replay", "replay:replay", "Let Sensors consume events again."),
        Entry("sensor", "sensor:sensor", "Try Sensors without running them."),
    )),
    ("The shell", (
        Entry("completion", "completion:completion", "Print what completes words in a shell."),
    )),
)  # fmt: skip
