"""argoexec: what the ``init``, ``wait`` and ``resource`` containers of a workflow's pods do.

The node agent calls an :class:`Executor` for the image ``quay.io/argoproj/argoexec`` instead of
running it. Every command may be called again after a crash of the control plane.
"""

from pinnace.store import Store
from pinnace.workflows.executor.artifacts import Drivers
from pinnace.workflows.executor.context import ExecutorFailed, Surroundings, read_told
from pinnace.workflows.executor.prepare import prepare
from pinnace.workflows.executor.resource import run_resource
from pinnace.workflows.executor.wait import wait

__all__ = ["Executor", "ExecutorFailed"]


class Executor:
    """Stands for the image argoexec in the node agent's table of builtins."""

    def __init__(self, store: Store) -> None:
        self._store = store

    def __call__(self, ctx: Surroundings) -> int:
        """Run one argoexec container and return its exit code."""
        command = [*(ctx.container.get("command") or []), *(ctx.container.get("args") or [])]
        told = read_told(self._store, ctx)
        drivers = Drivers(self._store, told)
        match command:
            case ["argoexec", "init", *_]:
                prepare(ctx, told, drivers)
            case ["argoexec", "wait", *_]:
                wait(self._store, ctx, told, drivers)
            case ["argoexec", "resource", action, *_]:
                run_resource(self._store, ctx, told, action)
            case _:
                raise ExecutorFailed(
                    f"argoexec does not know the command {' '.join(command)!r} here; it knows: "
                    "init, wait, resource"
                )
        return 0
