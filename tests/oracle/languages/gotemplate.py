"""Go templates with sprig: programs from a grammar whose pipelines mostly have the right types."""

import random
from datetime import UTC, datetime
from typing import Any

from hypothesis import strategies as st

from pinnace.languages import gomoments, gotemplate
from pinnace.languages.ambient import Ambient
from tests.oracle import rolled
from tests.oracle.languages import spriggrammar
from tests.oracle.languages.spriggrammar import Maker

_STILL = gomoments.add(datetime(2026, 3, 1, 12, 30, 45, 123456, tzinfo=UTC), 789)
AMBIENT = Ambient(now=lambda: _STILL)

_TEXTS = ["a", " ", "\n", "x\n  y", "", "é", "{", "}", "  -", "{ {", "\t"]
_BROKEN = ["{{", "}}", "{{}}", "{{end}}", "{{else}}", "{{break}}", "{{.}", "{{.a.}}", "{{1.a}}",
           "{{$x}}", "{{nope 1}}", "{{if}}x{{end}}", "{{if true}}x", "{{range}}{{end}}", "{{'ab'}}",
           '{{"a}}', "{{`a}}", "{{/* a }}", "{{/* a */ 1}}", "{{nil}}", "{{1 | 2}}", "{{(1}}",
           "{{1)}}", "{{template}}", '{{template "no"}}', "{{1 | print 2 |}}", "{{$ := 1}}",
           "{{$x := 1, 2}}", "{{.a b}}", "{{print.a}}", "{{3i}}", "{{1+2i}}", "{{0x}}", "{{1_}}",
           "{{99999999999999999999}}", "{{9223372036854775808}}", "{{.a:b}}", "{{a.b}}", "{{.$x}}",
           "{{print 1,2}}", "{{'}}", "{{''}}", "{{(nil).x}}", "{{nil.x}}", "{{true.x}}", "{{.é}}",
           "{{with}}{{end}}", "{{define 1}}{{end}}", "{{block \"b\"}}{{end}}", "{{-1}}", "{{- 1}}",
           "{{-}}", "{{1 -}}", "{{-1 -}}", "{{1-}}", "{{ - }}", "{{\"\\q\"}}", "{{.a | .b 1}}",
           "{{if true}}a{{else}}b{{else}}c{{end}}", "{{range .l}}a{{else range .l}}{{end}}",
           "{{with 0}}a{{else if 1}}b{{end}}", "{{print nil}}", "{{eq nil nil}}", "{{len nil}}",
           "{{not nil}}", "{{and}}", "{{or}}", "{{print (nil)}}", "{{.l.x}}", "{{.n.x}}",
           "{{.s.x}}", "{{.none.x}}", "{{.none.x.y}}", "{{.m.none.x}}", "{{(index .m \"q\").x}}",
           "{{.m.b.c.d}}", "{{$.m}}", "{{.m | .x}}", "{{1 | print}}", "{{(print 1).x}}",
           "{{print | print}}", "{{1.0 | repeat \"a\"}}", "{{repeat 2.0 \"a\"}}",
           "{{repeat 'a' \"b\"}}", "{{define \"t\"}}x{{end}}{{define \"t\"}}y{{end}}",
           "{{define \"t\"}}{{end}}{{template \"t\"}}", "{{if true}}{{define \"t\"}}{{end}}{{end}}",
           "{{range 3}}{{range 0}}{{else}}{{break}}{{end}}{{.}}{{end}}",
           "{{range 3}}{{range 0}}{{else}}{{continue}}{{end}}{{.}}{{end}}",
           "{{range 3}}{{.}}{{end}}", "{{range $i, $x := 3}}{{end}}", "{{range .s}}{{end}}",
           "{{range 1.5}}{{end}}", "{{call .s}}", "{{call nil}}", "{{(now).Year}}", "{{now.Year}}",
           "{{now.Weekday}}", "{{now.Month}}", "{{now.Format \"15:04\"}}",
           "{{(now.AddDate 0 1 3).String}}", "{{now.Unix}}", "{{now.Nanosecond}}", "{{now.UTC}}",
           "{{now.IsZero}}", "{{now.foo}}", "{{(semver \"1.2.3-a+b\").Major}}",
           "{{(semver \"v1.2\").IncMinor}}", "{{semver \"1\"}}",
           "{{(semver \"1.2.3\").Compare (semver \"1.3\")}}", "{{(semver \"1.2.3-a+b\").Original}}",
           "{{printf \"%d %s\" now.Month now.Month}}", "{{now | unixEpoch}}", "{{now | date 5}}",
           "{{(now.Sub (toDate \"2006-01-02\" \"2026-02-01\")).Hours}}", "{{now}}",
           "{{toJson now}}", "{{printf \"%T\" now}}", "{{eq now now}}", "{{kindOf now}}",
           "{{now.Location}}", "{{now.Zone}}", "{{now.ISOWeek}}", "{{now.IsDST}}", "{{now.In nil}}",
           "{{now.In now.Location}}", "{{now.Location.String}}", "{{now.MarshalJSON | toString}}",
           "{{printf \"%s\" now.MarshalText}}", "{{now.GobEncode}}", "{{len now.MarshalBinary}}",
           "{{printf \"%s\" (now.AppendFormat now.MarshalText \"2006\")}}", "{{now.Local}}",
           "{{now.Truncate 5}}", "{{(now.Sub now).String}}", "{{toJson (semver \"1.2\")}}",
           "{{$x := 1}}{{$x = 2}}{{$x}}", "{{$y = 2}}", "{{if $x := 1}}{{$x}}{{end}}{{$x}}",
           "{{with $x := .m}}{{$x.a}}{{end}}", "{{else}}{{end}}", "{{break 1}}", "{{/**/}}",
           "{{- /* a */ -}}", "{{/*a*/-}}", "{{/* a */}}x", "{{- 3}}", "{{\n1\n}}", "{{1}}{{2}}",
           "{{`raw\\n`}}", "{{'\\n'}}", "{{'é'}}", "{{'\\377'}}"]  # fmt: skip


def cases() -> st.SearchStrategy[dict[str, Any]]:
    """Return templates with data."""
    return rolled.cases(_case)


def _case(dice: random.Random) -> dict[str, Any]:
    writer = _Writer(dice)
    return {"text": writer.template(), "data": {"map": spriggrammar.data(dice)}}


class _Writer:
    """Writes one template; knows which variables are in scope, with their types."""

    def __init__(self, dice: random.Random) -> None:
        self._dice = dice
        self._maker = Maker(dice)
        self._ranges = 0

    def template(self) -> str:
        dice = self._dice
        text = self._body(2)
        if dice.random() < 0.08:
            inner = dice.choice(["t", "u"])
            self._maker.variables.clear()
            text += f'{{{{define "{inner}"}}}}[{self._body(1)}]{{{{end}}}}'
            text += f'{{{{template "{inner}" {self._operand()}}}}}'
        return text

    def _body(self, depth: int) -> str:
        count = self._dice.choice([1, 1, 2, 2, 3])
        mark = len(self._maker.variables)
        text = "".join(self._piece(depth) for _ in range(count))
        del self._maker.variables[mark:]
        return text

    def _piece(self, depth: int) -> str:
        dice = self._dice
        kind = dice.random()
        if kind < 0.15:
            return dice.choice(_TEXTS)
        if kind < 0.19:
            return dice.choice(_BROKEN)
        if kind < 0.30 and depth:
            return self._choice(depth)
        if kind < 0.38 and depth:
            return self._range(depth)
        if kind < 0.42 and self._ranges:
            word = dice.choice(["break", "continue"])
            return f"{{{{if {self._maker.make('bool', 1)}}}}}{{{{{word}}}}}{{{{end}}}}"
        if kind < 0.48:
            wanted = dice.choice(["any", "string", "int", "list"])
            value, name = self._maker.pipeline(wanted, 2), dice.choice(["$a", "$b", "$c"])
            self._maker.variables.append((name, wanted))
            return self._action(f"{name} := {value}")
        if kind < 0.50 and depth:
            return f'{{{{block "b{dice.randint(0, 9)}" {self._operand()}}}}}{{{{.}}}}{{{{end}}}}'
        return self._action(self._maker.pipeline(dice.choice(spriggrammar.PRINTED), 3))

    def _action(self, text: str) -> str:
        left = "{{- " if self._dice.random() < 0.06 else "{{"
        right = " -}}" if self._dice.random() < 0.06 else "}}"
        return left + text + right

    def _operand(self) -> str:
        return self._maker.make("any", 1)

    def _choice(self, depth: int) -> str:
        dice = self._dice
        word = dice.choice(["if", "if", "with"])
        wanted = dice.choice(["bool", "any", "string", "map"])
        text = f"{{{{{word} {self._maker.pipeline(wanted, 2)}}}}}{self._body(depth - 1)}"
        if dice.random() < 0.3:
            text += f"{{{{else {word} {self._maker.pipeline('any', 1)}}}}}{self._body(depth - 1)}"
        if dice.random() < 0.5:
            text += f"{{{{else}}}}{self._body(depth - 1)}"
        return text + "{{end}}"

    def _range(self, depth: int) -> str:
        dice = self._dice
        wanted = dice.choice(["list", "map", "list", "strings", "int", "any"])
        names = dice.choice(["", "", "$v := ", "$k, $v := "])
        mark = len(self._maker.variables)
        text = f"{{{{range {names}{self._maker.pipeline(wanted, 2)}}}}}"
        if "$v" in names:
            self._maker.variables.append(("$v", "any"))
        self._ranges += 1
        text += self._body(depth - 1) + dice.choice(["{{.}}", "", ","])
        self._ranges -= 1
        del self._maker.variables[mark:]
        if dice.random() < 0.3:
            text += f"{{{{else}}}}{self._body(depth - 1)}"
        return text + "{{end}}"


def answer(case: dict[str, Any]) -> Any:
    """Return the output."""
    return gotemplate.render(case["text"], rolled.value(case["data"]), ambient=AMBIENT)
