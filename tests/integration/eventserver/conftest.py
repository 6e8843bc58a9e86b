"""A control plane with a webhook and a Sensor, once for all tests here."""

import json
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import httpx
import pytest
from click.testing import CliRunner, Result

from pinnace.cli.main import cli
from pinnace.objects.errors import PinnaceError
from pinnace.plane.config import settings
from pinnace.plane.plane import ControlPlane
from tests.brokers import free_port

MANIFEST = """\
apiVersion: argoproj.io/v1alpha1
kind: EventSource
metadata: {name: hello}
spec:
  webhook:
    greet: {port: "0", endpoint: /greet, method: POST}
    other: {port: "0", endpoint: /other, method: POST}
---
apiVersion: argoproj.io/v1alpha1
kind: Sensor
metadata: {name: hello}
spec:
  dependencies:
    - name: greeting
      eventSourceName: hello
      eventName: greet
      filters:
        data: [{path: body.who, type: string, value: [Ada]}]
    - {name: other, eventSourceName: hello, eventName: other}
  triggers:
    - template:
        name: keep
        conditions: greeting
        k8s:
          operation: create
          source:
            resource:
              {apiVersion: v1, kind: ConfigMap, metadata: {generateName: kept-}, data: {who: x}}
          parameters:
            - {src: {dependencyName: greeting, dataKey: body.who}, dest: data.who}
    - template: {name: both, conditions: greeting && other, log: {}}
    - template:
        name: call
        conditions: greeting
        http: {url: "http://127.0.0.1:1/nobody", method: POST}
"""


@dataclass(frozen=True)
class Scene:
    """A control plane with a webhook, and its commands."""

    plane: ControlPlane
    manifest: Path
    url: str

    def run(self, *arguments: str, code: int = 0) -> Result:
        state = ["--state", str(self.plane.state.root)]
        result = CliRunner().invoke(cli, [*arguments, *state])
        if isinstance(result.exception, PinnaceError):
            raise result.exception
        assert result.exit_code == code, result.output
        return result

    def json(self, *arguments: str) -> Any:
        return json.loads(self.run(*arguments, "-o", "json").stdout)

    def post(self, who: str) -> str:
        """Send a greeting; returns its event's id."""
        assert httpx.post(f"{self.url}/greet", json={"who": who}).status_code == 200
        return str(self.json("events", "list", "--limit", "1")[0]["event"]["id"])


@pytest.fixture(scope="session")
def scene(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Scene]:
    folder = tmp_path_factory.mktemp("events")
    (folder / "m").mkdir()
    manifest = folder / "m" / "hello.yaml"
    manifest.write_text(MANIFEST.replace('"0"', f'"{free_port()}"'))
    plane = ControlPlane(
        settings(state=folder / "state", folders=[folder / "m"]), progress=lambda _what: None
    )
    plane.start()
    try:
        yield Scene(plane, manifest, f"http://127.0.0.1:{_port_of(manifest)}")
    finally:
        plane.stop()


def _port_of(manifest: Path) -> int:
    return int(manifest.read_text().split('port: "')[1].split('"')[0])
