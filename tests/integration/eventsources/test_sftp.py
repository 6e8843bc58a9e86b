"""The sftp source against a real sshd on a port of its own."""

import getpass
import socket
import subprocess
import threading
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import paramiko
import pytest
from paramiko.common import AUTH_FAILED, AUTH_SUCCESSFUL, OPEN_SUCCEEDED

from pinnace.objects.kinds import SECRETS
from pinnace.objects.meta import Key
from tests import brokers
from tests.eventually import eventually
from tests.integration.eventsources.conftest import Plane, event_source, secret


class Sshd:
    """The server with one host key, and the key that may log in."""

    def __init__(self, folder: Path) -> None:
        self.program = brokers.program("sshd")
        for name in ("host", "user", "stranger"):
            keygen = [brokers.program("ssh-keygen"), "-q", "-t", "ed25519", "-N", "", "-f"]
            subprocess.run([*keygen, str(folder / name)], check=True)
        (folder / "authorized").write_text((folder / "user.pub").read_text())
        self.folder, port = folder, brokers.free_port()
        config = folder / "config"
        config.write_text("\n".join([
            f"Port {port}", "ListenAddress 127.0.0.1", f"HostKey {folder / 'host'}",
            f"AuthorizedKeysFile {folder / 'authorized'}", "StrictModes no", "UsePAM no",
            f"PidFile {folder / 'pid'}", "PermitRootLogin yes", "Subsystem sftp internal-sftp", "",
        ]))  # fmt: skip
        self.server = brokers.Server(
            [self.program, "-D", "-e", "-f", str(config)], port, folder / "log"
        )

    def key(self, host: str = "host.pub", user: str = "user") -> str:
        """Return what ``sshKeySecret`` holds: our private key and the server's public one."""
        return (self.folder / user).read_text() + (self.folder / host).read_text()


@pytest.fixture(scope="module")
def sshd(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Sshd]:
    daemon = Sshd(tmp_path_factory.mktemp("sshd"))
    Path("/run/sshd").mkdir(exist_ok=True) if getpass.getuser() == "root" else None
    with brokers.running(daemon.server):
        yield daemon


def source(directory: Path, event_type: str = "CREATE", **more: Any) -> Any:
    spec = {
        "eventType": event_type,
        "watchPathConfig": {"directory": f"{directory}/", "pathRegexp": r"\.npz$"},
        "pollIntervalDuration": "100ms",
        **{name: {"name": "sftp", "key": name} for name in ("username", "address", "sshKeySecret")},
        **more,
    }
    return event_source("sftp", {"sftp": {"example": spec}})


def credentials(sshd: Sshd, **more: str) -> Any:
    values = {"username": getpass.getuser(), "address": sshd.server.address,
              "sshKeySecret": sshd.key(), **more}  # fmt: skip
    return secret("sftp", **values)


def test_files_that_come_change_and_go(plane: Plane, sshd: Sshd, tmp_path: Path) -> None:
    folder = tmp_path / "watched"
    (folder / "sub.npz").mkdir(parents=True)
    (folder / "old.npz").write_text("old")
    plane.store.create(credentials(sshd))
    plane.run(source(folder))
    (folder / "a.npz").write_text("1")
    (folder / "a.csv").write_text("1")
    eventually(plane.events)
    assert plane.data() == [{"name": "a.npz", "op": 1, "metadata": None}]
    assert plane.events()[0].type == "sftp"
    (folder / "a.npz").write_text("more")
    eventually(lambda: len(plane.events()) == 2)
    plane.stop()
    (folder / "b.npz").write_text("while away")
    (folder / "old.npz").unlink()
    plane.start()
    eventually(lambda: len(plane.events()) == 3)
    plane.replace("sftp", lambda old: {**old, **source(folder, "REMOVE", metadata={"m": "n"})})
    plane.listening("sftp")
    (folder / "a.npz").unlink()
    eventually(lambda: len(plane.events()) == 4)
    assert plane.data()[2:] == [
        {"name": "b.npz", "op": 1, "metadata": None},
        {"name": "a.npz", "op": 4, "metadata": {"m": "n"}},
    ]


def test_a_server_that_restarts_misses_nothing(plane: Plane, sshd: Sshd, tmp_path: Path) -> None:
    plane.store.create(credentials(sshd))
    plane.run(source(tmp_path))
    sshd.server.stop()
    message = plane.failing("sftp")
    assert f"SFTP server at {sshd.server.address}: " in message
    (tmp_path / "x.npz").write_text("x")
    sshd.server.start()
    eventually(plane.events)


def test_who_is_trusted(plane: Plane, sshd: Sshd, tmp_path: Path) -> None:
    def now(key: str) -> None:
        data = credentials(sshd, sshKeySecret=key)["data"]
        plane.store.modify(Key(SECRETS, "default", "sftp"), lambda old: {**old, "data": data})

    plane.store.create(credentials(sshd, sshKeySecret=sshd.key(host="stranger.pub")))
    plane.store.create(source(tmp_path))
    eventually(lambda: "Host key" in plane.condition("sftp").get("message", ""))
    now(sshd.key(user="stranger"))
    eventually(lambda: "uthentication failed" in plane.condition("sftp")["message"])
    now("no key")
    eventually(lambda: "the server's public key" in plane.condition("sftp")["message"])
    now(sshd.key())
    plane.listening("sftp")


def test_a_missing_directory_is_told(plane: Plane, sshd: Sshd, tmp_path: Path) -> None:
    plane.store.create(credentials(sshd))
    plane.store.create(source(tmp_path / "later"))
    eventually(lambda: "No such file" in plane.condition("sftp").get("message", ""))
    (tmp_path / "later").mkdir()
    plane.listening("sftp")


class PasswordServer(paramiko.ServerInterface):
    """Lets "me" in with "word"; a real sshd would want an account with a password for that."""

    def get_allowed_auths(self, username: str) -> str:
        return "password"

    def check_auth_password(self, username: str, password: str) -> int:
        allowed = (username, password) == ("me", "word")
        return AUTH_SUCCESSFUL if allowed else AUTH_FAILED

    def check_channel_request(self, kind: str, chanid: int) -> int:
        return OPEN_SUCCEEDED


class Folder(paramiko.SFTPServerInterface):
    """Lists one file, whatever the folder."""

    def list_folder(self, path: str) -> list[paramiko.SFTPAttributes]:
        found = paramiko.SFTPAttributes()
        found.filename, found.st_size, found.st_mtime = "a.npz", 1, 1
        return [found]


def test_a_password(plane: Plane) -> None:
    def serve(listening: socket.socket) -> None:
        while True:
            try:
                connection, _ = listening.accept()
            except OSError:
                return  # the test is over
            transport = paramiko.Transport(connection)
            transport.add_server_key(paramiko.RSAKey.generate(2048))
            transport.set_subsystem_handler("sftp", paramiko.SFTPServer, Folder)
            transport.start_server(server=PasswordServer(), event=threading.Event())

    with socket.create_server(("127.0.0.1", 0)) as listening:
        threading.Thread(target=serve, args=(listening,), daemon=True).start()
        address = f"127.0.0.1:{listening.getsockname()[1]}"
        for name, password in (("wrong", "no"), ("right", "word")):
            plane.store.create(secret(name, username="me", address=address, password=password))
        keys = ("username", "address", "password")
        wrong, right = (
            {key: {"name": name, "key": key} for key in keys} for name in ("wrong", "right")
        )
        obj = source(Path("/any"), sshKeySecret=None, **wrong)
        obj["metadata"]["annotations"] = {"pinnace.dev/from": "beginning"}
        plane.store.create(obj)
        eventually(lambda: "uthentication failed" in plane.condition("sftp").get("message", ""))
        plane.replace(
            "sftp",
            lambda old: {**old, "spec": source(Path("/any"), sshKeySecret=None, **right)["spec"]},
        )
        eventually(plane.events)
        assert plane.data() == [{"name": "a.npz", "op": 1, "metadata": None}]
        plane.controller.stop()
