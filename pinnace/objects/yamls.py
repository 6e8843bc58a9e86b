"""YAML as Kubernetes reads it (sigs.k8s.io/yaml over go-yaml): with the line of every field.

PyYAML's YAML 1.1 would turn ``12:30`` into a number and ``2026-01-31`` into a date; Kubernetes does
not, so the loader below knows only null, booleans, integers and floats.
"""

import re
from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field
from typing import Any

import yaml

from pinnace.objects.errors import BadRequest

Path = tuple[str | int, ...]

_MAX_NODES = 500_000  # an alias bomb or a runaway file; a large real manifest has some thousands
_MAX_DEPTH = 200


class _Loader(yaml.SafeLoader):
    """The safe loader without YAML 1.1's dates, sexagesimals and merge surprises."""

    yaml_implicit_resolvers: dict[str, list[tuple[str, re.Pattern[str]]]] = {}


for _tag, _pattern, _first in (
    ("null", r"~|null|Null|NULL|", ["~", "n", "N", ""]),
    ("bool", r"yes|Yes|YES|no|No|NO|true|True|TRUE|false|False|FALSE|on|On|ON|off|Off|OFF",
     list("yYnNtTfFoO")),
    ("int", r"[-+]?(0|[1-9][0-9_]*)|0o?[0-7]+|0x[0-9a-fA-F]+|0b[01]+", list("-+0123456789")),
    ("float", r"[-+]?(\.[0-9]+|[0-9]+(\.[0-9]*)?)([eE][-+]?[0-9]+)?|[-+]?\.(inf|Inf|INF)"
              r"|\.(nan|NaN|NAN)", list("-+0123456789.")),
    ("merge", r"<<", ["<"]),
):  # fmt: skip
    _Loader.add_implicit_resolver(
        f"tag:yaml.org,2002:{_tag}", re.compile(f"^(?:{_pattern})$"), _first
    )


def _integer(loader: _Loader, node: yaml.ScalarNode) -> int:
    text = str(loader.construct_scalar(node)).replace("_", "")
    if re.fullmatch(r"[-+]?0[0-7]+", text):
        return int(text, 8)
    return int(text, 0)


def _number(loader: _Loader, node: yaml.ScalarNode) -> float:
    text = str(loader.construct_scalar(node)).lower()
    return float(text.replace(".inf", "inf").replace(".nan", "nan"))


_Loader.add_constructor("tag:yaml.org,2002:int", _integer)
_Loader.add_constructor("tag:yaml.org,2002:float", _number)


@dataclass(frozen=True)
class Document:
    """One YAML document: its value, and the line (from 1) of each field."""

    value: Any
    line: int
    lines: Mapping[Path, int] = field(default_factory=dict)

    def line_of(self, path: Path) -> int:
        """Return the line of a field, or of its nearest known parent."""
        while path and path not in self.lines:
            path = path[:-1]
        return self.lines.get(path, self.line)


def parse(text: str) -> Iterator[Document]:
    """Yield the documents of a YAML (or JSON) text; empty ones are left out.

    Raises BadRequest with line and column where the text is no YAML, a key stands twice, or the
    text is too large or too deep to be a manifest.
    """
    loader = _Loader(text)
    try:
        while loader.check_node():
            node = loader.get_node()
            if node is None:
                break
            lines: dict[Path, int] = {}
            _walk(node, (), lines, [0])
            value = loader.construct_document(node)
            if value is not None:
                yield Document(value, node.start_mark.line + 1, lines)
    except yaml.MarkedYAMLError as error:
        mark = error.problem_mark or error.context_mark
        place = f"line {mark.line + 1}, column {mark.column + 1}: " if mark else ""
        raise BadRequest(f"{place}{error.problem or error.context}") from error
    except (yaml.YAMLError, ValueError, RecursionError) as error:
        raise BadRequest(f"not readable as YAML: {error}") from error
    finally:
        loader.dispose()


def _walk(node: yaml.Node, path: Path, lines: dict[Path, int], seen: list[int]) -> None:
    seen[0] += 1
    if seen[0] > _MAX_NODES or len(path) > _MAX_DEPTH:
        raise BadRequest(
            f"line {node.start_mark.line + 1}: more than {_MAX_NODES} values or deeper than "
            f"{_MAX_DEPTH} levels: this is no manifest"
        )
    lines.setdefault(path, node.start_mark.line + 1)
    if isinstance(node, yaml.MappingNode):
        for key, value in node.value:
            _walk_pair(key, value, path, lines, seen)
    elif isinstance(node, yaml.SequenceNode):
        for index, value in enumerate(node.value):
            _walk(value, (*path, index), lines, seen)


def _walk_pair(
    key: yaml.Node, value: yaml.Node, path: Path, lines: dict[Path, int], seen: list[int]
) -> None:
    name = str(key.value)
    if (*path, name) in lines and name != "<<":
        raise BadRequest(f"line {key.start_mark.line + 1}: the key {name!r} is there twice")
    lines[(*path, name)] = key.start_mark.line + 1
    _walk(value, (*path, name), lines, seen)


def dump(value: Any) -> str:
    """Write YAML for people: block style, keys in their order."""
    return yaml.safe_dump(value, sort_keys=False, allow_unicode=True, width=100)
