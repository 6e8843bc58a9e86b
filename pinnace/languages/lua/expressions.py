"""Turns expressions into Python functions of a frame (the list of a call's variables)."""

from __future__ import annotations

from abc import ABC, abstractmethod
from collections.abc import Callable
from typing import Any

from pinnace.languages.lua import nodes
from pinnace.languages.lua.folding import folded
from pinnace.languages.lua.machine import ARITHMETIC, Machine
from pinnace.languages.lua.values import Function, Table, Value, Values, true

Frame = list[Any]
One = Callable[[Frame], Value]
Many = Callable[[Frame], Values]


class Body:
    """A function of the script, ready to be called with what it captured."""

    __slots__ = ("_boxed", "_code", "_fixed", "_slots", "_table", "_varargs", "line")

    def __init__(self, body: nodes.FunctionBody, code: Callable[[Frame], Any]) -> None:
        self.line = body.line
        self._code = code
        self._fixed = len(body.parameters)
        self._slots = body.slots
        self._boxed = [local.slot for local in body.parameters if local.captured]
        self._varargs = body.varargs
        self._table = body.argument_table

    def run(self, upvalues: tuple[list[Value], ...], arguments: Values) -> Any:
        """Run the statements: None, the values returned, or a Tail."""
        fixed = self._fixed
        given = arguments[:fixed]
        rest = arguments[fixed:] if self._varargs else None
        frame = [upvalues, rest, *given]  # slots 0 and 1: see scopes.FIRST_SLOT
        frame.extend([None] * (self._slots - len(frame)))
        for slot in self._boxed:
            frame[slot] = [frame[slot]]
        if self._table is not None and rest is not None:
            table = Table()
            for place, value in enumerate(rest, 1):
                table.set_int(place, value)
            table.set("n", float(len(rest)))
            frame[self._table.slot] = [table] if self._table.captured else table
        return self._code(frame)


class Expressions(ABC):
    """The compiler of one machine's expressions; `statements` adds the rest."""

    def __init__(self, machine: Machine) -> None:
        self.machine = machine
        self._zero: float | None = None

    @abstractmethod
    def block(self, block: nodes.Block) -> Callable[[Frame], Any]:
        """The code of statements."""

    def one(self, node: nodes.Expression) -> One:
        """The code for one value."""
        return getattr(self, f"_{type(node).__name__.lower()}")(node)  # type: ignore[no-any-return]  # a table of methods

    def many(self, expressions: tuple[nodes.Expression, ...]) -> Many:
        """The code for a list of values, of which the last expression may give many."""
        if not expressions:
            return lambda frame: []
        last = self.open_ended(expressions[-1])
        before = [self.one(node) for node in (expressions if last is None else expressions[:-1])]
        if last is None:
            if len(before) == 1:
                single = before[0]
                return lambda frame: [single(frame)]
            return lambda frame: [code(frame) for code in before]
        if not before:
            return last
        ending = last

        def values(frame: Frame) -> Values:
            found = [code(frame) for code in before]
            found.extend(ending(frame))
            return found

        return values

    def open_ended(self, node: nodes.Expression) -> Many | None:
        """The code for all values of a call or `...`; None for what has one."""
        if isinstance(node, nodes.Call):
            return self._call_values(node)
        if isinstance(node, nodes.Varargs):
            return lambda frame: list(frame[1])
        return None

    def _constant(self, node: nodes.Constant) -> One:
        value = node.value
        if type(value) is float and value == 0:
            # upstream keeps one of 0 and -0 among a function's constants: the first it meets
            value = self._zero = value if self._zero is None else self._zero
        return lambda frame: value

    def _varargs(self, node: nodes.Varargs) -> One:
        return lambda frame: frame[1][0] if frame[1] else None

    def _localname(self, node: nodes.LocalName) -> One:
        slot = node.local.slot
        if node.local.captured:
            return lambda frame: frame[slot][0]
        return lambda frame: frame[slot]

    def _upvaluename(self, node: nodes.UpvalueName) -> One:
        index = node.index
        return lambda frame: frame[0][index][0]

    def _globalname(self, node: nodes.GlobalName) -> One:
        name, line, machine = node.name, node.line, self.machine
        table = machine.globals

        def value(frame: Frame) -> Value:
            found = table.rest.get(name)
            if found is None and table.metatable is not None:
                machine.lines[-1] = line
                return machine.index(table, name)
            return found

        return value

    def _index(self, node: nodes.Index) -> One:
        base, key = self.one(node.base), self.one(node.key)
        line, machine = node.line, self.machine

        def value(frame: Frame) -> Value:
            table, place = base(frame), key(frame)
            if type(table) is Table:
                found = table.get(place)
                if found is not None:
                    return found
            machine.lines[-1] = line
            return machine.index(table, place)

        return value

    def _parenthesized(self, node: nodes.Parenthesized) -> One:
        return self.one(node.inner)

    def _call(self, node: nodes.Call) -> One:
        values = self._call_values(node)

        def value(frame: Frame) -> Value:
            found = values(frame)
            return found[0] if found else None

        return value

    def _call_values(self, node: nodes.Call) -> Many:
        prepare = self.prepared(node)
        line, name, machine = node.line, node.name, self.machine

        def values(frame: Frame) -> Values:
            function, arguments = prepare(frame)
            machine.lines[-1] = line
            machine.callee = name
            return machine.call(function, arguments)

        return values

    def prepared(self, node: nodes.Call) -> Callable[[Frame], tuple[Value, Values]]:
        """The code for what is called and with what."""
        function, arguments = self.one(node.function), self.many(node.arguments)
        method, line, machine = node.method, node.line, self.machine
        if method is None:
            return lambda frame: (function(frame), arguments(frame))

        def of_method(frame: Frame) -> tuple[Value, Values]:
            target = function(frame)
            machine.lines[-1] = line
            found = machine.index(target, method)
            return found, [target, *arguments(frame)]

        return of_method

    def _unary(self, node: nodes.Unary) -> One:
        constant = folded(node)
        if constant is not None:
            return self._constant(nodes.Constant(node.line, constant))
        operand, line, machine = self.one(node.operand), node.line, self.machine
        if node.operator == "not":
            return lambda frame: not true(operand(frame))
        compute = machine.negative if node.operator == "-" else machine.length

        def value(frame: Frame) -> Value:
            given = operand(frame)
            machine.lines[-1] = line
            return compute(given)

        return value

    def _binary(self, node: nodes.Binary) -> One:
        if node.operator in ARITHMETIC:
            return self._arithmetic(node)
        left, right = self.one(node.left), self.one(node.right)
        match node.operator:
            case "and":
                return lambda frame: right(frame) if true(found := left(frame)) else found
            case "or":
                return lambda frame: found if true(found := left(frame)) else right(frame)
        return self._comparison(node, left, right)

    def _arithmetic(self, node: nodes.Binary) -> One:
        constant = folded(node)
        if constant is not None:
            return self._constant(nodes.Constant(node.line, constant))
        left, right = self.one(node.left), self.one(node.right)
        sign, line, machine = node.operator, node.line, self.machine
        compute = ARITHMETIC[sign][1]

        def value(frame: Frame) -> Value:
            one, two = left(frame), right(frame)
            if type(one) is float and type(two) is float:
                return compute(one, two) + 0.0  # upstream keeps small whole numbers: 0 for -0
            machine.lines[-1] = line
            return machine.arithmetic(sign, one, two)

        return value

    def _comparison(self, node: nodes.Binary, left: One, right: One) -> One:
        line, machine = node.line, self.machine
        less = machine.less if node.operator in ("<", ">") else machine.at_most
        compare = machine.equals if node.operator in ("==", "~=") else less
        swapped, negated = node.operator in (">", ">="), node.operator == "~="

        def value(frame: Frame) -> Value:
            one, two = left(frame), right(frame)
            machine.lines[-1] = line
            return compare(two, one) if swapped else compare(one, two) is not negated

        return value

    def _concatenation(self, node: nodes.Concatenation) -> One:
        parts, line, machine = [self.one(part) for part in node.parts], node.line, self.machine

        def value(frame: Frame) -> Value:
            found = [part(frame) for part in parts]
            machine.lines[-1] = line
            return machine.concatenation(found)

        return value

    def _tablefields(self, node: nodes.TableFields) -> One:
        """A constructor: its expressions are computed as written, its array is set at the end."""
        if not node.fields:
            return lambda frame: Table()
        last_key, last = node.fields[-1]
        ending = self.open_ended(last) if last_key is None else None
        written = node.fields if ending is None else node.fields[:-1]
        codes = [(self.one(key) if key else None, self.one(item)) for key, item in written]
        line, machine = node.line, self.machine

        def value(frame: Frame) -> Value:
            table, items = Table(), []
            for key, item in codes:
                if key is None:
                    items.append(item(frame))
                    continue
                place, given = key(frame), item(frame)
                machine.lines[-1] = line
                machine.raw_set(table, place, given)
            if ending is not None:
                items.extend(ending(frame))
            table.set_list(items)
            return table

        return value

    def _functionbody(self, node: nodes.FunctionBody) -> One:
        zero, self._zero = self._zero, None
        body = Body(node, self.block(node.block))
        self._zero = zero
        captures = [
            (True, found.slot) if isinstance(found, nodes.Local) else (False, found)
            for found in node.captures
        ]

        def value(frame: Frame) -> Value:
            boxes = (frame[place] if own else frame[0][place] for own, place in captures)
            return Function(body, tuple(boxes))

        return value
