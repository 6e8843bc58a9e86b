"""What the server says of itself, and of the archive that it doesn't have. Pure.

Mirrors ``server/info`` and ``persist/sqldb/null_workflow_archive.go``.
"""

import platform
from typing import Any

from pinnace.argoserver.call import Call
from pinnace.argoserver.collections import Unary
from pinnace.argoserver.errors import Unimplemented
from pinnace.argoserver.objects import list_body

#: The version of Argo Workflows whose API this is.
ARGO_VERSION = "v4.1.2"
_VERSION = {
    "version": ARGO_VERSION,
    "buildDate": "1970-01-01T00:00:00Z",
    "gitCommit": "",
    "gitTag": ARGO_VERSION,
    "gitTreeState": "clean",
    "goVersion": f"pinnace on Python {platform.python_version()}",
    "compiler": "",
    "platform": f"{platform.system().lower()}/{platform.machine()}",
}
_MODALS = {"feedback": False, "firstTimeUser": False, "newVersion": False}


def _no_archive(call: Call) -> Any:
    raise Unimplemented("getting archived workflows not supported: there is no workflow archive")


def methods() -> dict[str, Unary]:
    """Return the methods by name."""
    return {
        "GetVersion": lambda call: _VERSION,
        "GetInfo": lambda call: {"modals": _MODALS},
        "GetUserInfo": lambda call: {},
        "CollectEvent": lambda call: {},
        "ListArchivedWorkflows": lambda call: list_body([], 0),
        "ListArchivedWorkflowLabels": lambda call: {},
        "ArchivedWorkflow": _no_archive,
    }
