"""Nodes as a cluster's controller packs those of large workflows."""

import base64
import gzip
import json

import pytest

from pinnace.cli.workflows.packed import unpacked, with_its_nodes
from pinnace.objects.errors import Permanent

NODES = {"w": {"id": "w", "phase": "Failed"}}
PACKED = base64.b64encode(gzip.compress(json.dumps(NODES).encode())).decode()


def test_packed_nodes_are_unpacked_and_plain_ones_left_alone() -> None:
    packed = {"metadata": {"name": "w"}, "status": {"phase": "Failed", "compressedNodes": PACKED}}
    plain = {"metadata": {"name": "w"}, "status": {"phase": "Failed", "nodes": NODES}}
    assert unpacked(packed) == plain == with_its_nodes(packed)
    assert unpacked(plain) is plain
    assert unpacked({"metadata": {}}) == {"metadata": {}}


@pytest.mark.parametrize("text", ["!", "aGVsbG8=", base64.b64encode(gzip.compress(b"{")).decode()])
def test_what_is_no_packed_nodes(text: str) -> None:
    with pytest.raises(Permanent, match="workflow w: status.compressedNodes: "):
        unpacked({"metadata": {"name": "w"}, "status": {"compressedNodes": text}})


def test_nodes_that_are_elsewhere_can_not_be_changed() -> None:
    away = {"metadata": {"name": "w"}, "status": {"offloadNodeStatusVersion": "fnv:1"}}
    with pytest.raises(Permanent, match="only the Argo server reads"):
        with_its_nodes(away)
