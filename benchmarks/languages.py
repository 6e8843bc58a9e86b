"""Evaluations a second of every embedded language: compile once, evaluate many.

Each is given a typical event (about 2 kB) and a large one (1 MB). Where Go is installed, each has
the figure of Go's own library beside it, from the same run; the ratio is Pinnace's rate divided by
Go's. A gjson document is scanned once, then asked; `gjson, new event` scans it anew each time, as a
Sensor does for its first path. Lua in Go is upstream's whole transform: it reads the event and
compiles the script each time.
"""

import json
import subprocess
from collections.abc import Callable, Mapping
from datetime import UTC, datetime
from typing import Any

from benchmarks.report import figure, quiet_end, rate, title
from pinnace.languages import (
    cron,
    expr,
    gjson,
    goregex,
    gotemplate,
    govaluate,
    jqfilter,
    luascript,
    sjson,
)  # fmt: skip
from pinnace.languages.errors import LanguageError
from pinnace.languages.jsonpath import goessner, kubernetes
from tests.oracle import program
from tests.oracle.typed import typed

SECONDS = 0.5
TYPICAL, LARGE = 2_000, 1_000_000

EXPRESSION = "body.size > 2 && body.ref startsWith 'refs/' && len(commits) > 1"
TEMPLATE = '{{ .body.ref | trimPrefix "refs/heads/" | upper }}'
PATTERN = 'refs/heads/(main|master)"'
JQ = "{ref: .body.ref}"
SCHEDULE = "*/5 9-17 * * 1-5"


def event(size: int) -> dict[str, Any]:
    """Return a push of about that many bytes of JSON."""
    commits = [
        {"id": f"{number:040x}", "message": "fix: a thing", "author": {"name": "Ann"},
         "added": ["a.py", "b.py"], "distinct": True}
        for number in range(max(1, size // 160))
    ]  # fmt: skip
    return {"commits": commits, "body": {"ref": "refs/heads/main", "size": 3, "after": "ab12"}}


def ours(data: dict[str, Any], text: str) -> Mapping[str, Callable[[], object]]:
    """Return one evaluation of every language on an event."""
    document = gjson.Document(text)
    program_ = expr.compile(EXPRESSION)
    condition = govaluate.compile("size > 2 && ref =~ '^refs/' && after != 'x'")
    template = gotemplate.compile(TEMPLATE)
    schedule = cron.parse(SCHEDULE)
    moment = datetime(2026, 3, 1, tzinfo=UTC)
    return {
        "gjson": lambda: document.get("body.ref"),
        "gjson, a query": lambda: document.get('commits.#(id=="x").author.name'),
        "gjson, new event": lambda: gjson.get(text, "body.ref"),
        "sjson": lambda: sjson.set(text, "body.ref", "x"),
        "govaluate": lambda: condition.evaluate(data["body"]),
        "expr": lambda: expr.run(program_, data),
        "Go template": lambda: gotemplate.render(template, data),
        "RE2": lambda: goregex.search(PATTERN, text),
        "JSONPath (kubectl)": lambda: kubernetes.query(".body.ref", data),
        "JSONPath (Goessner)": lambda: goessner.query("$.body.ref", data),
        "jq": lambda: jqfilter.run(JQ, data),
        "Lua": lambda: luascript.accepts("return event.body.size > 2", data),
        "cron": lambda: schedule.next(moment),
    }


def go_cases(data: dict[str, Any], text: str) -> Mapping[str, tuple[str, dict[str, Any]]]:
    """Return (language, case) for the figures that Go has too."""
    condition = "size > 2 && ref =~ '^refs/' && after != 'x'"
    return {
        "gjson": ("gjson", {"document": text, "path": "body.ref"}),
        "gjson, a query": (
            "gjson", {"document": text, "path": 'commits.#(id=="x").author.name'},
        ),
        "gjson, new event": ("gjson", {"document": text, "path": "body.ref"}),
        "sjson": ("sjson", {"document": text, "path": "body.ref", "value": "x"}),
        "govaluate": ("govaluate", {"text": condition, "parameters": typed(data["body"])}),
        "expr": ("expr", {"text": EXPRESSION, "env": typed(data)}),
        "Go template": ("gotemplate", {"text": TEMPLATE, "data": typed(data)}),
        "RE2": ("regexp", {"pattern": PATTERN, "text": text}),
        "JSONPath (kubectl)": ("kubectlpath", {"document": text, "path": "{.body.ref}"}),
        "JSONPath (Goessner)": ("goessner", {"document": text, "path": "$.body.ref"}),
        "jq": ("jq", {"document": text, "program": JQ}),
        "Lua": ("lua", {"document": text, "script": "return event"}),
        "cron": ("cron", {"spec": SCHEDULE, "start": "2026-03-01T00:00:00Z"}),
    }  # fmt: skip


def go_rate(language: str, case: dict[str, Any]) -> float:
    """Return Go's evaluations a second."""
    told = subprocess.run(
        [program.binary(language), "bench", language, str(SECONDS)],
        input=json.dumps(case).encode(), capture_output=True, check=True,
    )  # fmt: skip
    return float(told.stdout)


def has_go() -> bool:
    """Build Go's side; tell whether that went."""
    try:
        program.build(["gjson"])
    except program.NoGo:
        return False
    return True


def measure(size: int, go: bool) -> None:
    """Print the figures for an event of one size."""
    data = event(size)
    text = json.dumps(data)
    title(f"an event of {len(text):,} bytes")
    cases = go_cases(data, text) if go else {}
    for name, work in ours(data, text).items():
        try:
            work()
        except LanguageError as refused:
            print(f"  {name}: refused: {refused.expected}")
            continue

        def once(work: Callable[[], object] = work) -> int:
            work()
            return 1

        mine = rate(once, SECONDS)
        theirs = go_rate(*cases[name]) if name in cases else None
        figure(
            name, mine, "/s", ratio=mine / theirs if theirs else None,
            to=f"Go's {theirs:,.0f} /s" if theirs else "",
        )  # fmt: skip


def main() -> None:
    """Measure both events."""
    go = has_go()
    if not go:
        print("Go is not installed: no figures beside Pinnace's")
    for size in (TYPICAL, LARGE):
        measure(size, go)


if __name__ == "__main__":
    with quiet_end():
        main()
