"""What a container in the sandbox can't see, read or change."""

import os
import sys
from pathlib import Path

import pytest

from tests.integration.pods.conftest import Start


def test_other_pods_the_state_folder_and_the_home_are_out_of_sight(
    start: Start, tmp_path: Path
) -> None:
    cluster = start()
    cluster.run("echo private > /tmp/private; echo private > /root/private", name="first")
    other = cluster.attempt("first") / "rootfs"
    assert (other / "tmp" / "private").exists()
    secret = tmp_path / "secret"
    secret.write_text("top secret")
    home = Path.home()
    inside = Path(sys.prefix).is_relative_to(home)  # the programs' folder is shown, and only it
    own = Path(sys.prefix).relative_to(home).parts[0] if inside else "-"
    script = f"""
        ls -a {cluster.state} {tmp_path} {other} 2>&1
        cat {secret} {other}/tmp/private /tmp/private /root/private 2>&1
        echo home: $(ls -A {home} /home /mnt | grep -v -e '^[./]' -e '^{own}$')
    """
    log = cluster.run(script, name="second")
    assert "top secret" not in log and "private\n" not in log.replace("/private", "")
    assert log.count("No such file or directory") == 7
    assert log.endswith("home:\n")


@pytest.mark.parametrize(
    "path", ["/etc/shadow", "/etc/gshadow", "/etc/ssl/private", "/boot", "/run/dbus"]
)
def test_host_secrets_do_not_exist(start: Start, path: str) -> None:
    assert "No such file" in start().run(f"ls {path} 2>&1")


@pytest.mark.parametrize(
    "attempt",
    [
        "touch /usr/intruder",
        "echo x >> /etc/passwd",
        "echo x >> /etc/hosts",
        "mount -o remount,rw /usr && touch /usr/intruder",
        "umount /usr",
        "unshare -rm sh -c 'mount -o remount,rw,bind /usr' && touch /usr/intruder",
        "echo 1 > /proc/sys/vm/drop_caches",
        "echo '|/x' > /proc/sys/kernel/core_pattern",
        "echo h > /proc/sysrq-trigger",
        "test -s /proc/kcore",
        "ls /proc/acpi/*",
        "chmod 777 /usr/bin/env",
    ],
)
def test_the_host_is_read_only(start: Start, attempt: str) -> None:
    cluster = start()
    cluster.sh(f"{attempt}")
    assert cluster.finished()["status"]["phase"] == "Failed", cluster.log()
    assert not Path("/usr/intruder").exists()


def test_processes_of_the_host_are_out_of_sight(start: Start) -> None:
    cluster = start()
    log = cluster.run(
        f"ls /proc | grep -c '^[0-9]'; kill -0 {os.getpid()} 2>&1; echo $?; echo $$$$"
    )
    processes, *_, code, own = log.split("\n")[:-1]
    assert int(processes) < 8 and code == "1" and int(own) < 10


def test_user_host_name_and_root(start: Start) -> None:
    cluster = start()
    log = cluster.run("id -u; id -g; hostname; pwd; echo x > /anywhere; cat /anywhere", name="boat")
    assert log.split() == ["0", "0", "boat", "/", "x"]
    security = {"runAsUser": 1000, "runAsGroup": 100}
    spec = {"container": {"workingDir": "/data/deep"}, "securityContext": security}
    assert cluster.run("id -u; id -g; pwd", name="b", **spec).split() == [
        "1000",
        "100",
        "/data/deep",
    ]


def test_a_read_only_root(start: Start) -> None:
    security = {"securityContext": {"readOnlyRootFilesystem": True}}
    assert "Read-only" in start().run("echo x 2>&1 > /tmp/x", container=security)


def test_names_of_services_and_pods_resolve(start: Start) -> None:
    cluster = start()
    cluster.sh("sleep 60", name="early")
    cluster.running("early")
    service = {"apiVersion": "v1", "kind": "Service", "metadata": {"name": "db"}, "spec": {}}
    cluster.store.create(service)
    names = [
        "db",
        "db.default",
        "db.default.svc",
        "db.default.svc.cluster.local",
        "late",
        "localhost",
    ]
    script = "for n in " + " ".join(names) + "; do getent ahostsv4 $n | head -1; done"
    log = cluster.run(script, name="late")
    assert log.count("127.0.0.1") == len(names)
    rootfs = cluster.attempt("early") / "rootfs"
    assert rootfs.exists()  # and the container that ran before the Service sees the same file
    assert "db.default.svc" in (cluster.state / "run" / "hosts").read_text()


def test_secret_values_are_not_in_the_process_list(start: Start) -> None:
    cluster = start()
    env = {"env": [{"name": "PASSWORD", "value": "very-secret-value"}]}
    cluster.sh("sleep 60", container=env)
    cluster.running()
    shown = [p.read_bytes() for p in Path("/proc").glob("[0-9]*/cmdline") if _readable(p)]
    assert not any(b"very-secret-value" in line for line in shown)
    spec = cluster.attempt() / "spec"
    assert spec.stat().st_mode & 0o077 == 0


def _readable(path: Path) -> bool:
    try:
        path.read_bytes()
    except OSError:
        return False
    return True


def test_the_trainer_image_has_this_python_first(start: Start) -> None:
    cluster = start()
    image = {"image": "ghcr.io/someone/pinnace/trainer:1"}
    log = cluster.run(
        "python -c 'import sys, trainer; print(sys.prefix, trainer.__file__)'", container=image
    )
    prefix, file = log.split()
    assert Path(prefix, "bin", "python").exists()
    assert file.endswith("trainer/__init__.py")
