"""``pinnace events``, ``explain``, ``replay`` and ``sensor test`` on a whole control plane."""

import json
import threading
from pathlib import Path

import httpx
import pytest
from click.testing import CliRunner

from pinnace.cli.connection import connect
from pinnace.cli.main import cli
from pinnace.objects.errors import NotFound, PinnaceError
from tests.eventually import eventually
from tests.integration.eventserver.conftest import Scene


def _fired(scene: Scene, event: str) -> list[str]:
    found = scene.json("events", "show", event)["firings"]
    return [f"{firing['trigger']} {firing['state']}" for firing in found]


def test_an_event_and_all_that_can_be_asked_about_it(scene: Scene) -> None:
    ada, eve = scene.post("Ada"), scene.post("Eve")
    assert httpx.post(f"{scene.url}/greet", content=b"{").status_code == 400
    eventually(lambda: _fired(scene, ada) == ["keep fired", "call dead"])
    listed = scene.run("events", "list", "--source", "hello", "--since", "1h").stdout
    assert f"{ada}   hello    greet   webhook" in listed
    assert "hello/keep: configmaps/default/kept-" in listed
    assert "the body is not valid JSON" in scene.run("events", "rejected").stdout
    held = scene.json("events", "waiting")[0]
    assert held["holds"] == {"greeting": ada} and held["waitsFor"] == ["other"]
    assert f"greeting ({ada})   other" in scene.run("events", "waiting").stdout
    told = scene.run("explain", ada[:12]).stdout
    assert "✓ body.who (string): wanted = 'Ada', found 'Ada'" in told
    assert "✗ trigger both (log) waits for other" in told
    assert "data.who = 'Ada' (from dataKey: greeting: dataKey body.who)" in told
    assert "then: hello/call: dead (dead) POST http://127.0.0.1:1/nobody" in told
    verdict = scene.json("explain", eve, "--sensor", "hello")[0]
    assert [trigger["outcome"] for trigger in verdict["triggers"]] == ["filtered"] * 3
    assert verdict["dependencies"][0]["filters"][0]["checks"][0]["found"] == "Eve"


def test_replay(scene: Scene, tmp_path: Path) -> None:
    ada = scene.post("Ada")
    eventually(lambda: len(_fired(scene, ada)) == 2)
    edited = tmp_path / "edited.yaml"
    edited.write_text(scene.manifest.read_text().replace("value: [Ada]", "value: [Bob]"))
    dry = scene.json("replay", ada, "--dry-run", "--sensor-file", str(edited))
    assert not dry[0]["fires"] and len(_fired(scene, ada)) == 2
    rehearsed = scene.run("replay", ada, "--dry-run").stdout
    assert "2 times would fire" in rehearsed and "✓ dependency" in rehearsed
    assert "1 event, 2 times fired" in scene.run("replay", ada, "--sensor", "hello").stdout
    eventually(lambda: _fired(scene, ada) == ["keep fired", "call dead"] * 2)
    scene.run("replay", ada, "--sensor-file", str(edited))
    assert len(_fired(scene, ada)) == 4
    with pytest.raises(NotFound, match="nobody"):
        scene.run("replay", ada, "--sensor", "nobody")


def test_dead_letters_are_redriven(scene: Scene) -> None:
    ada = scene.post("Ada")
    eventually(lambda: _fired(scene, ada) == ["keep fired", "call dead"])
    dead = next(each for each in scene.json("events", "dead") if ada in str(each["events"]))
    assert "Connection refused" in dead["message"]
    assert "tried again" in scene.run("events", "redrive", str(dead["id"])).stdout

    def again() -> bool:
        found = scene.json("events", "show", ada)["firings"][1]
        return bool(found["state"] == "dead" and found["message"] != "redriven")

    eventually(again)
    fired = scene.json("events", "show", ada)["firings"][0]["id"]
    with pytest.raises(PinnaceError, match="only failed and dead ones"):
        scene.run("events", "redrive", str(fired))


def test_export_import_and_a_test_without_a_control_plane(scene: Scene, tmp_path: Path) -> None:
    ada = scene.post("Ada")
    lines = scene.run("events", "export").stdout.splitlines()
    mine = next(line for line in lines if ada in line)
    file = tmp_path / "event.json"
    file.write_text(mine)
    assert scene.run("events", "import", str(file)).stdout == "0 imported, 1 known already\n"
    new = tmp_path / "new.jsonl"
    new.write_text(mine.replace(ada, "imported-1") + "\n")
    assert scene.run("events", "import", str(new)).stdout == "1 imported, 0 known already\n"
    eventually(lambda: _fired(scene, "imported-1") == ["keep fired", "call dead"])
    (tmp_path / "bad.jsonl").write_text('{"id": 5}\n')
    with pytest.raises(PinnaceError, match="line 1: CloudEvent: id: expected a text"):
        scene.run("events", "import", str(tmp_path / "bad.jsonl"))
    test = ["sensor", "test", "-f", str(scene.manifest), "--event", str(file)]
    assert CliRunner().invoke(cli, test).exit_code == 0
    file.write_text(mine.replace("Ada", "Eve"))
    refused = CliRunner().invoke(cli, [*test, "-o", "json"])
    assert refused.exit_code == 1 and not json.loads(refused.stdout)[0]["fires"]


def test_tail_follows(scene: Scene) -> None:
    seen: list[str] = []
    with connect(scene.plane.state.root, None, "") as client:
        lines = client.lines("/pinnace/v1/events", {"watch": "true", "source": "hello"})
        follower = threading.Thread(target=lambda: seen.append(json.loads(next(lines))["id"]))
        follower.start()
        sent: list[str] = []

        def arrived() -> bool:
            sent.append(scene.post("Eve"))
            follower.join(0.2)
            return bool(seen)

        eventually(arrived)
        assert seen[0] in sent


WRONG = [
    ("GET", "/pinnace/v1/nothing", 404),
    ("DELETE", "/pinnace/v1/events", 404),
    ("GET", "/pinnace/v1/events?since=soon", 400),
    ("GET", "/pinnace/v1/events?limit=-1", 400),
    ("GET", "/pinnace/v1/firings?state=odd", 400),
    ("POST", "/pinnace/v1/replay", 400),
    ("POST", "/pinnace/v1/firings/99999/redrive", 404),
    ("GET", "/pinnace/v1/events/%F0%9F%98%80", 404),
]


@pytest.mark.parametrize(("verb", "path", "code"), WRONG)
def test_bad_requests(scene: Scene, verb: str, path: str, code: int) -> None:
    with connect(scene.plane.state.root, None, "") as client:
        answer = client._http.request(verb, path, content=b"{}" if verb == "POST" else None)
        assert answer.status_code == code, answer.text
        assert answer.json()["kind"] == "Status"


def test_the_token_is_demanded(scene: Scene) -> None:
    with connect(scene.plane.state.root, None, "") as client:
        answer = client._http.get("/pinnace/v1/events", headers={"Authorization": "Bearer no"})
    assert answer.status_code == 401


def test_an_id_that_is_not_enough(scene: Scene, tmp_path: Path) -> None:
    known = scene.json("events", "show", scene.post("Ada"))["event"]
    file = tmp_path / "two.jsonl"
    file.write_text("".join(json.dumps({**known, "id": f"same-{n}"}) + "\n" for n in (1, 2)))
    scene.run("events", "import", str(file))
    with pytest.raises(PinnaceError, match="more than one event's id begins with 'same'"):
        scene.run("explain", "same")
    assert scene.json("explain", "same-2")
