"""Which method a path and verb mean: the ``google.api.http`` options of upstream's services. Pure.

A variable may be empty (``/api/v1/workflows/`` lists all namespaces), as in grpc-gateway.
"""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass

from pinnace.argoserver.errors import NotServed, Unimplemented

_WORKFLOW = "/api/v1/workflows/{namespace}/{name}"
_ARTIFACT = "{namespace}/{name}/{nodeId}/{artifactName}"

#: verb, path, method. Of two that fit, the earlier one is meant.
ROUTES: tuple[tuple[str, str, str], ...] = (
    ("GET", "/api/v1/info", "GetInfo"),
    ("GET", "/api/v1/version", "GetVersion"),
    ("GET", "/api/v1/userinfo", "GetUserInfo"),
    ("POST", "/api/v1/tracking/event", "CollectEvent"),
    ("POST", "/api/v1/workflows/{namespace}/lint", "LintWorkflow"),
    ("POST", "/api/v1/workflows/{namespace}/submit", "SubmitWorkflow"),
    ("POST", "/api/v1/workflows/{namespace}", "CreateWorkflow"),
    ("GET", "/api/v1/workflows/{namespace}", "ListWorkflows"),
    ("GET", _WORKFLOW, "GetWorkflow"),
    ("DELETE", _WORKFLOW, "DeleteWorkflow"),
    ("PUT", f"{_WORKFLOW}/retry", "RetryWorkflow"),
    ("PUT", f"{_WORKFLOW}/resubmit", "ResubmitWorkflow"),
    ("PUT", f"{_WORKFLOW}/suspend", "SuspendWorkflow"),
    ("PUT", f"{_WORKFLOW}/resume", "ResumeWorkflow"),
    ("PUT", f"{_WORKFLOW}/stop", "StopWorkflow"),
    ("PUT", f"{_WORKFLOW}/terminate", "TerminateWorkflow"),
    ("PUT", f"{_WORKFLOW}/set", "SetWorkflow"),
    ("GET", f"{_WORKFLOW}/log", "WorkflowLogs"),
    ("GET", f"{_WORKFLOW}/{{podName}}/log", "WorkflowLogs"),
    ("GET", "/api/v1/workflow-events/{namespace}", "WatchWorkflows"),
    ("GET", "/api/v1/stream/events/{namespace}", "WatchEvents"),
    ("POST", "/api/v1/events/{namespace}/{discriminator}", "ReceiveEvent"),
    ("GET", "/api/v1/workflow-event-bindings/{namespace}", "ListWorkflowEventBindings"),
    ("PUT", "/api/v1/cron-workflows/{namespace}/{name}/suspend", "SuspendCronWorkflow"),
    ("PUT", "/api/v1/cron-workflows/{namespace}/{name}/resume", "ResumeCronWorkflow"),
    ("GET", "/api/v1/archived-workflows", "ListArchivedWorkflows"),
    ("GET", "/api/v1/archived-workflows-label-keys", "ListArchivedWorkflowLabels"),
    ("GET", "/api/v1/archived-workflows-label-values", "ListArchivedWorkflowLabels"),
    ("GET", "/api/v1/archived-workflows/{uid}", "ArchivedWorkflow"),
    ("DELETE", "/api/v1/archived-workflows/{uid}", "ArchivedWorkflow"),
    ("PUT", "/api/v1/archived-workflows/{uid}/retry", "ArchivedWorkflow"),
    ("PUT", "/api/v1/archived-workflows/{uid}/resubmit", "ArchivedWorkflow"),
    ("GET", f"/artifacts/{_ARTIFACT}", "GetOutputArtifact"),
    ("GET", f"/input-artifacts/{_ARTIFACT}", "GetInputArtifact"),
    ("GET", "/artifacts-by-uid/{uid}/{nodeId}/{artifactName}", "GetOutputArtifact"),
    ("GET", "/input-artifacts-by-uid/{uid}/{nodeId}/{artifactName}", "GetInputArtifact"),
    ("GET", "/artifact-files/{namespace}/{section}/{id}/{nodeId}/{direction}/{artifactName}",
     "GetArtifactFile"),
    ("GET", "/artifact-files/{namespace}/{section}/{id}/{nodeId}/{direction}/{artifactName}/{*}",
     "GetArtifactFile"),
)  # fmt: skip

#: Collections with create, list, get, update, delete and lint: path, and the method's object.
COLLECTIONS = (
    ("/api/v1/workflow-templates/{namespace}", "WorkflowTemplate"),
    ("/api/v1/cluster-workflow-templates", "ClusterWorkflowTemplate"),
    ("/api/v1/cron-workflows/{namespace}", "CronWorkflow"),
)
_VERBS = (
    ("POST", "/lint", "Lint"), ("POST", "", "Create"), ("GET", "", "List"),
    ("GET", "/{name}", "Get"), ("PUT", "/{name}", "Update"), ("DELETE", "/{name}", "Delete"),
)  # fmt: skip

#: Of upstream's server, and not here: answered with Unimplemented.
_ELSEWHERE = frozenset({"sync", "sensors", "event-sources", "stream"})
_UPLOADS = "upload-artifacts"


@dataclass(frozen=True, kw_only=True)
class Route:
    """The method that is meant, and the variables of its path."""

    method: str
    variables: Mapping[str, str]


def _steps(path: str) -> tuple[str, ...]:
    return tuple(path.removeprefix("/").split("/"))


def _all() -> Iterable[tuple[str, tuple[str, ...], str]]:
    for verb, path, method in ROUTES:
        yield verb, _steps(path), method
    for path, what in COLLECTIONS:
        for verb, below, prefix in _VERBS:
            yield verb, _steps(path + below), f"{prefix}{what}"


_TABLE = tuple(_all())
_API = frozenset(steps[2] for _, steps, _ in _TABLE if steps[:2] == ("api", "v1"))
_ROOTS = frozenset(steps[0] for _, steps, _ in _TABLE if steps[0] != "api") | {_UPLOADS}


def serves(path: str) -> bool:
    """Tell whether a path is the Argo server's and not the Kubernetes API's."""
    match _steps(path):
        case ("api", "v1", "events", *rest):
            return len(rest) > 1  # /api/v1/events alone lists core/v1 Events
        case ("api", "v1", name, *_):
            return name in _API | _ELSEWHERE
        case (root, *_):
            return root in _ROOTS
    return False


def resolve(verb: str, path: str) -> Route:
    """Return the method; raises NotServed, or Unimplemented when only the verb is wrong."""
    steps = _steps(path)
    known = False
    for each, pattern, method in _TABLE:
        variables = _match(pattern, steps)
        if variables is None:
            continue
        if each == verb:
            return Route(method=method, variables=variables)
        known = True
    if known:
        raise Unimplemented("Method Not Allowed")
    if steps[0] == _UPLOADS or (steps[:2] == ("api", "v1") and steps[2] in _ELSEWHERE):
        raise Unimplemented(f"Pinnace doesn't have this part of the Argo server's API: {path}")
    raise NotServed("Not Found")


def _match(pattern: tuple[str, ...], steps: tuple[str, ...]) -> dict[str, str] | None:
    variables: dict[str, str] = {}
    if pattern[-1] == "{*}":
        if len(steps) < len(pattern):
            return None
        variables["*"] = "/".join(steps[len(pattern) - 1 :])
        pattern, steps = pattern[:-1], steps[: len(pattern) - 1]
    if len(pattern) != len(steps):
        return None
    for wanted, found in zip(pattern, steps, strict=True):
        if wanted.startswith("{"):
            variables[wanted[1:-1]] = found
        elif wanted != found:
            return None
    return variables
