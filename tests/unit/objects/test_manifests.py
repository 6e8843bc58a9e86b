from pathlib import Path

import pytest

from pinnace.objects import yamls
from pinnace.objects.errors import BadRequest
from pinnace.objects.manifests import load

GOOD = """\
apiVersion: v1
kind: ConfigMap
metadata:
  name: a
data:
  time: 12:30:00
  day: 2026-01-31
  n: 010
---
apiVersion: v1
kind: List
items:
- apiVersion: v1
  kind: Secret
  metadata: {name: b}
"""


def test_values_are_read_as_kubernetes_reads_them() -> None:
    value = next(yamls.parse(GOOD)).value
    assert value["data"] == {"time": "12:30:00", "day": "2026-01-31", "n": 8}


def test_every_field_knows_its_line(tmp_path: Path) -> None:
    (tmp_path / "a.yaml").write_text(GOOD)
    loaded = load(tmp_path)
    assert [located.line_of("metadata.name") for located in loaded.objects] == [4, 15]
    assert loaded.objects[0].line_of("data.absent") == 5


@pytest.mark.parametrize(
    ("text", "message"),
    [
        ("a: [1", "line"),
        ("a: 1\na: 2", "line 2: the key 'a' is there twice"),
        ("- " * 300 + "x", "deeper than"),
    ],
)
def test_what_is_no_manifest_says_where(text: str, message: str) -> None:
    with pytest.raises(BadRequest, match=message):
        list(yamls.parse(text))


def test_a_broken_file_does_not_hide_the_others(tmp_path: Path) -> None:
    (tmp_path / "good.yaml").write_text(GOOD)
    (tmp_path / "bad.yaml").write_text("kind: Workflow\nmetadata: [")
    (tmp_path / "kindless.yaml").write_text("\nmetadata:\n  name: x\n")
    (tmp_path / "odd.yaml").write_text("apiVersion: v1\nkind: Gizmo\nmetadata: {name: g}\n")
    loaded = load(tmp_path)
    assert len(loaded.objects) == 2
    texts = [str(problem) for problem in loaded.problems]
    assert any("bad.yaml:2" in text for text in texts)
    assert any("kindless.yaml:2" in text and "apiVersion" in text for text in texts)
    assert any("odd.yaml:2" in text and "Gizmo" in text for text in texts)
