"""The node agent: runs the containers of Pods on this machine.

In: Pods, and the ConfigMaps, Secrets, claims and Services they need, from the store. Out: Pod
statuses, Events, the Node object, logs and files under the state folder. What runs outlives the
control plane: see `shim`, `launching` and `runs`.
"""

from pinnace.pods.agent import NodeAgent
from pinnace.pods.builtins import Builtin, BuiltinContext, BuiltinStopped
from pinnace.pods.choice import RUNTIMES, choose_runtime
from pinnace.pods.containers import ContainerExit
from pinnace.pods.exec import Command, execute, follow
from pinnace.pods.leftovers import interrupt_leftovers
from pinnace.pods.lifecycle import Backoff
from pinnace.pods.logs import read_log
from pinnace.pods.ports import dial
from pinnace.pods.runtime import Runtime, RuntimeReport
from pinnace.pods.settings import PodSettings

__all__ = [
    "RUNTIMES",
    "Backoff",
    "Builtin",
    "BuiltinContext",
    "BuiltinStopped",
    "Command",
    "ContainerExit",
    "NodeAgent",
    "PodSettings",
    "Runtime",
    "RuntimeReport",
    "choose_runtime",
    "dial",
    "execute",
    "follow",
    "interrupt_leftovers",
    "read_log",
]
