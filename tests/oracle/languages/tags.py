"""Tags in JSON text: simple ones, nested ones and expressions, known, unknown and late."""

import json
from random import Random
from typing import Any

from hypothesis import strategies as st

from pinnace.languages import tags
from tests.oracle.languages.expr_grammar import Grammar
from tests.oracle.typed import typed, untyped

_VARIABLES = {
    "workflow.name": "wf", "workflow.status": "Failed", "workflow.parameters.p": "q",
    "workflow.parameters": '[{"name": "p"}]', "workflow.labels.a-b": "x", "item": "5",
    "item.k": "v", "inputs.parameters.text": 'say "hi"\n\tpath\\to', "inputs.parameters.n": "42",
    "inputs.parameters.é": "日本 ü", "inputs.parameters.odd": "bell\a nul\x00 del\x7f",
    "inputs.parameters.html": "<a href='x'>&amp;</a>", "inputs.parameters.tag": "{{workflow.name}}",
    "inputs.parameters.list": "[1, 2, 3]", "inputs.parameters.empty": "", "retries": "2",
    "inputs.parameters.json": '{"a": {"b": [1, "c"]}}', "steps.a.outputs.result": "true",
    "steps.a.status": "Succeeded", "tasks.b-c.outputs.parameters.x": "7",
    "lastRetry.exitCode": "1",
    "steps.a.outputs.artifacts.m": "s3", "steps.skipped.outputs.result": None,
    "5": "five", "name": "wf.name",
    "inputs.parameters.wf.name": "deep", "inputs.parameters.wide": "\u2028\U000e0001 😀",
    "inputs.parameters.hold": "__argo__internal__placeholder-1",
}  # fmt: skip
_UNKNOWN = [
    "unknown", "steps.z.outputs.result", "steps", "tasks.z.outputs.artifacts.m", "stepsa.b",
    "inputs.parameters.none", "workflow.failures", "lastRetry.status", "", " ", "=", "workflow",
]  # fmt: skip
_EXPRESSIONS = [
    "{a}", "{a} + '!'", "{a} == 'wf'", "{a} == \"x\"", "asInt({a}) + 1", "asFloat({a}) / 2",
    "toJson({a})", "[{a}, 1, true, nil]", "{{'k': {a}}}", "sprig.upper(string({a}))",
    "{a} ?? 'none'",
    "{a}?.x ?? 'none'", "len({a})", "{a} != '' ? {b} : 'no'", "{a} contains 'a' && true", "nil",
    "jsonpath({a}, '$.a.b[0]')", "fromJSON({a})", "date('2026-03-01')", "1 / 0", "split({a}, ',')",
    "let x = {a}; x", "{a} +", "{a}[0]", "'<' + {a} + '>'", "{a} matches '^w'", "'a\\nb'", "1 < 2",
    "map([{a}], #)", "{a} in ['wf', 'x']", "(({a}))", "string(5)", "3.0", "'é' + {a}",
    "inputs.parameters['text']", "workflow.labels['a-b']", "steps['a'].status", "$env",
    "tasks['b-c'].outputs.parameters.x", "workflow.parameters.p", "item ?? {a}", "retries",
    "lastRetry?.exitCode", "lastRetry.exitCode ?? '0'", "workflow?.nothing ?? {a}", "sprig",
    "inputs.parameters.none ?? {a}", "b'ab'", "duration('1h')", "asInt(item)", "workflow.nothing",
]  # fmt: skip


def cases() -> st.SearchStrategy[dict[str, Any]]:
    """Return documents with tags, what is known, and how strict to be."""
    return st.integers(0, 2**64).map(lambda seed: _Maker(Random(seed)).case())


class _Maker:
    """Makes one case."""

    def __init__(self, random: Random) -> None:
        self.random = random
        names = random.sample(list(_VARIABLES), random.choice([2, 5, 9, len(_VARIABLES)]))
        if "item" in names and "item.k" in names:
            names.remove("item")
        if random.random() < 0.9 and "inputs.parameters.hold" in names:
            names.remove("inputs.parameters.hold")
        self.names = names

    def case(self) -> dict[str, Any]:
        """Return the case."""
        known = {name: _VARIABLES[name] for name in self.names}
        return {
            "text": self.document(),
            "variables": typed(known),
            "allow_unresolved": self.random.random() < 0.75,
            "strict_prefixes": self.random.choice([[], [], ["steps", "tasks"], ["inputs", "item"]]),
        }

    def document(self) -> str:
        """Return JSON with one to three texts in it, written as Go or Python would."""
        texts = [self.text() for _ in range(self.random.choice([1, 1, 2, 3]))]
        whole = self.random.choice([texts[0], texts, {"args": texts}, {texts[0]: 1}])
        written = json.dumps(whole, ensure_ascii=self.random.random() < 0.2)
        if self.random.random() < 0.5:
            for char in "<>&":
                written = written.replace(char, f"\\u{ord(char):04x}")
        return written

    def text(self) -> str:
        """Return text around one or two tags."""
        around = self.random.choice(
            ["{}", "{}", "a {} b", "{}{}", "{}", "é{}\n", "}}}} {}", "{} {{{{"]
        )
        return around.format(self.tag(), self.tag())

    def tag(self) -> str:
        """Return one tag."""
        chance = self.random.random()
        if chance < 0.45:
            pad = self.random.choice(["", "", " ", "\t"])
            return "{{" + pad + self.name() + pad + "}}"
        if chance < 0.55:
            inner = self.random.choice(["item", "5", "name", "unknown", self.name()])
            return "{{inputs.parameters.{{" + inner + "}}}}"
        if chance < 0.6:
            program = Grammar(self.random, old=False).program().replace("}}", "} }")
            return "{{=" + program.replace("sprig.", "") + "}}"
        rule = self.random.choice(_EXPRESSIONS)
        blank = self.random.choice(["", "", " "])
        return "{{=" + blank + rule.format(a=self.path(), b=self.path()) + blank + "}}"

    def name(self) -> str:
        """Return a name, mostly a known one."""
        return self.random.choice(self.names if self.random.random() < 0.7 else _UNKNOWN)

    def path(self) -> str:
        """Return a name as an expression writes it."""
        parts = self.name().strip().split(".")
        if not parts[0].isidentifier():
            return "workflow.name"
        return parts[0] + "".join(
            f".{part}" if part.isidentifier() else f"['{part}']" for part in parts[1:]
        )


def answer(case: dict[str, Any]) -> Any:
    """Return the text with what is known filled in."""
    return tags.substitute(
        case["text"],
        untyped(case["variables"]),
        strict_prefixes=tuple(case["strict_prefixes"]),
        allow_unresolved=case["allow_unresolved"] or bool(case["strict_prefixes"]),
    )
