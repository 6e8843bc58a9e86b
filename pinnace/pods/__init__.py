"""The node agent: runs the containers of Pods on this machine.

In: Pods, and the ConfigMaps, Secrets, claims and Services they need, from the store. Out: Pod
statuses, Events, the Node object, logs and files under the state folder. What runs outlives the
control plane: see `shim` and `launching`.
"""

from pinnace.pods.agent import NodeAgent
from pinnace.pods.builtins import Builtin, BuiltinContext, BuiltinStopped
from pinnace.pods.choice import RUNTIMES, choose_runtime
from pinnace.pods.containers import ContainerExit
from pinnace.pods.leftovers import interrupt_leftovers
from pinnace.pods.lifecycle import Backoff
from pinnace.pods.logs import read_log
from pinnace.pods.runtime import Runtime, RuntimeReport
from pinnace.pods.settings import PodSettings

__all__ = [
    "RUNTIMES",
    "Backoff",
    "Builtin",
    "BuiltinContext",
    "BuiltinStopped",
    "ContainerExit",
    "NodeAgent",
    "PodSettings",
    "Runtime",
    "RuntimeReport",
    "choose_runtime",
    "interrupt_leftovers",
    "read_log",
]
