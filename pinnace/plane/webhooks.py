"""The webhook service: the Flask program, started as the ordinary client that it is."""

import sys
from collections.abc import Mapping, Sequence

import httpx

from pinnace.plane.config import environment_with
from pinnace.plane.processes import Running, adopt_or_start, wait_ready
from pinnace.plane.state import StateFolder

NAME = "webhook-service"


def start(state: StateFolder) -> tuple[Running, str]:
    """Start it (or find it running); returns its address once it answers."""
    folder = state.folder(NAME)

    def command(ports: Mapping[str, int]) -> Sequence[str]:
        return [
            sys.executable, "-m", "webhook_service", "--port", str(ports["http"]),
            "--state", str(folder), "--kubeconfig", str(state.kubeconfig),
        ]  # fmt: skip

    environment = environment_with(KUBECONFIG=str(state.kubeconfig))
    server = adopt_or_start(state, NAME, ("http",), command, environment=environment)
    address = f"http://127.0.0.1:{server.ports['http']}"
    wait_ready(state, server, lambda: _answers(address))
    return server, address


def _answers(address: str) -> bool:
    try:
        return httpx.get(f"{address}/healthz", timeout=2.0).is_success
    except httpx.HTTPError:
        return False  # not listening yet
