"""Workflows: create, submit, get, list, delete, lint. Mirrors ``server/workflow``."""

from typing import Any

from pinnace.apiserver.mounting import Host
from pinnace.argoserver import listing
from pinnace.argoserver.call import Call
from pinnace.argoserver.collections import Unary
from pinnace.argoserver.objects import InvalidArgument, Objects, list_body
from pinnace.objects.errors import NotFound
from pinnace.objects.kinds import (
    CLUSTER_WORKFLOW_TEMPLATES,
    CRON_WORKFLOWS,
    WORKFLOW_TEMPLATES,
    WORKFLOWS,
    by_name,
)
from pinnace.objects.meta import creation_of, name_of, uid_of
from pinnace.objects.types import Object
from pinnace.workflows import submission
from pinnace.workflows.problems import Problem

LATEST = "@latest"


class Workflows:
    """The methods that concern workflows as objects."""

    def __init__(self, host: Host, objects: Objects) -> None:
        self._host, self._store, self._objects = host, host.store, objects

    def methods(self) -> dict[str, Unary]:
        """Return the methods by name."""
        return {
            "CreateWorkflow": self.create, "SubmitWorkflow": self.submit,
            "GetWorkflow": self.get, "ListWorkflows": self.list,
            "DeleteWorkflow": self.delete, "LintWorkflow": self.lint,
        }  # fmt: skip

    def find(self, call: Call) -> Object:
        """Return the workflow that a call names; ``@latest`` is the newest of the namespace."""
        if call.name != LATEST:
            return self._store.get(WORKFLOWS, call.namespace, call.name)
        latest = max(self._store.scan(WORKFLOWS, call.namespace), key=creation_of, default=None)
        if latest is None:
            raise NotFound(WORKFLOWS.resource, LATEST, "no workflows found")
        return latest

    def create(self, call: Call) -> Object:
        """Store a new workflow that has passed ``lint``."""
        workflow = self._objects.check(self._objects.given(call, "workflow", WORKFLOWS))
        if call.object("createOptions").get("dryRun"):
            return workflow
        return self._create(call, workflow, dry_run=call.flag("serverDryRun"))

    def lint(self, call: Call) -> Object:
        """Return the workflow when there is nothing wrong with it."""
        return self._objects.check(self._objects.given(call, "workflow", WORKFLOWS))

    def submit(self, call: Call) -> Object:
        """Make a workflow of a template or a cron workflow."""
        options = call.object("submitOptions")
        try:
            workflow = submission.with_options(self._source(call), options)
        except Problem as problem:
            raise InvalidArgument(str(problem)) from None
        workflow["metadata"]["namespace"] = call.namespace
        self._objects.check(workflow)
        if options.get("dryRun"):
            return workflow
        return self._create(call, workflow, dry_run=bool(options.get("serverDryRun")))

    def _create(self, call: Call, workflow: Object, *, dry_run: bool) -> Object:
        return self._objects.create(WORKFLOWS, call.namespace, workflow, dry_run=dry_run)

    def _source(self, call: Call) -> Object:
        asked, name = call.text("resourceKind"), call.text("resourceName")
        kind = by_name(asked)
        if kind not in (CRON_WORKFLOWS, WORKFLOW_TEMPLATES, CLUSTER_WORKFLOW_TEMPLATES):
            raise InvalidArgument(f"Resource kind '{asked}' is not supported for submitting")
        source = self._store.get(kind, call.namespace, name)
        if kind == CRON_WORKFLOWS:
            return submission.from_cron(source, self._store.clock.now())
        return submission.from_template(name, cluster_scope=not kind.namespaced)

    def get(self, call: Call) -> Any:
        """Return one workflow, or the fields of it that are asked for."""
        workflow, uid = self.find(call), call.text("uid")
        if uid and uid != uid_of(workflow):
            raise NotFound(WORKFLOWS.resource, call.name)
        return call.mask.apply(workflow)

    def list(self, call: Call) -> Any:
        """Return a page of workflows, the newest first."""
        revision = self._store.revision()
        wanted = listing.wanted(call)
        page = listing.page(self._store, call.namespace or None, wanted)
        return call.mask.apply(list_body(page.items, revision, page.continue_))

    def delete(self, call: Call) -> dict[str, Any]:
        """Delete a workflow and what it owns; ``force`` does not wait for finalizers."""
        found = self.find(call)
        if call.flag("force"):
            self._objects.change(WORKFLOWS, call.namespace, name_of(found), _without_finalizers)
        self._objects.delete(WORKFLOWS, call.namespace, name_of(found))
        return {}


def _without_finalizers(workflow: Object) -> Object:
    kept = {key: value for key, value in workflow["metadata"].items() if key != "finalizers"}
    return {**workflow, "metadata": kept}
