"""The words of Argo Workflows' contract: labels, annotations, paths and phases.

Mirrors ``workflow/common/common.go``; every other module of this room reads them from here.
"""

from enum import StrEnum

PREFIX = "workflows.argoproj.io"

LABEL_WORKFLOW = f"{PREFIX}/workflow"
LABEL_COMPLETED = f"{PREFIX}/completed"
LABEL_PHASE = f"{PREFIX}/phase"
LABEL_ON_EXIT = f"{PREFIX}/on-exit"
LABEL_WORKFLOW_TEMPLATE = f"{PREFIX}/workflow-template"
LABEL_CLUSTER_WORKFLOW_TEMPLATE = f"{PREFIX}/cluster-workflow-template"
LABEL_CRON_WORKFLOW = f"{PREFIX}/cron-workflow"
LABEL_EVENT_BINDING = f"{PREFIX}/workflow-event-binding"
LABEL_RESUBMITTED_FROM = f"{PREFIX}/resubmitted-from-workflow"
LABEL_OUTPUTS_COMPLETED = f"{PREFIX}/report-outputs-completed"
#: Pinnace's own: which pod made an object, so that `create` is found again after a crash.
LABEL_MADE_BY_POD = "pinnace.dev/made-by-pod"

ANNOTATION_NODE_ID = f"{PREFIX}/node-id"
ANNOTATION_NODE_NAME = f"{PREFIX}/node-name"
ANNOTATION_NODE_TYPE = f"{PREFIX}/node-type"
ANNOTATION_POD_NAME_FORMAT = f"{PREFIX}/pod-name-format"
ANNOTATION_POD_GC_STRATEGY = f"{PREFIX}/pod-gc-strategy"
ANNOTATION_SCHEDULED_TIME = f"{PREFIX}/scheduled-time"
ANNOTATION_DISPLAY_NAME = f"{PREFIX}/display-name"
ANNOTATION_DEFAULT_REPOSITORY = f"{PREFIX}/default-artifact-repository"
ANNOTATION_DEFAULT_CONTAINER = "kubectl.kubernetes.io/default-container"

ARTIFACT_REPOSITORIES = "artifact-repositories"

EXECUTOR_IMAGE = "quay.io/argoproj/argoexec:v4.1.2"
MAIN, INIT, WAIT = "main", "init", "wait"

VAR_RUN_ARGO = "/var/run/argo"
STAGING_DIR = "/argo/staging"
SCRIPT_PATH = "/argo/staging/script"
INPUT_ARTIFACTS_DIR = "/argo/inputs/artifacts"
MAIN_FILESYSTEM_DIR = "/mainctrfs"
PROGRESS_PATH = f"{VAR_RUN_ARGO}/progress"

#: Stands for "this argument refers to an output that a skipped step never made".
ABSENT_OPTIONAL = "__argo-internal.absent-optional-output__"

MAX_DEPTH = 100


class Phase(StrEnum):
    """Phases of nodes; workflows use the first five and the empty string."""

    PENDING = "Pending"
    RUNNING = "Running"
    SUCCEEDED = "Succeeded"
    FAILED = "Failed"
    ERROR = "Error"
    SKIPPED = "Skipped"
    OMITTED = "Omitted"


class NodeType(StrEnum):
    """Kinds of nodes in ``status.nodes``."""

    POD = "Pod"
    CONTAINER = "Container"
    STEPS = "Steps"
    STEP_GROUP = "StepGroup"
    DAG = "DAG"
    TASK_GROUP = "TaskGroup"
    RETRY = "Retry"
    SKIPPED = "Skipped"
    SUSPEND = "Suspend"
    HTTP = "HTTP"
    PLUGIN = "Plugin"
