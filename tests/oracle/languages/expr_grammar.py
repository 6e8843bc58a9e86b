"""Programs in expr: a random grammar that mostly follows the types, so that most programs run.

Hand-rolled over one ``random.Random``: a strategy for each rule would be too slow by far.
"""

import re
from random import Random
from typing import Any

from tests.oracle.languages.expr_rules import TYPES, rules, wrong
from tests.oracle.languages.expr_words import LEAVES, LEAVES_NEW, LISTS, PERSON

ENV: dict[str, Any] = {
    "i": 7, "j": -3, "zero": 0, "big": 2**63 - 1, "f": 2.5, "g": -0.5, "huge": 1e300, "s": "abc",
    "t": "hé, wörld", "e": "", "num": "42", "yes": True, "no": False, "n": None,
    "ints": [3, 1, 2], "floats": [1.5, -2.0], "texts": ["b", "a", "a-b"],
    "mixed": [1, "x", 2.5, None, True], "empty": [], "one": {"k": 5}, "größe": 4, "_x": "u",
    "m": {
        "a": 1, "b": "x", "c-d": 2.5, "list": [1, 2], "deep": {"er": {"x": "1"}}, "nil": None,
    },
    "people": [
        {"name": "Ann", "age": 30, "tags": ["x"]}, {"name": "Bob", "age": 20, "tags": []},
    ],
    "nested": [[1, 2], [3, [4]]], "json": '{"a": [1, {"b": "c"}]}',
}  # fmt: skip
"""What a program's variables may be: an int and a float are told apart."""

_REFERENCE = re.compile(r"@@(\w+)|@(\w+)|~(\w+)")
_RULES = {old: rules(old=old) for old in (False, True)}
_WRONG = wrong()
_ITEMS = {"int": "ints", "float": "floats", "text": "texts", "any": "anys"}


class Grammar:
    """Makes one program; ``old`` leaves out what only 1.17 has."""

    def __init__(self, random: Random, *, old: bool) -> None:
        self.random = random
        self.old = old
        self.items: list[str] = []  # the types of # in the closures around
        self.variables: list[tuple[str, str]] = []
        self.names = 0

    def program(self) -> str:
        """Return a program; about one in ten is wrong on purpose."""
        chance = self.random.random()
        if chance < 0.05:
            return str(self.random.choice(_WRONG))
        depth = self.random.choice([1, 2, 2, 3, 3, 4])
        kind = "careless" if chance < 0.1 else self.random.choice(TYPES)
        return self.spaced(self.make(kind, depth))

    def make(self, kind: str, depth: int) -> str:
        """Return an expression of a type, or by another rule."""
        chance = self.random.random()
        if kind in TYPES and chance < 0.015:
            kind = self.random.choice(TYPES)  # a type that isn't asked for
        if kind in TYPES and depth <= 0:
            return self.leaf(kind)
        if kind in TYPES and chance > 0.93:
            return self.let(kind, depth - 1)
        return self.filled(self.random.choice(_RULES[self.old][kind]), depth - (kind in TYPES))

    def filled(self, rule: str, depth: int) -> str:
        """Return the rule with its references replaced."""

        def one(found: re.Match[str]) -> str:
            closure, kind, name = found.groups()
            if closure:
                return self.closure(closure, depth)
            return self.make(kind, depth) if kind else self.filled(self.pick(name), depth)

        return _REFERENCE.sub(one, rule)

    def pick(self, name: str) -> str:
        """Return one of a list."""
        return self.random.choice(LISTS[name])

    def leaf(self, kind: str) -> str:
        """Return a literal, a variable or `#`."""
        known = [name for name, type in self.variables if type == kind]
        if known and self.random.random() < 0.3:
            return self.random.choice(known)
        if self.items and self.items[-1] == kind and self.random.random() < 0.5:
            return "#"
        options = LEAVES[kind] + ([] if self.old else LEAVES_NEW.get(kind, []))
        return self.filled(self.random.choice(options), 0)

    def closure(self, kind: str, depth: int) -> str:
        """Return an array, a comma and a body that gives `kind` for each item."""
        item = self.random.choice(["int", "int", "float", "text", "any", "person"])
        array = "people" if item == "person" else self.pick(_ITEMS[item])
        self.items.append(item)
        body = self.make(kind, depth)
        self.items.pop()
        if item == "person" and kind in PERSON and self.random.random() < 0.7:
            body = self.random.choice(PERSON[kind])
        return f"{array}, {{{body}}}" if self.random.random() < 0.3 else f"{array}, {body}"

    def let(self, kind: str, depth: int) -> str:
        """Return `let x = …; …`."""
        self.names += 1
        name, type = f"v{self.names}", self.random.choice(TYPES)
        value = self.make(type, depth)
        self.variables.append((name, type))
        body = self.make(kind, depth)
        self.variables.pop()
        return f"(let {name} = {value}; {body})"

    def spaced(self, text: str) -> str:
        """Return it with a comment or other spaces now and then."""
        chance = self.random.random()
        if chance < 0.02:
            return text.replace(" ", "  ", 3) + " // the end"
        if chance < 0.04:
            return "/* so */ " + text.replace(" ", "\n", 1)
        return text
