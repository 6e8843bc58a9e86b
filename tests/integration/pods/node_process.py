"""A control plane with a node agent in a process of its own, for tests that kill -9 it.

``python -m tests.integration.pods.node_process STATE``: says "ready" and stays. Its builtin
``example.com/waiter`` waits for the container ``main`` and says how it ended.
"""

import sys
import threading
from pathlib import Path

from pinnace.pods import BuiltinContext, NodeAgent, PodSettings, choose_runtime
from pinnace.store import Store


def waiter(ctx: BuiltinContext) -> int:
    """Wait for ``main`` and log its exit code and output."""
    ctx.log("waiting")
    ended = ctx.wait_for("main")
    ctx.log(f"main ended with {ended.code}: {b''.join(ctx.stdout('main')).decode().strip()}")
    return 0


BUILTINS = {"example.com/waiter": waiter}


def main(state: Path) -> None:
    """Run until killed."""
    store = Store.open(state / "pinnace.db")
    runtime, _ = choose_runtime(state)
    NodeAgent(store, state, runtime, BUILTINS, PodSettings()).start()
    print("ready", flush=True)
    threading.Event().wait()


if __name__ == "__main__":
    main(Path(sys.argv[1]))
