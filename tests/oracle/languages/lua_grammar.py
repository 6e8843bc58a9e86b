"""A grammar of Lua scripts: every statement and operator, the libraries, types mixed freely.

A template is Lua with holes: `@e` an expression, `@1` a simple one, `@c` a call, `@t` a table
constructor, `@l` what is a table, mostly, `@b` statements, `@s` a small number, `@p` a pattern,
`@r` a replacement, `@f` a format, `@x` a text, `@i` and `@j` fresh names,
`@v` a metamethod's event.

Loops have bounds that the script cannot change, and places of arrays stay small, so that every
script ends soon. No table holds itself.
"""

import re
from random import Random

_NUMBERS = ("0", "1", "2", "3", "-1", "10", "1.5", "0.1", "-0.5", "1e3", "1e15", "1e21", "1e-7",
            "1e300", "123456789", "9007199254740993", "0x10", "0xff", "007", "010", ".5", "3.",
            "1e2",
            "100", "2^53", "1/0", "-1/0", "0/0", "math.huge", "-0")  # fmt: skip
_TEXTS = ('"a"', "'b'", '""', '"10"', '"0x1F"', '"1e2"', '" 7 "', '"010"', '"0b11"', '"1_000"',
          '"inf"', '"nan"', '"abc"', '"Hello World"', '"héé"', '"a,b,,c"', '"k=v, x=1"',
          '"2026-03-01"', "[[l\n'g]]", "[==[a]]b]==]", '"\\65\\n\\t\\"\\z\\x41"', '"%d"', '"%"',
          '"-5"', '"5."', '"true"', '"\\255"', '"a.b"', '"[x]"', '"(f(x))"')  # fmt: skip
_PATHS = ("event.a", "event.b", "event.s", "event.items", "event.o", 'event["a-b"]', "event.n",
          "event.items[1]", "event.o.a", "event.o.s", "event.missing", "event.missing.x",
          "event.items[1].a", "event.items[#event.items]", "event['é']", "event.o.o")  # fmt: skip
_BINARY = ("+", "-", "*", "/", "%", "^", "..", "..", "==", "~=", "<", ">", "<=", ">=",
           "and", "or")  # fmt: skip
_PATTERNS = ('"a"', '"%a+"', '"%d+"', '"(%w+)=(%w+)"', '"^a"', '"b$"', '"."', '".-"', '"[abc]+"',
             '"[^,]*"', '"%s*(%S+)%s*"', '"()"', '"(a)(b)?"', '"%b()"', '"%f[%w]%w+"', '"(.)%1"',
             '"[%a_][%w_]*"', '"x*"', '"^%s*(.-)%s*$"', '"%."', '"[a-c%d]"', '"["', '"("', '"%"',
             '"a**"', '"[]]"', '"[a-]"', '"%1"', '"(()"', '")"', '"^"', '"$"', '"a$b"', '"%x%x"',
             '"[^%s]+"', '"(%d+)-(%d+)-(%d+)"', '"%p"', '"%u%l*"', '"%c"', '"l+"', '"o W"',
             '"é"', '"[%w-]+"', '"%%"', '"a?b?"', '"([^,]*),?"', '"*a"', '"%0"')  # fmt: skip
_FORMATS = ('"%d"', '"%5d|"', '"%-5s|"', '"%05.1f"', '"%x"', '"%X"', '"%o"', '"%c"', '"%e"', '"%g"',
            '"%q"', '"%i"', '"%u"', '"%%"', '"%s"', '"%10.3s"', '"%+d"', '"%t"', '"%v"',
            '"%5.2f %s"',
            '"%s %s"', '"%.3f"', '"%s-%d"', '"%"', '"%.14g"', '"%#x"', '"% d"', '"%*d"',
            '"100%% %s"',
            '"%T"', '"%[1]s"', '"%G"', '"%08d"', '"é%sé"', '"%!"', '"%5q"', '"%.0f"')  # fmt: skip
_REPLACEMENTS = (
    '"X"', '"%1"', '"%0%0"', '"%2"', '"<%1>"', '"%%"', '"%"', '""', '{a = "1", abc = 2}', "{10}",
    "function(x) return x .. x end", "function() end", "function(x, y) return y end",
    "string.upper", "5", '"%a"', "function() return {} end", "{a = false, b = true}", "tonumber",
)  # fmt: skip
_SMALL = ("0", "1", "2", "3", "-1", "-2", "5", "1.7", "nil")
_NAMES = ("x", "y", "z", "f")
_EVENTS = ("__add", "__sub", "__mul", "__div", "__mod", "__pow", "__unm", "__concat", "__eq",
           "__lt",
           "__le", "__len", "__index", "__newindex", "__call", "__tostring",
           "__metatable")  # fmt: skip
_USES = ("m + 1", "2 - m", "m .. 'x'", "1 .. m", "-m", "#m", "m == m", "m < m", "m <= m", "m.a",
         "m(3)", "m * m", "m % 2", "2 ^ m", "m / 1", "m < 1", "type(getmetatable(m))",
         "m == setmetatable({}, getmetatable(m))", "m:a()", "tostring(m)")  # fmt: skip
_STRINGS = (
    "(@x):find(@p)", "string.find(@x, @p, @s)", "(@x):find(@x, @s, true)", "(@x):match(@p)",
    "string.match(@x, @p, @s)", "(@x):gsub(@p, @r)", "string.gsub(@x, @p, @r)",
    "(@x):gsub(@p, @r, @s)", "(@x):sub(@s)", "string.sub(@x, @s, @s)", "(@x):byte()",
    "(@x):byte(@s)", "string.byte(@x, @s, @s)", "(@x):upper()", "string.lower(@x)",
    "(@x):reverse()", "string.len(@x)", "string.rep(@x, 3)", "(@x):rep(@s)", "(@x):nope()",
    "(function() local r = {} for a, b in (@x):gmatch(@p) do r[#r + 1] = a r[#r + 1] = b end"
    " return r end)()",
    "string.format(@f, @1, @1)", "string.format(@f, @e)", "(@f):format(@1, @c)",
    "string.char(65, @s)", "string.char(233, 300)", "string.upper(@e)", "string.sub(@e, @1)",
)  # fmt: skip
_MATHS = (
    "math.abs(@e)", "math.ceil(@e)", "math.floor(@e)", "math.sqrt(@e)", "math.deg(@1)",
    "math.max(@e, @e)", "math.min(@e, 2)", "math.fmod(@e, @e)", "math.modf(@e)", "math.frexp(@e)",
    "math.ldexp(@e, @s)", "math.pow(@e, @s)", "math.mod(@e, 3)", "math.pi", "math.floor(@e / 3)",
    "string.format('%.6f', math.sin(@1))", "string.format('%.8g', math.log10(@1))", "math.rad(@1)",
    "string.format('%.8g', math.exp(@s))", "string.format('%.8g', math.log(@1))",
)  # fmt: skip
_TABLES = (
    "table.concat(@l)", "table.concat(@l, ', ')", "table.concat(@l, '-', @s)",
    "table.concat(@l, '', @s, @s)", "table.remove(@l)", "table.remove(@l, @s)", "unpack(@l)",
    "unpack(@l, @s, @s)", "#@l", "table.getn(@l)", "table.maxn(@l)", "next(@l)", "next(@l, @s)",
    "next(event)", "next(event.o)",
    "rawget(@l, @e)", "rawequal(@e, @e)",
)  # fmt: skip
_OTHERS = (
    "tostring(@e)", "tonumber(@e)", "tonumber(@e, 10)", "tonumber(@x, 16)", "tonumber(@x, @s)",
    "type(@e)", "select(@s, @e, @e, @e)", "select('#', @e, nil)", "pcall(error, @e)",
    "pcall(error, @e, @s)", "pcall(function() return @e, @e end)",
    "pcall(function() error(@e) end)", "pcall(@e, @e)", "assert(@e, @e)",
    "xpcall(function() return @e end, function(m) return {m} end)",
    "(function(a, b) return @e, b, a end)(@e, @e)", "(@e)(@e)",
    "(function(...) local a, b = ... return select('#', ...), b, @e end)(@e, @e)",
    "(function(...) return arg.n, arg[1] end)(@e, @s)", "type(getmetatable(@t))",
    "type(@e):len()", "pcall(string.rep, @e, @s)", "pcall(string.sub, @x)",
)  # fmt: skip
_CALLS = (*[_STRINGS] * 9, *[_MATHS] * 3, *[_TABLES] * 3, *[_OTHERS] * 5)
_SIMPLE = (
    "x = @e", "y = @e", "t[@s] = @e", "t[@1] = @e", "t.a = @e", "t.x = @c", "t[#t + 1] = @e",
    "table.insert(t, @e)", "table.insert(t, @s, @e)", "table.remove(t, 1)", "x, y = @e, @1",
    "x, y = y, x", "t.a, t.b = @c", "rawset(t, @s, @e)", "table.sort(t)",
    "table.sort(t, function(a, b) return a > b end)", "event.a = type(@e)",
    "event.o.s = tostring(@e)", "assert(@e)", "error(@e, @s)", "table.sort({3, 1, @e})",
    "t.s = {@e, @e, 2} table.sort(t.s)",
)  # fmt: skip
_COMPOUND = (
    "if @e then @b end", "if @e then @b elseif @1 then @b else @b end",
    "for @i = 1, 3 do @b if @1 then break end end", "for @i = @s, 3, 2 do t[#t + 1] = @i end",
    "for @i = 3, @s, -1 do @b end", "for @i = 1, #t do t[@i] = @i end",
    "for @i = '1', 3 do @b end", "for @i = 0.1, 0.5, 0.1 do t[#t + 1] = @i end",
    "for @i = 1, 3 do if @i == 2 then goto continue end t[#t + 1] = @i @b ::continue:: end",
    "for @i, @j in pairs(t) do x = tostring(@i) .. tostring(@j) @b t.k = x break end",
    "do local r = {} for @i, @j in pairs(@t) do r[#r + 1] = tostring(@i) .. '=' .. tostring(@j)"
    " end t.order = r end",
    "for @i, @j in pairs(event) do t[#t + 1] = @i end",
    "for @i, @j in pairs(event.o) do x = tostring(@i) t[#t + 1] = @j break end",
    "do local r = @t r.z = 1 r.a = nil r[1] = @1 r.a = 2 for @i in pairs(r) do"
    " t[#t + 1] = tostring(@i) end end",
    "for @i, @j in ipairs(@l) do t[@i] = @j end", "for @i, @j in @e do t.q = @i end",
    "do local @i = 0 while @i < 3 and @e do @i = @i + 1 @b end end",
    "do local @i = 0 repeat @i = @i + 1 local @j = @e until @j or @i > 2 end",
    "do local function f(a, ...) if a == 0 then return ... end return f(0, a, @e) end"
    " t.f = {f(1, @1)} end",
    "function g(a) return a, @e end x, y = g(@1)",
    "do local c = {} for @i = 1, 3 do c[@i] = function() @i = @i + 1 return @i end end"
    " t.c = {c[1](), c[1](), c[2]()} end",
    "do local o = {v = 1} function o:m(a) self.v = self.v + 1 return self.v, a end"
    " t.m = {o:m(@e)} t.o = o.v end",
    "do local m = setmetatable({}, {@v = function(a, b) return type(b) end, @v = @w}) t.m ="
    " {pcall(function() return @u end)} if type(t.m[2]) == 'table' then t.m = 1 end end",
    "do local m = setmetatable({}, {@v = function(a, b) return @1 end, @v = @w}) t.m ="
    " {pcall(function() return @u end)} if type(t.m[2]) == 'table' then t.m = 1 end end",
    "do local ok, m = pcall(function() @b error({code = 5}) end) t.ok = ok"
    " t.e = type(m) == 'table' and m.code or m end",
    "do local q = {} for @i = 1, 60 do q[@i] = {@i, @i * 7 % 5} if @i > 12 and @1 then break end"
    " end table.sort(q, function(a, b) return a[2] < b[2] end) for @i = 1, #q do"
    " t[#t + 1] = q[@i][1] end end",
    "x = setmetatable({}, {__is_array = true}) t.arr = x",
    "x = setmetatable({@1}, {__is_array = @1}) t.arr = x", "do @b end",
)  # fmt: skip
_RETURNS = (
    "return {@e, @e}", "return {r = @e}", "return {r = @e, s = @1, n = {@c}}", "return {@c}",
    "return {n = select('#', @c), v = {@c}}", "return {v = tostring(@e)}", "return t",
    "return event", "event.r = @e return event", "return @1, t",
)  # fmt: skip
_KEYS = ("", "", "", "", "a = ", "b = ", "x = ", "[1] = ", "[3] = ", "[-1] = ", "[1.5] = ",
         '["a b"] = ', "[true] = ", "[0] = ")  # fmt: skip
_JOINTS = (" ", " ", "\n", "; ", " -- c\n", " --[[ c ]] ", "\n\n")
_HOLE = re.compile(r"@([a-z1])")


class Grammar:
    """Scripts from one throw of dice."""

    def __init__(self, dice: Random) -> None:
        self._dice = dice
        self._names = ["x"]
        self._fresh = 0
        self._lists = {"p": _PATTERNS, "r": _REPLACEMENTS, "f": _FORMATS, "s": _SMALL, "v": _EVENTS,
                       "u": _USES, "w": ("5", "{a = 1}", "function() return 2 end")}  # fmt: skip

    def script(self, *, filters: bool) -> str:
        """Return a script that returns a table, or anything for a filter."""
        body = [self._filled("local t = @t", 2)]
        body += [self._statement(2) for _ in range(self._dice.choice((0, 1, 1, 2, 3)))]
        wrapped = self._chance(0.4)
        plain = "return @e" if filters else self._dice.choice(_RETURNS)
        body.append(self._filled(plain, 3))
        script = self._joined(body)
        if wrapped:
            script = f"return {{pcall(function(...) {script} end)}}"
        return script

    def _chance(self, share: float) -> bool:
        return self._dice.random() < share

    def _joined(self, statements: list[str]) -> str:
        joints = (part + self._dice.choice(_JOINTS) for part in statements[:-1])
        return "".join(joints) + statements[-1]

    def _filled(self, template: str, depth: int) -> str:
        self._fresh += 2
        names = {"i": f"i{self._fresh}", "j": f"i{self._fresh + 1}"}
        return _HOLE.sub(lambda hole: names.get(hole[1]) or self._hole(hole[1], depth), template)

    def _hole(self, kind: str, depth: int) -> str:
        match kind:
            case "e":
                return self._expression(depth - 1)
            case "1":
                return self._atom()
            case "c":
                return self._call(depth - 1)
            case "t":
                return self._table(depth - 1)
            case "l":
                table = self._dice.choice(("t", "t", "event.items", ""))
                return table or f"({self._expression(depth - 1)})"
            case "b":
                known = list(self._names)
                count = self._dice.choice((1, 1, 2))
                block = self._joined([self._statement(depth - 1) for _ in range(count)])
                self._names = known
                return f"do {block} end"
            case "x":
                return self._text(depth - 1)
        return self._dice.choice(self._lists[kind])

    def _text(self, depth: int) -> str:
        kind = self._dice.random()
        if kind < 0.8:
            return self._dice.choice(_TEXTS)
        return "event.s" if kind < 0.9 else self._expression(depth)

    def _atom(self) -> str:
        kind = self._dice.random()
        if kind < 0.3:
            return self._dice.choice(_NUMBERS)
        if kind < 0.55:
            return self._dice.choice(_TEXTS)
        if kind < 0.75:
            return self._dice.choice(_PATHS)
        if kind < 0.92:
            return self._dice.choice((*self._names, *self._names, *_NAMES))
        return self._dice.choice(("nil", "true", "false", "#event.items", "#t", "{}"))

    def _expression(self, depth: int) -> str:
        kind = self._dice.random()
        if depth <= 0 or kind < 0.15:
            return self._atom()
        if kind < 0.45:
            left, right = self._expression(depth - 1), self._expression(depth - 1)
            operator = self._dice.choice(_BINARY)
            bare = self._chance(0.4)
            return f"{left} {operator} {right}" if bare else f"({left}) {operator} ({right})"
        if kind < 0.53:
            sign = self._dice.choice(("-", "not ", "#", "- -"))
            return f"{sign}({self._expression(depth - 1)})"
        if kind < 0.85:
            return self._call(depth)
        if kind < 0.92:
            return self._table(depth - 1)
        key = self._dice.choice((".a", ".x", ".n", f"[{self._expression(depth - 1)}]"))
        return f"({self._expression(depth - 1)}){key}"

    def _table(self, depth: int) -> str:
        pairs = [
            (self._dice.choice(_KEYS), self._expression(depth))
            for _ in range(self._dice.randrange(5))
        ]
        if pairs and pairs[-1][0]:  # upstream mistakes many values there for elements
            pairs[-1] = (pairs[-1][0], f"({pairs[-1][1]})")
        return "{" + self._dice.choice((", ", "; ")).join(map("".join, pairs)) + "}"

    def _call(self, depth: int) -> str:
        return self._filled(self._dice.choice(self._dice.choice(_CALLS)), depth)

    def _statement(self, depth: int) -> str:
        kind = self._dice.random()
        if kind < 0.15:
            name = self._dice.choice(_NAMES)
            self._names.append(name)
            more = self._dice.choice(("", ", y", ", y, z"))
            return self._filled(f"local {name}{more} = @e{', @c' if self._chance(0.3) else ''}", 3)
        if depth <= 0 or kind < 0.5:
            return self._filled(self._dice.choice(_SIMPLE), 3)
        return self._filled(self._dice.choice(_COMPOUND), depth)
