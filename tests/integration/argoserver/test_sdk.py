"""Argo's generated SDK (``argo-workflows`` on PyPI), unmodified."""

from collections.abc import Iterator
from typing import Any

import argo_workflows
import pytest
from argo_workflows.api import event_service_api, info_service_api, workflow_service_api
from argo_workflows.exceptions import NotFoundException
from argo_workflows.models import (
    Container,
    IoArgoprojWorkflowV1alpha1Template,
    IoArgoprojWorkflowV1alpha1Workflow,
    IoArgoprojWorkflowV1alpha1WorkflowCreateRequest,
    IoArgoprojWorkflowV1alpha1WorkflowSpec,
    ObjectMeta,
)

from tests.integration.argoserver.conftest import Finish, Server


@pytest.fixture
def sdk(server: Server) -> Iterator[argo_workflows.ApiClient]:
    settings = argo_workflows.Configuration(host=server.url)
    settings.ssl_ca_cert = str(server.authority)
    header = {"header_name": "Authorization", "header_value": f"Bearer {server.token}"}
    with argo_workflows.ApiClient(settings, **header) as client:
        yield client


def test_create_get_list_and_delete(sdk: argo_workflows.ApiClient, finished: Finish) -> None:
    api: Any = workflow_service_api.WorkflowServiceApi(sdk)
    manifest = IoArgoprojWorkflowV1alpha1Workflow(
        metadata=ObjectMeta(generate_name="sdk-"),
        spec=IoArgoprojWorkflowV1alpha1WorkflowSpec(
            entrypoint="main",
            templates=[
                IoArgoprojWorkflowV1alpha1Template(
                    name="main",
                    container=Container(image="busybox", command=["echo"], args=["from the SDK"]),
                )
            ],
        ),
    )
    request = IoArgoprojWorkflowV1alpha1WorkflowCreateRequest(workflow=manifest)
    made = api.create_workflow("default", request, _check_return_type=False)
    name = made.metadata["name"]
    assert finished(name)["status"]["phase"] == "Succeeded"
    got = api.get_workflow("default", name, _check_return_type=False)
    assert got.status["phase"] == "Succeeded"
    listed = api.list_workflows("default", list_options_limit="1", _check_return_type=False)
    assert [each["metadata"]["name"] for each in listed["items"]] == [name]
    api.delete_workflow("default", name)
    with pytest.raises(NotFoundException) as gone:
        api.get_workflow("default", name)
    assert '"code":5' in gone.value.body


def test_version_with_its_types_checked(sdk: argo_workflows.ApiClient) -> None:
    info: Any = info_service_api.InfoServiceApi(sdk)
    assert info.get_version().version == "v4.1.2"


def test_an_event_that_nothing_is_bound_to(sdk: argo_workflows.ApiClient) -> None:
    events: Any = event_service_api.EventServiceApi(sdk)
    assert events.receive_event("default", "nothing", {"a": 1}) == {}
