"""Kubeflow's own SDK, unmodified, on a control plane."""

from collections.abc import Iterator
from pathlib import Path

import pytest
from kubeflow.training import (
    KubeflowOrgV1ReplicaSpec,
    KubeflowOrgV1TFJob,
    KubeflowOrgV1TFJobSpec,
    TrainingClient,
)
from kubernetes import client as kubernetes

from pinnace.plane.config import settings
from pinnace.plane.plane import ControlPlane

NAME = "sdk-job"
SCRIPT = "import os; print(os.environ['TF_CONFIG'], flush=True)"


@pytest.fixture(scope="module")
def sdk(tmp_path_factory: pytest.TempPathFactory) -> Iterator[TrainingClient]:
    folder: Path = tmp_path_factory.mktemp("kubeflow")
    (folder / "manifests").mkdir()
    chosen = settings(state=folder / "state", folders=[folder / "manifests"], port=0)
    plane = ControlPlane(chosen, progress=lambda _what: None)
    plane.start()
    try:
        yield TrainingClient(
            config_file=str(plane.state.kubeconfig), namespace="default", job_kind="TFJob"
        )
    finally:
        plane.stop()


def _job(script: str, replicas: int, **labels: str) -> KubeflowOrgV1TFJob:
    container = kubernetes.V1Container(
        name="tensorflow", image="python:3.11", command=["python3", "-c", script]
    )
    template = kubernetes.V1PodTemplateSpec(spec=kubernetes.V1PodSpec(containers=[container]))
    worker = KubeflowOrgV1ReplicaSpec(replicas=replicas, restart_policy="Never", template=template)
    return KubeflowOrgV1TFJob(
        api_version="kubeflow.org/v1",
        kind="TFJob",
        metadata=kubernetes.V1ObjectMeta(name=NAME, namespace="default", labels=labels or None),
        spec=KubeflowOrgV1TFJobSpec(
            tf_replica_specs={"Worker": worker},
            run_policy={"cleanPodPolicy": "None"},
            success_policy="AllWorkers",  # else the job may be over before the second worker is
        ),
    )


def test_a_job_from_its_creation_to_its_deletion(sdk: TrainingClient) -> None:
    sdk.create_job(_job(SCRIPT, 2))
    assert [job.metadata.name for job in sdk.list_jobs()] == [NAME]
    done = sdk.wait_for_job_conditions(NAME, timeout=100, polling_interval=0.1)
    assert done.status.replica_statuses["Worker"].succeeded == 2
    conditions = [one.type for one in sdk.get_job_conditions(NAME)]
    assert [one for one in conditions if one != "Running"] == ["Created", "Succeeded"]
    assert sdk.is_job_created(NAME) and sdk.is_job_succeeded(NAME)
    assert not sdk.is_job_failed(NAME) and not sdk.is_job_running(NAME)
    pods = [f"{NAME}-worker-0", f"{NAME}-worker-1"]
    assert sorted(pod.metadata.name for pod in sdk.get_job_pods(NAME)) == pods
    assert sorted(sdk.get_job_pod_names(NAME, replica_type="worker")) == pods
    logs, _ = sdk.get_job_logs(NAME)
    assert f"{NAME}-worker-1.default.svc" in logs[pods[0]]
    sdk.update_job(name=NAME, job=_job(SCRIPT, 2, team="vision"))
    assert sdk.get_job(NAME).metadata.labels["team"] == "vision"
    sdk.delete_job(NAME)
    with pytest.raises(RuntimeError, match="404"):
        sdk.get_job(NAME)
    assert sdk.list_jobs() == []


def test_a_job_that_fails(sdk: TrainingClient) -> None:
    sdk.create_job(_job("raise SystemExit(3)", 1))
    with pytest.raises(RuntimeError, match="Failed"):
        sdk.wait_for_job_conditions(NAME, timeout=100, polling_interval=0.1)
    assert sdk.is_job_failed(NAME)
    sdk.delete_job(NAME)
