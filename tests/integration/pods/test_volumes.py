"""Volumes of every kind, mounted where the manifest says."""

import base64
from typing import Any

import pytest

from pinnace.objects.kinds import EVENTS, PERSISTENT_VOLUME_CLAIMS
from pinnace.objects.meta import key_of
from pinnace.objects.types import Object
from tests.eventually import eventually
from tests.integration.pods.conftest import Cluster, Start


def _config(name: str = "config", **data: str) -> Object:
    return {"apiVersion": "v1", "kind": "ConfigMap", "metadata": {"name": name}, "data": data}


def _secret(name: str = "secret", **data: str) -> Object:
    coded = {key: base64.b64encode(value.encode()).decode() for key, value in data.items()}
    return {"apiVersion": "v1", "kind": "Secret", "metadata": {"name": name}, "data": coded}


def _spec(volume: dict[str, Any], *, script: str = "", **mount: Any) -> dict[str, Any]:
    mounts = [{"name": "v", "mountPath": "/data/v", **mount}]
    return {
        "container": {"volumeMounts": mounts},
        "volumes": [{"name": "v", **volume}],
    }


def test_config_map(start: Start) -> None:
    cluster = start()
    cluster.store.create(_config(a="1", b="2"))
    volume = {"configMap": {"name": "config"}}
    script = "cat /data/v/a /data/v/b; stat -c %a /data/v/a; echo x 2>&1 > /data/v/a"
    log = cluster.run(script, **_spec(volume))
    assert log.startswith("12644\n") and "Read-only" in log


def test_secret_with_items_and_modes(start: Start) -> None:
    cluster = start()
    cluster.store.create(_secret(user="me", password="hush"))
    items = [{"key": "password", "path": "deep/pass", "mode": 0o400}]
    volume = {"secret": {"secretName": "secret", "items": items}}
    script = "find /data/v -type f; cat /data/v/deep/pass; stat -c ' %a' /data/v/deep/pass"
    assert cluster.run(script, **_spec(volume)) == "/data/v/deep/pass\nhush 400\n"


def test_a_sub_path_is_one_file(start: Start) -> None:
    cluster = start()
    cluster.store.create(_config(a="1", b="2"))
    spec = _spec({"configMap": {"name": "config"}}, subPath="a", mountPath="/etc/app.conf")
    assert cluster.run("cat /etc/app.conf; ls /etc | grep app", **spec) == "1app.conf\n"


def test_projected_and_downward_api(start: Start) -> None:
    cluster = start()
    cluster.store.create(_config(a="1"))
    cluster.store.create(_secret(s="2"))
    items = [{"path": "name", "fieldRef": {"fieldPath": "metadata.name"}}]
    sources = [
        {"configMap": {"name": "config"}},
        {"secret": {"name": "secret"}},
        {"downwardAPI": {"items": items}},
    ]
    log = cluster.run("cd /data/v; cat a s name", **_spec({"projected": {"sources": sources}}))
    assert log == "12p"


def test_an_optional_source_that_is_missing(start: Start) -> None:
    volume = {"configMap": {"name": "nobody", "optional": True}}
    assert start().run("ls /data/v | wc -l", **_spec(volume)) == "0\n"


def test_a_missing_source_is_waited_for_and_said(start: Start) -> None:
    cluster = start()
    cluster.sh("cat /data/v/a", **_spec({"configMap": {"name": "config"}}))
    eventually(lambda: "waiting" in cluster.status().get("state", {}))
    waiting = cluster.status()["state"]["waiting"]
    assert waiting == {"reason": "FailedMount", "message": 'configmap "config" not found'}
    assert "FailedMount" in {event["reason"] for event in cluster.store.list(EVENTS)}
    cluster.store.create(_config(a="here"))
    assert cluster.finished()["status"]["phase"] == "Succeeded"
    assert cluster.log() == "here"


def test_an_empty_dir_is_shared_by_the_containers_of_a_pod_and_gone_with_it(start: Start) -> None:
    cluster = start()
    mounts = [{"name": "v", "mountPath": "/v"}]

    def container(name: str, script: str) -> dict[str, Any]:
        command = ["sh", "-c", script]
        return {"name": name, "image": "busybox", "command": command, "volumeMounts": mounts}

    spec = {
        "initContainers": [container("one", "echo 1 > /v/x"), container("two", "echo 2 >> /v/x")],
        "containers": [container("main", "cat /v/x")],
        "volumes": [{"name": "v", "emptyDir": {"medium": "Memory"}}],
    }
    cluster.create(spec)
    cluster.finished()
    assert cluster.log() == "1\n2\n"
    folder = cluster.attempt().parents[2]
    assert (folder / "volumes" / "v" / "x").exists()
    cluster.delete()
    eventually(lambda: not folder.exists())


def test_a_claim_outlives_its_pods_and_is_bound(start: Start) -> None:
    cluster = start()
    claim = {
        "apiVersion": "v1", "kind": "PersistentVolumeClaim", "metadata": {"name": "disk"},
        "spec": {"accessModes": ["ReadWriteOnce"], "resources": {"requests": {"storage": "1Gi"}}},
    }  # fmt: skip
    cluster.store.create(claim)
    volume = {"persistentVolumeClaim": {"claimName": "disk"}}
    cluster.run("echo kept > /data/v/file", name="writer", **_spec(volume))
    cluster.delete("writer")
    assert cluster.run("cat /data/v/file", name="reader", **_spec(volume)) == "kept\n"
    read_only = _spec(volume, readOnly=True)
    assert "Read-only" in cluster.run("echo x 2>&1 > /data/v/x", name="ro", **read_only)
    bound = cluster.store.get(PERSISTENT_VOLUME_CLAIMS, "default", "disk")
    assert bound["status"]["phase"] == "Bound"


def test_host_paths_are_refused_unless_allowed(start: Start, tmp_path: Any) -> None:
    (tmp_path / "shown").mkdir()
    (tmp_path / "shown" / "file").write_text("from the host")
    cluster = start(host_paths=(str(tmp_path / "shown"),))
    allowed = {"hostPath": {"path": str(tmp_path / "shown")}}
    assert cluster.run("cat /data/v/file", name="ok", **_spec(allowed)) == "from the host"
    cluster.sh("true", name="no", **_spec({"hostPath": {"path": "/etc"}}))
    eventually(lambda: "waiting" in cluster.status("no").get("state", {}))
    message = cluster.status("no")["state"]["waiting"]["message"]
    assert "hostPath /etc is refused" in message and "hostPaths" in message


@pytest.mark.parametrize("bad", ["../escape", "/absolute"])
def test_a_sub_path_can_not_lead_out(start: Start, bad: str) -> None:
    cluster = start()
    cluster.sh("true", **_spec({"emptyDir": {}}, subPath=bad))
    eventually(lambda: "waiting" in cluster.status().get("state", {}))
    assert "subPath" in cluster.status()["state"]["waiting"]["message"]


def test_a_link_in_a_volume_can_not_lead_a_sub_path_out(start: Start) -> None:
    cluster = start()
    claim = {
        "apiVersion": "v1",
        "kind": "PersistentVolumeClaim",
        "metadata": {"name": "disk"},
        "spec": {},
    }
    cluster.store.create(claim)
    volume = {"persistentVolumeClaim": {"claimName": "disk"}}
    cluster.run("ln -s / /data/v/link; ln -s ../../.. /data/v/up", name="evil", **_spec(volume))
    log = cluster.run("ls /data/v", name="a", **_spec(volume, subPath="link/etc"))
    assert "passwd" not in log
    log = cluster.run("ls /data/v", name="b", **_spec(volume, subPath="up/pods"))
    assert log == ""


def test_environment_from_config_maps_and_secrets(start: Start) -> None:
    cluster = start()
    cluster.store.create(_config(a="1", b="2"))
    cluster.store.create(_secret(s="3"))
    container = {
        "envFrom": [
            {"prefix": "C_", "configMapRef": {"name": "config"}},
            {"secretRef": {"name": "nobody", "optional": True}},
        ],
        "env": [
            {"name": "S", "valueFrom": {"secretKeyRef": {"name": "secret", "key": "s"}}},
            {"name": "A", "valueFrom": {"configMapKeyRef": {"name": "config", "key": "a"}}},
        ],
    }
    assert cluster.run('echo "$C_a $C_b $S $A"', container=container) == "1 2 3 1\n"


def test_a_missing_key_is_said(start: Start) -> None:
    cluster = start()
    cluster.store.create(_secret(s="3"))
    reference = {"secretKeyRef": {"name": "secret", "key": "other"}}
    cluster.sh("true", container={"env": [{"name": "S", "valueFrom": reference}]})
    _waits(
        cluster, "CreateContainerConfigError", "couldn't find key other in secret default/secret"
    )


def _waits(cluster: Cluster, reason: str, message: str) -> None:
    eventually(lambda: "waiting" in cluster.status().get("state", {}))
    assert cluster.status()["state"]["waiting"] == {"reason": reason, "message": message}


def test_the_folder_of_a_deleted_claim_goes_when_no_pod_uses_it_any_more(start: Start) -> None:
    cluster = start()
    claim = {"apiVersion": "v1", "kind": "PersistentVolumeClaim", "metadata": {"name": "disk"}}
    stored = cluster.store.create({**claim, "spec": {}})
    folder = cluster.state / "volumes" / "default" / "disk"
    volume = {"persistentVolumeClaim": {"claimName": "disk"}}
    cluster.sh("while [ ! -e /data/v/go ]; do sleep 0.02; done", **_spec(volume))
    cluster.running()
    cluster.store.delete(key_of(stored))
    assert folder.exists()
    (folder / "go").touch()
    cluster.finished()
    eventually(lambda: not folder.exists())
    assert (cluster.state / "pods").stat().st_mode & 0o077 == 0
