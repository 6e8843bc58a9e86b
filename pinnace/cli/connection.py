"""From the options of a command to the API server that they mean."""

from collections.abc import Mapping
from pathlib import Path
from typing import Any

from pinnace.cli.client import Client
from pinnace.cli.kubeconfig import default_kubeconfig, read_kubeconfig
from pinnace.objects.errors import Permanent
from pinnace.plane.state import DEFAULT_STATE

_QUICK = 0.7  # seconds that a person waits for a completion


def connect(state: Path, kubeconfig: Path | None, context: str) -> Client:
    """Return a client of the control plane on a state folder, or of the cluster that is named.

    A context without a kubeconfig is looked up where kubectl looks. Raises Permanent.
    """
    if kubeconfig is None and not context:
        own, fix = state / "kubeconfig", f"start a control plane with: {starting(state)}"
        if not own.exists():
            raise Permanent(
                f"{own} does not exist; {fix}; or name a cluster: --kubeconfig FILE, --context NAME"
            )
        return Client(read_kubeconfig(own), fix=fix)
    return Client(read_kubeconfig(kubeconfig or default_kubeconfig(), context))


def starting(state: Path) -> str:
    """Return the command that starts the control plane of a state folder."""
    return "pinnace up --detach" + ("" if state == Path(DEFAULT_STATE) else f" --state {state}")


def connect_quickly(given: Mapping[str, Any]) -> Client:
    """Return an impatient client, from what was typed so far of a command's options."""
    context, kubeconfig = given.get("context") or "", given.get("kubeconfig")
    state = given.get("state") or Path(DEFAULT_STATE)
    file = kubeconfig or (default_kubeconfig() if context else state / "kubeconfig")
    return Client(read_kubeconfig(Path(file), context), timeout=_QUICK)
