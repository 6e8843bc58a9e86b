"""The overlays render offline, say what the folders say, and hold together."""

import re
from collections.abc import Iterator
from typing import Any

import pytest
import yaml

from .conftest import ROOT, rendered

FOLDERS = ("eventsources", "sensors", "workflows")
SECRETS = {
    "object-store": {"accesskey", "secretkey"},
    "github-webhook": {"secret"},
    "webhook-token": {"token"},
    "webhook-page": {"token"},
}


def of_kind(objects, kind):
    return {obj["metadata"]["name"]: obj for obj in objects if obj["kind"] == kind}


def walk(value: Any) -> Iterator[dict[str, Any]]:
    """Yield every mapping in an object, those inside embedded manifests too."""
    if isinstance(value, dict):
        yield value
        for child in value.values():
            yield from walk(child)
    elif isinstance(value, list):
        for child in value:
            yield from walk(child)
    elif isinstance(value, str) and value.startswith("apiVersion:"):
        yield from walk(yaml.safe_load(re.sub(r"\{\{.*?\}\}", "x", value)))


def test_everything_is_there(objects):
    kinds = {obj["kind"] for obj in objects}
    assert {
        "Namespace", "EventBus", "EventSource", "Sensor", "WorkflowTemplate", "ServiceAccount",
        "Role", "RoleBinding", "Deployment", "Service", "PersistentVolumeClaim", "Job", "ConfigMap",
        "Ingress",
    } <= kinds  # fmt: skip
    assert set(of_kind(objects, "EventSource")) == {"github", "datasets", "training"}
    places = {obj["metadata"].get("namespace") for obj in objects if obj["kind"] != "Namespace"}
    assert places == {"pinnace"}
    names = [(obj["kind"], obj["metadata"]["name"]) for obj in objects]
    assert len(names) == len(set(names))


@pytest.mark.parametrize("folder", FOLDERS)
def test_the_folders_files_are_rendered_as_they_stand(objects, folder):
    listed = yaml.safe_load((ROOT / folder / "kustomization.yaml").read_text())["resources"]
    for file in listed:
        for written in yaml.safe_load_all((ROOT / folder / file).read_text()):
            found = of_kind(objects, written["kind"])[written["metadata"]["name"]]
            spec = {**found["spec"]}
            if written["kind"] == "WorkflowTemplate":
                assert spec.pop("serviceAccountName") == "pinnace-workflow"
            assert spec == written["spec"]


def test_sensors_listen_to_events_there_are_and_submit_templates_there_are(objects):
    sources, templates = of_kind(objects, "EventSource"), of_kind(objects, "WorkflowTemplate")
    for sensor in of_kind(objects, "Sensor").values():
        for dependency in sensor["spec"]["dependencies"]:
            events = sources[dependency["eventSourceName"]]["spec"].values()
            assert any(dependency["eventName"] in body for body in events)
        for mapping in walk(sensor):
            if reference := mapping.get("workflowTemplateRef"):
                assert reference["name"] in templates


def test_what_is_referred_to_exists(objects, overlay):
    secrets = (
        SECRETS
        if overlay == "production"
        else {name: set(obj["data"]) for name, obj in of_kind(objects, "Secret").items()}
    )
    configs = {name: set(obj["data"]) for name, obj in of_kind(objects, "ConfigMap").items()}
    accounts, claims = of_kind(objects, "ServiceAccount"), of_kind(objects, "PersistentVolumeClaim")
    for obj in objects:
        for mapping in walk(obj):
            for field, value in mapping.items():
                match field:
                    case (
                        "secretKeyRef" | "accessKey" | "secretKey" | "webhookSecret" | "authSecret"
                    ):
                        assert value["key"] in secrets[value["name"]], (obj["kind"], field)
                    case "configMapKeyRef":
                        assert value["key"] in configs[value["name"]]
                    case "serviceAccountName":
                        assert value in accounts
                    case "claimName":
                        assert value in claims


def test_role_bindings_bind_accounts_of_this_namespace(objects):
    roles, accounts = of_kind(objects, "Role"), of_kind(objects, "ServiceAccount")
    for binding in of_kind(objects, "RoleBinding").values():
        assert binding["roleRef"]["name"] in roles
        for subject in binding["subjects"]:
            assert subject["name"] in accounts
            assert subject["namespace"] == "pinnace"


def test_services_select_pods_there_are(objects):
    labels = [
        d["spec"]["template"]["metadata"]["labels"] for d in of_kind(objects, "Deployment").values()
    ]
    for name, service in of_kind(objects, "Service").items():
        selector = service["spec"]["selector"].items()
        assert any(selector <= pod.items() for pod in labels), name


def test_own_images_have_a_dockerfile_and_all_are_pinned(objects):
    images = {
        mapping["image"] for obj in objects for mapping in walk(obj)
        if isinstance(mapping.get("image"), str)
    }  # fmt: skip
    assert len(images) >= 4
    for image in images:
        name, _, tag = image.rpartition(":")
        assert tag not in ("", "latest"), image
        if name.startswith("ghcr.io/pinnace/"):
            assert (ROOT / "images" / name.rpartition("/")[2] / "Dockerfile").exists()


def test_production_holds_no_secret():
    assert of_kind(rendered("production"), "Secret") == {}


def test_placeholders_say_so():
    for secret in of_kind(rendered("k3d"), "Secret").values():
        for value in secret["data"].values():
            assert value.startswith("Y2hhbmdlLW1l"), "base64 of change-me"


def test_install_stands_apart_and_is_pinned():
    install = yaml.safe_load((ROOT / "manifests/install/kustomization.yaml").read_text())
    urls = [entry for entry in install["resources"] if entry.startswith("https://")]
    for project in ("argo-events", "argo-workflows", "training-operator"):
        (url,) = [url for url in urls if f"/{project}" in url]
        assert re.search(r"v\d+\.\d+\.\d+", url), url
    everywhere = [*(ROOT / "manifests/base").rglob("*"), *(ROOT / "manifests/overlays").rglob("*")]
    for file in everywhere:
        if file.is_file():
            assert "../install" not in file.read_text()
