"""What expr refuses before it runs: unknown names, and operands whose types can't match.

Mirrors checker/checker.go. The result is the nature of every node, which the rewriter needs too.
Members, slices and calls are `checker_members`' business, the functions with a closure
`checker_closures`'; the tables of operators stand in `checker_operators`.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any

from pinnace.languages.errors import LanguageError
from pinnace.languages.expr import natures, nodes
from pinnace.languages.expr.checker_operators import binary, unary
from pinnace.languages.expr.natures import UNKNOWN, Nature, Signature
from pinnace.languages.expr.tokens import LANGUAGE
from pinnace.languages.expr.versions import Version

_ANY = natures.of_type(natures.ANY)


@dataclass(frozen=True, slots=True)
class Scope:
    """What `#` and `#index` are inside of a predicate."""

    collection: Nature
    pointers: Mapping[str, Nature]


class Refused(Exception):
    """Arguments that an overload doesn't take: the next one may."""


@dataclass
class Checker:
    """Checks one tree against the types of one environment."""

    text: str
    names: Mapping[str, Nature]
    version: Version
    natures: dict[int, Nature] = field(default_factory=dict)
    """By the identity of nodes."""
    variables: dict[str, Nature] = field(default_factory=dict)
    scopes: list[Scope] = field(default_factory=list)

    def visit(self, node: nodes.Node) -> Nature:
        """The nature of a node and of everything below it; raises LanguageError."""
        return self._note(node, VISITORS[type(node)](self, node))

    def _note(self, node: nodes.Node, found: Nature) -> Nature:
        if found.unknown and not self.version.strict:
            found = _ANY  # without an environment, unknown is a type that all can be assigned to
        self.natures[id(node)] = found
        return found

    def error(self, node: nodes.Node, message: str) -> LanguageError:
        """The error at a node."""
        return LanguageError(LANGUAGE, self.text, node.at, message)

    # names and literals

    def literal(self, node: nodes.Literal) -> Nature:
        """nil, a bool, a number, a string or bytes."""
        return natures.of_value(node.value)

    def name(self, node: nodes.Name) -> Nature:
        """A variable."""
        if node.name in self.variables:
            return self.variables[node.name]
        if node.name == "$env":
            return UNKNOWN if self.version.strict else natures.MAP
        return self.variable(node, node.name, strict=self.version.strict)

    def variable(
        self, node: nodes.Node, name: str, *, strict: bool, builtins: bool = True
    ) -> Nature:
        """A name of the environment; a function's name without a call is nil when it runs."""
        if name in self.names:
            return self.names[name]
        if builtins and name in self.version.names:
            return Nature("func", builtin=name)
        if strict:
            raise self.error(node, f"unknown name {name}")
        return UNKNOWN

    def pointer(self, node: nodes.Pointer) -> Nature:
        """`#` and its kind."""
        if not self.scopes:
            raise self.error(node, "cannot use pointer accessor outside predicate")
        scope = self.scopes[-1]
        if node.name:
            if node.name not in scope.pointers:
                raise self.error(node, f"unknown pointer #{node.name}")
            return scope.pointers[node.name]
        return self.elements(scope.collection)

    def elements(self, collection: Nature) -> Nature:
        """The nature of what a collection holds; 1.15 knows only what its type says."""
        if collection.unknown:
            return UNKNOWN
        if self.version.strict:
            return collection.elem()
        return natures.of_type(natures.element_type(collection.type))

    # operators

    def unary(self, node: nodes.Unary) -> Nature:
        """`!a`, `-a`."""
        operand = self.visit(node.operand)
        found = unary(node.operator, operand, self.version)
        if found is None:
            raise self.error(
                node, f"invalid operation: {node.operator} (mismatched type {operand})"
            )
        return found

    def binary(self, node: nodes.Binary) -> Nature:
        """Long chains lean to the left, so they are walked with a list and not by recursion."""
        spine = [node]
        while isinstance(spine[-1].left, nodes.Binary):
            spine.append(spine[-1].left)
        left = self.visit(spine[-1].left)
        for one in reversed(spine):
            left = self._note(one, self._operate(one, left, self.visit(one.right)))
        return left

    def _operate(self, node: nodes.Binary, left: Nature, right: Nature) -> Nature:
        try:
            found = binary(node, left, right, self.version)
        except ValueError as problem:
            raise self.error(node, getattr(problem, "expected", str(problem))) from problem
        if found is None:
            raise self.error(
                node,
                f"invalid operation: {node.operator} (mismatched types {left} and {right})",
            )
        return found

    def conditional(self, node: nodes.Conditional) -> Nature:
        """The nature of both branches, if they agree."""
        test = self.visit(node.test)
        if not (test.kind == "bool" or test.unknown):
            raise self.error(node.test, f"non-bool expression (type {test}) used as condition")
        then, otherwise = self.visit(node.then), self.visit(node.otherwise)
        if then.nil or otherwise.nil:
            return otherwise if then.nil else then
        if not then.assignable(otherwise):
            return UNKNOWN
        if then.array and otherwise.array and self.version.strict:
            one, other = then.elem(), otherwise.elem()
            return then if one.assignable(other) and other.assignable(one) else natures.ARRAY
        return then if self.version.strict else natures.of_type(then.type)

    # structure

    def chain(self, node: nodes.Chain) -> Nature:
        """`a?.b`."""
        return self.visit(node.body)

    def let(self, node: nodes.Let) -> Nature:
        """`let name = value; body`."""
        if node.name in self.names or node.name in self.version.names:
            raise self.error(node, f"cannot redeclare {node.name}")
        if node.name in self.variables:
            raise self.error(node, f"cannot redeclare variable {node.name}")
        outer = self.variables
        self.variables = {**outer, node.name: self.visit(node.value)}
        found = self.visit(node.body)
        self.variables = outer
        return found

    def sequence(self, node: nodes.Sequence) -> Nature:
        """`a; b`."""
        return [self.visit(item) for item in node.items][-1]

    def array(self, node: nodes.Array) -> Nature:
        """The elements' nature is that of the last one, if all are of one kind."""
        found = [self.visit(item) for item in node.items]
        same = all(one.kind == found[0].kind for one in found)
        if not self.version.strict and any(one.nil for one in found) and len(found) > 1:
            same = False
        return natures.array_of(found[-1] if found else UNKNOWN) if same else natures.ARRAY

    def map(self, node: nodes.Map) -> Nature:
        """`{a: 1}`."""
        for key, value in node.pairs:
            self.visit(key)
            self.visit(value)
        return natures.MAP

    # calls

    def builtin(self, node: nodes.Builtin) -> Nature:
        """A call of one of the language's own functions that takes only values."""
        if node.name == "get":
            return self._get(node)
        return self.function(node.name, node, node.arguments)

    def _get(self, node: nodes.Builtin) -> Nature:
        if len(node.arguments) != 2:
            raise self.error(node, "invalid number of arguments for get (expected 2)")
        whole, key = node.arguments
        of_env = isinstance(whole, nodes.Name) and whole.name == "$env"
        base = self.visit(whole)
        if not self.version.modern and (of_env or base.unknown):
            return UNKNOWN  # 1.15 does not look at the key
        prop = self.visit(key)
        if of_env:
            named = isinstance(key, nodes.Literal) and isinstance(key.value, str)
            return self.names.get(key.value, UNKNOWN) if named else UNKNOWN  # type: ignore[attr-defined]  # a literal, as just seen
        if base.unknown:
            return UNKNOWN
        if base.array:
            fits = self.integer(prop)
        elif base.kind == "map" and base.type:
            fits = prop.assignable(natures.of_type(natures.key_type(base.type)))
            fits = fits and (self.version.strict or not prop.nil)
        else:
            raise self.error(whole, f"type {base} does not support indexing")
        if not (fits or prop.unknown):
            raise self.error(key, f"cannot use {prop} to get an element from {base}")
        return self.elements(base)

    def integer(self, nature: Nature) -> bool:
        """Whether it may be an index."""
        return nature.integer or (
            self.version.kinds_are_types and nature.kind in ("int", "int64", "uint8")
        )

    def function(self, name: str, node: nodes.Node, given: Sequence[nodes.Node]) -> Nature:
        """A call of a function whose overloads or rule are known."""
        rule = self.version.rules.get(name)
        if rule:
            seen = [self.visit(argument) for argument in given]
            try:
                return natures.of_type(rule([natures.ANY if n.unknown else n.type for n in seen]))
            except ValueError as problem:
                raise self.error(node, str(problem)) from problem
        reason = f"no matching overload for {name}"
        for signature in self.version.overloads.get(name, ()):
            try:
                return self.arguments(name, signature, given)
            except Refused as problem:
                reason = str(problem)
        raise self.error(node, reason)

    def arguments(self, name: str, signature: Signature, given: Sequence[nodes.Node]) -> Nature:
        """What a call gives if the arguments fit; raises Refused."""
        if signature.results > 2:
            raise Refused(f"func {name} returns more than two values")
        takes, least = signature.takes, len(signature.takes) - signature.variadic
        if len(given) < least or (len(given) > len(takes) and not signature.variadic):
            few = "not enough" if len(given) < least else "too many"
            wanted = f"expected {least}, got {len(given)}"
            raise Refused(f"{few} arguments to call {name}: invalid number of arguments ({wanted})")
        for place, argument in enumerate(given):
            self._fits(name, self.visit(argument), takes[min(place, len(takes) - 1)])
        return natures.of_type(signature.gives)

    def _fits(self, name: str, seen: Nature, wanted: str) -> None:
        to = natures.of_type(wanted)
        if self.integer(to) and self.integer(seen) and to.kind != seen.kind:
            return
        if seen.nil:
            fits = not self.version.strict or to.kind in ("ptr", "interface")
        else:
            fits = seen.assignable(to) or seen.unknown
        if not fits:
            shown = "nil" if seen.nil else seen
            raise Refused(f"cannot use {shown} as argument (type {wanted}) to call {name}")


VISITORS: dict[type[nodes.Node], Callable[[Checker, Any], Nature]] = {
    nodes.Literal: Checker.literal,
    nodes.Name: Checker.name,
    nodes.Pointer: Checker.pointer,
    nodes.Chain: Checker.chain,
    nodes.Unary: Checker.unary,
    nodes.Binary: Checker.binary,
    nodes.Conditional: Checker.conditional,
    nodes.Let: Checker.let,
    nodes.Sequence: Checker.sequence,
    nodes.Array: Checker.array,
    nodes.Map: Checker.map,
}
"""`checker_members` adds members, slices and calls, `checker_closures` the functions."""
