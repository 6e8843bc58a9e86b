"""Turns statements into Python functions of a frame.

Such a function returns None to go on, a list of values for `return`, or a signal: BREAK, a Jump to
a label, a Tail call.
"""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

from pinnace.languages.lua import nodes
from pinnace.languages.lua.expressions import Body, Expressions, Frame, One
from pinnace.languages.lua.machine import ANONYMOUS, Tail
from pinnace.languages.lua.values import Function, Value, true

Code = Callable[[Frame], Any]
Setter = Callable[[Frame, Value], None]
BREAK = object()


class Jump:
    """`goto`, on its way to its label."""

    __slots__ = ("name",)

    def __init__(self, name: str) -> None:
        self.name = name


class Compiler(Expressions):
    """The compiler of one machine."""

    def script(self, body: nodes.FunctionBody) -> Function:
        """The whole script as a function."""
        return Function(Body(body, self.block(body.block)), ())

    def block(self, block: nodes.Block) -> Code:
        """The code of statements, one after the other until one gives a signal."""
        codes = [self._statement(statement) for statement in block.statements]
        if block.labels:
            return _labelled(codes, block.labels)
        if len(codes) == 1:
            return codes[0]

        def run(frame: Frame) -> Any:
            for code in codes:
                signal = code(frame)
                if signal is not None:
                    return signal
            return None

        return run

    def _statement(self, node: nodes.Statement) -> Code:
        return getattr(self, f"_{type(node).__name__.lower()}")(node)  # type: ignore[no-any-return]  # a table of methods

    def _store(self, local: nodes.Local) -> Setter:
        """The code that makes a local anew."""
        slot = local.slot

        def plain(frame: Frame, value: Value) -> None:
            frame[slot] = value

        def boxed(frame: Frame, value: Value) -> None:
            frame[slot] = [value]

        return boxed if local.captured else plain

    def _declare(self, node: nodes.Declare) -> Code:
        stores = [self._store(local) for local in node.locals]
        if node.function:
            return self._local_function(node)
        if len(stores) == 1 and len(node.values) == 1:
            store, value = stores[0], self.one(node.values[0])
            return lambda frame: store(frame, value(frame))
        values = self.many(node.values)
        wanted = len(stores)

        def run(frame: Frame) -> None:
            found = values(frame)
            if len(found) < wanted:
                found.extend([None] * (wanted - len(found)))
            for store, value in zip(stores, found, strict=False):
                store(frame, value)

        return run

    def _local_function(self, node: nodes.Declare) -> Code:
        local, made = node.locals[0], self.one(node.values[0])
        store, slot = self._store(local), local.slot

        def run(frame: Frame) -> None:
            store(frame, None)
            if local.captured:
                frame[slot][0] = made(frame)
            else:
                frame[slot] = made(frame)

        return run

    def _assign(self, node: nodes.Assign) -> Code:
        targets = [self._target(target) for target in node.targets]
        if len(targets) == 1 and len(node.values) == 1:
            prepare, put = targets[0]
            value = self.one(node.values[0])
            return lambda frame: put(frame, prepare(frame), value(frame))
        values = self.many(node.values)

        def run(frame: Frame) -> None:
            places = [prepare(frame) for prepare, _ in targets]
            found = values(frame)
            found.extend([None] * (len(targets) - len(found)))
            for index in range(len(targets) - 1, -1, -1):
                targets[index][1](frame, places[index], found[index])

        return run

    def _target(self, node: nodes.Expression) -> tuple[One, Callable[[Frame, Any, Value], None]]:
        """The code that finds where to assign, and the code that assigns there."""
        machine, line = self.machine, node.line
        match node:
            case nodes.LocalName(local=local):
                slot, boxed = local.slot, local.captured

                def put(frame: Frame, place: Any, value: Value) -> None:
                    if boxed:
                        frame[slot][0] = value
                    else:
                        frame[slot] = value

            case nodes.UpvalueName(index=index):

                def put(frame: Frame, place: Any, value: Value) -> None:
                    frame[0][index][0] = value

            case nodes.GlobalName(name=name):

                def put(frame: Frame, place: Any, value: Value) -> None:
                    machine.lines[-1] = line
                    machine.set_index(machine.globals, name, value)

            case nodes.Index(base=base, key=key):
                table, field = self.one(base), self.one(key)

                def put(frame: Frame, place: Any, value: Value) -> None:
                    machine.lines[-1] = line
                    machine.set_index(place[0], place[1], value)

                return (lambda frame: (table(frame), field(frame))), put
        return (lambda frame: None), put

    def _callstatement(self, node: nodes.CallStatement) -> Code:
        code = self.one(node.call)

        def run(frame: Frame) -> None:
            code(frame)

        return run

    def _do(self, node: nodes.Do) -> Code:
        return self.block(node.block)

    def _while(self, node: nodes.While) -> Code:
        condition, block = self.one(node.condition), self.block(node.block)

        def run(frame: Frame) -> Any:
            while true(condition(frame)):
                signal = block(frame)
                if signal is not None:
                    return None if signal is BREAK else signal
            return None

        return run

    def _repeat(self, node: nodes.Repeat) -> Code:
        condition, block = self.one(node.condition), self.block(node.block)

        def run(frame: Frame) -> Any:
            while True:
                signal = block(frame)
                if signal is not None:
                    return None if signal is BREAK else signal
                if true(condition(frame)):
                    return None

        return run

    def _if(self, node: nodes.If) -> Code:
        branches = [(self.one(test), self.block(block)) for test, block in node.branches]
        otherwise = self.block(node.otherwise) if node.otherwise else None

        def run(frame: Frame) -> Any:
            for test, block in branches:
                if true(test(frame)):
                    return block(frame)
            return otherwise(frame) if otherwise else None

        return run

    def _numericfor(self, node: nodes.NumericFor) -> Code:
        bounds = [self.one(part) for part in (node.start, node.limit, node.step)]
        store, block = self._store(node.variable), self.block(node.block)
        line, machine = node.line, self.machine

        def run(frame: Frame) -> Any:
            value, limit, step = [bound(frame) for bound in bounds]
            for given, name in ((value, "init"), (step, "step"), (limit, "limit")):
                if type(given) is not float:
                    machine.lines[-1] = line
                    machine.fail(f"for statement {name} must be a number")
            value -= step
            while True:
                value += step  # from one step below, as upstream: the sum may be rounded
                if not (value <= limit if step > 0 else value >= limit):
                    return None
                store(frame, value + 0.0)  # 0 for -0, as of all arithmetic
                signal = block(frame)
                if signal is not None:
                    return None if signal is BREAK else signal

        return run

    def _genericfor(self, node: nodes.GenericFor) -> Code:
        values = self.many(node.values)
        stores, block = [self._store(local) for local in node.variables], self.block(node.block)
        wanted, line, machine = len(stores), node.line, self.machine

        def run(frame: Frame) -> Any:
            step, state, control, *_ = [*values(frame), None, None, None]
            while True:
                machine.lines[-1] = line
                machine.callee = ANONYMOUS
                found = machine.call(step, [state, control])
                if not found or found[0] is None:
                    return None
                control = found[0]
                if len(found) < wanted:
                    found = [*found, *[None] * (wanted - len(found))]
                for store, value in zip(stores, found, strict=False):
                    store(frame, value)
                signal = block(frame)
                if signal is not None:
                    return None if signal is BREAK else signal

        return run

    def _return(self, node: nodes.Return) -> Code:
        if len(node.values) == 1 and isinstance(node.values[0], nodes.Call):
            return self._tail(node.values[0])
        return self.many(node.values)

    def _tail(self, node: nodes.Call) -> Code:
        prepare, machine = self.prepared(node), self.machine
        line, name = node.line, node.name

        def run(frame: Frame) -> Tail:
            function, arguments = prepare(frame)
            machine.lines[-1] = line
            machine.callee = name
            return Tail(function, arguments)

        return run

    def _break(self, node: nodes.Break) -> Code:
        return lambda frame: BREAK

    def _goto(self, node: nodes.Goto) -> Code:
        jump = Jump(node.name)
        return lambda frame: jump


def _labelled(codes: list[Code], labels: dict[str, int]) -> Code:
    def run(frame: Frame) -> Any:
        place = 0
        while place < len(codes):
            signal = codes[place](frame)
            place += 1
            if signal is None:
                continue
            if type(signal) is not Jump or signal.name not in labels:
                return signal
            place = labels[signal.name]
        return None

    return run
