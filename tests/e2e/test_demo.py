"""The main job as a new user sees it: three events, three models."""

import json
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import httpx
import pytest

from pinnace.plane.object_store import ObjectStore
from tests.e2e.control_plane import Plane

pytestmark = [pytest.mark.slow, pytest.mark.timeout(420)]

KEYS = {
    "event", "source", "sensor", "workflow", "tfjob", "model", "version", "accuracy", "seconds",
}  # fmt: skip


@pytest.fixture(scope="module")
def demo(tmp_path_factory: pytest.TempPathFactory) -> Iterator[tuple[Plane, list[dict[str, Any]]]]:
    plane = Plane(tmp_path_factory.mktemp("demo") / "state")
    try:
        done = plane.pinnace("demo", "-o", "json", timeout=400)
        assert done.returncode == 0, done.stderr
        yield plane, json.loads(done.stdout)
    finally:
        plane.down()
        assert plane.processes() == []


def test_each_event_made_a_good_model(demo: tuple[Plane, list[dict[str, Any]]]) -> None:
    _, rows = demo
    assert [row["sensor"] for row in rows] == [
        "train-on-push", "train-on-upload", "train-on-webhook",
    ]  # fmt: skip
    for row in rows:
        assert set(row) == KEYS
        assert row["accuracy"] >= 0.96, row
        assert row["event"] and row["workflow"] and row["tfjob"], row
    assert len({(row["model"], row["version"]) for row in rows}) == 3


def test_the_models_and_their_cards_are_published(
    demo: tuple[Plane, list[dict[str, Any]]],
) -> None:
    plane, rows = demo
    client = ObjectStore(
        address=plane.record.object_store,
        access_key=plane.state.credential("s3-access-key"),
        secret_key=plane.state.credential("s3-secret-key"),
    ).client()
    for row in rows:
        prefix = f"{row['model']}/{row['version']}/"
        names = {o.object_name for o in client.list_objects("models", prefix, recursive=True)}
        assert {f"{prefix}model.keras", f"{prefix}saved_model.pb", f"{prefix}card.json"} <= names
        card = json.loads(client.get_object("models", f"{prefix}card.json").read())
        assert card["event"]["id"] == row["event"]
        assert card["workflow"]["name"] == row["workflow"]
        assert card["tfjob"] == row["tfjob"]
        assert card["accuracy"] == pytest.approx(row["accuracy"])
    cards = [
        json.loads(client.get_object("models", f"{r['model']}/{r['version']}/card.json").read())
        for r in rows
    ]
    assert rows[0]["source"].removeprefix("git push ") in cards[0]["source"]["commit"]
    assert cards[1]["dataset"]["etag"]


def test_kubectl_and_the_page_show_it(demo: tuple[Plane, list[dict[str, Any]]]) -> None:
    plane, rows = demo
    listed = plane.kubectl("get", "workflows", "--no-headers")
    page = httpx.get(plane.record.page).text
    for row in rows:
        assert f"{row['workflow']}" in listed
        assert row["workflow"] in page
        assert row["tfjob"] in page
    assert listed.count("Succeeded") == 3
    states = plane.kubectl("get", "tfjobs", "--no-headers")
    assert states.count("Succeeded") == 3


def test_status_tells_where_everything_is(demo: tuple[Plane, list[dict[str, Any]]]) -> None:
    plane, _ = demo
    told = json.loads(plane.pinnace("status", "-o", "json").stdout)
    assert told["workflows"] == {"Succeeded": 3}
    assert told["page"] == plane.record.page
    assert all(source["ready"] for source in told["eventSources"])
    kubeconfig = Path(told["kubeconfig"])
    assert kubeconfig.stat().st_mode & 0o777 == 0o600
