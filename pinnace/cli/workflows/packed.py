"""Nodes that a cluster's controller packs, or keeps elsewhere, because they are many.

Pinnace's own controller never does it. Mirrors workflow/packer and workflow/hydrator of Argo
Workflows.
"""

import base64
import binascii
import json
import zlib

from pinnace.objects.errors import Permanent
from pinnace.objects.meta import name_of
from pinnace.objects.types import Object

_LARGEST = 64 * 1024 * 1024  # bytes of unpacked nodes
_GZIP = 16 + zlib.MAX_WBITS


def unpacked(workflow: Object) -> Object:
    """Return the workflow with ``status.compressedNodes`` as plain nodes; raises Permanent."""
    status = workflow.get("status") or {}
    packed = status.get("compressedNodes")
    if not packed:
        return workflow
    rest = {key: value for key, value in status.items() if key != "compressedNodes"}
    return {**workflow, "status": {**rest, "nodes": _read(packed, name_of(workflow))}}


def with_its_nodes(workflow: Object) -> Object:
    """Return the workflow ready for a change of its nodes; raises Permanent when they are away."""
    if (workflow.get("status") or {}).get("offloadNodeStatusVersion"):
        raise Permanent(
            f"workflow {name_of(workflow)}: its nodes are in a database that only the Argo server "
            "reads; use the argo CLI with ARGO_SERVER"
        )
    return unpacked(workflow)


def _read(packed: str, name: str) -> Object:
    try:
        reader = zlib.decompressobj(_GZIP)
        text = reader.decompress(base64.b64decode(packed), _LARGEST)
        if reader.unconsumed_tail:
            raise ValueError(f"more than {_LARGEST} bytes")
        found: Object = json.loads(text)
    except (ValueError, zlib.error, binascii.Error) as error:
        raise Permanent(f"workflow {name}: status.compressedNodes: {error}") from error
    return found
