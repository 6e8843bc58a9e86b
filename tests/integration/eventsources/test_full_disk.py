"""A disk without room: 503 with Retry-After, nothing half written, and with room on it goes."""

import shutil
import signal
import sqlite3
import subprocess
import sys
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

import httpx
import pytest

from pinnace.bus import Journal
from pinnace.store import Store, Transaction
from tests.eventually import eventually
from tests.integration.eventsources.conftest import Plane, event_source

_MEGABYTE = 2**20
_DISK = 6 * _MEGABYTE


def _source(port: int) -> dict[str, object]:
    spec = {"endpoint": "/train", "port": str(port), "method": "POST", "url": ""}
    return event_source("training", {"webhook": {"train": spec}})


def test_a_file_that_may_not_grow(plane: Plane, port: int) -> None:
    plane.run(_source(port))
    url, body = plane.url("training", "/train"), {"x": "y" * 100_000}
    pages = plane.store.connection.execute("PRAGMA page_count").fetchone()[0]

    def limit(tx: Transaction, most: int) -> None:
        tx.connection.execute(f"PRAGMA max_page_count={most}")

    plane.store.write(lambda tx: limit(tx, pages + 5))
    answer = httpx.post(url, json=body)
    assert answer.status_code == 503
    assert int(answer.headers["Retry-After"]) > 0
    assert plane.events() == []
    plane.store.write(lambda tx: limit(tx, 1_000_000))
    assert httpx.post(url, json=body).status_code == 200
    assert [data["body"] for data in plane.data()] == [body]


@contextmanager
def _small_disk(tmp_path: Path) -> Iterator[tuple[subprocess.Popen[bytes], Path]]:
    """Run the server with its store on a disk of 6 MB; yields that folder, seen from here."""
    seed = tmp_path / "state.db"
    command = [
        "bwrap", "--die-with-parent", "--dev-bind", "/", "/",
        "--size", str(_DISK), "--tmpfs", "/mnt", "--bind", str(tmp_path), str(tmp_path),
        "sh", "-c", f'cp "{seed}" /mnt/state.db && exec "{sys.executable}" -m '
        "tests.integration.eventsources.storm_server /mnt/state.db",
    ]  # fmt: skip
    with subprocess.Popen(command) as server:
        try:
            inside = eventually(lambda: _child(server.pid))
            yield server, Path(f"/proc/{inside}/root/mnt")
        finally:
            server.send_signal(signal.SIGTERM)


def _child(pid: int) -> str:
    return Path(f"/proc/{pid}/task/{pid}/children").read_text().split()[0]


@pytest.mark.skipif(not shutil.which("bwrap"), reason="a small file system takes bubblewrap")
def test_a_full_file_system(tmp_path: Path, port: int) -> None:
    with Store.open(tmp_path / "state.db") as store:
        store.create(_source(port))
    url = f"http://127.0.0.1:{port}"
    stored = []
    with _small_disk(tmp_path) as (_, disk), httpx.Client() as client:
        eventually(lambda: client.get(f"{url}/health").status_code == 200)
        filler = disk / "filler"
        filler.write_bytes(bytes(_DISK // 2))
        answer = None
        for number in range(100):
            answer = client.post(f"{url}/train", json={"n": number, "x": "y" * 100_000})
            if answer.status_code != 200:
                break
            stored.append(number)
        assert answer is not None
        assert answer.status_code == 503
        assert int(answer.headers["Retry-After"]) > 0
        filler.unlink()
        assert client.post(f"{url}/train", json={"n": 1000}).status_code == 200
        stored.append(1000)
        for file in disk.iterdir():
            shutil.copy(file, tmp_path / file.name)
    assert len(stored) > 1, "the disk was full from the start"
    with sqlite3.connect(tmp_path / "state.db") as connection:
        assert connection.execute("PRAGMA integrity_check").fetchall() == [("ok",)]
    with Store.open(tmp_path / "state.db") as store:
        found = [entry.event.as_json()["data"]["body"]["n"] for entry in Journal(store).read(0)]
    assert found == stored
