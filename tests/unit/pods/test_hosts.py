"""Lines of the hosts file."""

from pathlib import Path

from pinnace.objects.kinds import SERVICES
from pinnace.objects.meta import Key
from pinnace.pods.hosts import HostsFile, pod_line, service_line
from pinnace.store import Store


def test_a_service_has_all_its_names() -> None:
    service = {"metadata": {"name": "db", "namespace": "prod"}}
    assert service_line(service) == "127.0.0.1 db db.prod db.prod.svc db.prod.svc.cluster.local"


def test_a_pod_with_a_subdomain() -> None:
    spec = {"hostname": "w0", "subdomain": "job"}
    pod = {"metadata": {"name": "p", "namespace": "x"}, "spec": spec}
    names = "p w0 w0.job w0.job.x.svc w0.job.x.svc.cluster.local"
    assert pod_line(pod) == f"127.0.0.1 {names}"


def test_the_file_keeps_its_inode_and_names_are_appended(store: Store, tmp_path: Path) -> None:
    path = tmp_path / "run" / "hosts"
    hosts = HostsFile(path, store)
    hosts.start()
    inode, head = path.stat().st_ino, path.read_text()
    for n in range(3):
        store.create({"apiVersion": "v1", "kind": "Service", "metadata": {"name": f"s{n}"}})
    assert path.read_text().startswith(head) and path.stat().st_ino == inode
    assert path.read_text().count("\n") == head.count("\n") + 3
    store.delete(Key(SERVICES, "default", "s1"))
    hosts.stop()
    again = HostsFile(path, store)
    again.start()
    assert " s1 " not in path.read_text() and " s2 " in path.read_text()
    assert path.stat().st_ino == inode
    again.stop()
