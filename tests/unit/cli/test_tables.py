"""Columns as Go's tabwriter aligns them, and server tables in kubectl's layout."""

from typing import Any

import click
import pytest

from pinnace.cli.objects import served
from pinnace.cli.objects.served import Look
from pinnace.cli.tables import Columns, align, table

COLUMNS = [
    {"name": "Name", "priority": 0},
    {"name": "Ready", "priority": 0},
    {"name": "Node", "priority": 1},
]
ROW = {
    "cells": ["web", True, None],
    "object": {"metadata": {"namespace": "shop", "labels": {"team": "a", "app": "b"}}},
}


@pytest.mark.parametrize(
    ("rows", "expected"),
    [
        ([["a", "b"], ["ccc", "d"]], ["a     b", "ccc   d"]),
        ([["a", "b"], ["wide line alone"], ["ccc", "d"]], ["a   b", "wide line alone", "ccc   d"]),
        ([["a", "bb", "c"], ["aa", "b"]], ["a    bb   c", "aa   b"]),
        ([["", "x"], ["", "y"]], ["   x", "   y"]),
    ],
)
def test_a_column_reaches_over_lines_next_to_each_other(
    rows: list[list[str]], expected: list[str]
) -> None:
    assert align(rows) == expected


def test_a_table_has_no_blanks_at_its_ends_and_colours_have_no_width() -> None:
    red = click.style("no", fg="red")
    assert table([[red, ""], ["yes", "x"]], ("OK", "WHY")) == f"OK    WHY\n{red}\nyes   x"


def test_columns_grow_with_what_comes() -> None:
    columns = Columns()
    assert columns.lines([["NAME", "AGE"], ["a", "1s"]]) == ["NAME   AGE", "a      1s"]
    assert columns.lines([["longer", "2s"]]) == ["longer   2s"]
    assert columns.lines([["b", "3s"]]) == ["b        3s"]


@pytest.mark.parametrize(
    ("look", "header", "row"),
    [
        (Look(), ["NAME", "READY"], ["web", "true"]),
        (Look(wide=True), ["NAME", "READY", "NODE"], ["web", "true", ""]),
        (Look(namespaces=True), ["NAMESPACE", "NAME", "READY"], ["shop", "web", "true"]),
        (Look(prefix="pod/"), ["NAME", "READY"], ["pod/web", "true"]),
        (Look(labels=True), ["NAME", "READY", "LABELS"], ["web", "true", "app=b,team=a"]),
        (Look(columns=("x/team",)), ["NAME", "READY", "TEAM"], ["web", "true", ""]),
        (Look(columns=("team",)), ["NAME", "READY", "TEAM"], ["web", "true", "a"]),
    ],
)
def test_a_server_table(look: Look, header: list[str], row: list[str]) -> None:
    given: dict[str, Any] = {"columnDefinitions": COLUMNS, "rows": [ROW]}
    assert served.header(given, look) == header
    assert served.rows(given, look) == [row]


def test_a_cell_ends_at_its_first_line_and_steers_no_terminal() -> None:
    given: dict[str, Any] = {
        "columnDefinitions": COLUMNS, "rows": [{"cells": ["a\nb", "\x1b]0;x", None]}]
    }  # fmt: skip
    assert served.rows(given, Look()) == [["a...", "^[]0;x"]]
