"""The fixed words of TFJob: replica types, labels, annotations and the names of children.

Mirrors pkg/apis/kubeflow.org/v1 and pkg/controller.v1/common/util.go of kubeflow/training-operator.
"""

from typing import Final

OPERATOR: Final = "tfjob-controller"
MANAGER: Final = "kubeflow.org/training-operator"
#: Values of ``runPolicy.managedBy`` that some controller in the world answers to.
MANAGERS: Final = (MANAGER, "kueue.x-k8s.io/multikueue")

CONTAINER: Final = "tensorflow"
PORT_NAME: Final = "tfjob-port"

#: Types in the order in which the operator looks at them when it sets conditions.
TYPES: Final = ("Chief", "Evaluator", "Master", "PS", "Worker")
LEADERS: Final = ("Chief", "Master")

LABEL_OPERATOR: Final = "training.kubeflow.org/operator-name"
LABEL_JOB: Final = "training.kubeflow.org/job-name"
LABEL_TYPE: Final = "training.kubeflow.org/replica-type"
LABEL_INDEX: Final = "training.kubeflow.org/replica-index"
LABEL_ROLE: Final = "training.kubeflow.org/job-role"

#: On a replica's Service: the local port that is this replica's own for the life of the job.
ANNOTATION_PORT: Final = "pinnace.dev/port"
#: On a replica's Pod: hashes of what was already said about it in events, so nothing is said twice.
ANNOTATION_REPORTED: Final = "pinnace.dev/reported"
#: On the TFJob: how many failed pods were replaced so far, and when the last one was.
ANNOTATION_RESTARTS: Final = "pinnace.dev/restarts"
ANNOTATION_RESTARTED_AT: Final = "pinnace.dev/restarted-at"

_CANONICAL = {name.lower(): name for name in TYPES}


def canonical_type(written: str) -> str:
    """Return a replica type in the operator's letter case; unknown types as written."""
    return _CANONICAL.get(written.lower(), written)


def replica_name(job: str, replica_type: str, index: int) -> str:
    """Name the Pod and the Service of one replica."""
    return f"{job}-{replica_type.lower()}-{index}".replace("/", "-")


def replica_labels(job: str, replica_type: str, index: int) -> dict[str, str]:
    """Return the labels by which the SDK and the Service find one replica's Pod."""
    return {
        LABEL_OPERATOR: OPERATOR,
        LABEL_JOB: job,
        LABEL_TYPE: replica_type.lower(),
        LABEL_INDEX: str(index),
    }
