"""The rules that programs in expr are made by, one a line, and what they pick from.

In a rule `@int` is an expression of that type (or by the rule of that name), `@@bool` the
arguments of a closure (an array, and a body that gives a bool), `~name` one of LISTS.
"""

TYPES = ("bool", "int", "float", "text", "array", "map", "date", "span", "any")

LISTS = {
    "order": "< > <= >= == !=".split(),  # noqa: SIM905
    "same": ["==", "!="],
    "logic": ["&&", "||", "and", "or"],
    "sum": ["+", "-", "*"],
    "power": ["**", "^"],
    "exponent": ["2", "3", "0.5", "-1", "0", "10", "-0.5", "j"],
    "every": ["all", "any", "none", "one"],
    "holds": ["contains", "startsWith", "endsWith", "not contains", "not endsWith"],
    "in": ["in", "not in"],
    "fix": ["hasPrefix", "hasSuffix"],
    "flag": ["true", "false"],
    "when": ["Before", "After", "Equal"],
    "count": ["count", "findIndex", "findLastIndex"],
    "pattern": ["'^a'", "'[a-z]+'", "'(a|b)c'", r"'\\d+'", "'^$'", "'x{2,3}'", "'(?i)ABC'", "'é'"],
    "find": ["indexOf", "lastIndexOf"],
    "edge": ["first", "last"],
    "peak": ["max", "min"],
    "middle": ["mean", "median"],
    "round": ["ceil", "floor", "round"],
    "case": ["upper", "lower", "trim"],
    "cut": ["trimPrefix", "trimSuffix"],
    "split": ["split", "splitAfter"],
    "json": ["toJSON", "toJson"],
    "whole": ["Year", "Day", "Hour", "Unix", "Weekday", "YearDay"],
    "units": ["Hours", "Minutes", "Seconds"],
    "layout": ["'2006-01-02'", "'Jan _2 15:04'", "'Mon 3PM'"],
    "zone": ["'UTC'", "'America/New_York'", "'Asia/Kolkata'", "'Europe/Berlin'", "'No/Where'"],
    "place": ["0", "1", "-1", "-2"],
    "bound": ["", "0", "1", "2", "-1", "-2", "5", "99", "-99"],
    "small": ["0", "1", "2", "3"],
    "times": ["", ", 1", ", -1", ", 0", ", 2"],
    "direction": ["", "", ", 'asc'", ", 'desc'", ", 'up'"],
    "bits": ["bitand", "bitor", "bitxor", "bitnand", "bitshl", "bitshr", "bitushr"],
    "shift": ["0", "1", "3", "63", "64", "70", "-1", "i"],
    "ints": ["ints", "[1, 2, 3]", "1..3", "m.list", "[5]", "empty"],
    "floats": ["floats", "[0.5, 1.5]", "[1.0]"],
    "texts": [
        "texts", "['a', 'b']", "split('a,b,c', ',')", "['abc', s]", "['é', '日本']",
    ],
    "anys": ["mixed", "nested", "[1, 'a']", "[nil, 1]", "m.list", "[m, one]", "empty"],
    "each": ["#", "#index", "[#]", "type(#)", "string(#)"],
    "member": [".a", ".b", ".missing", "['c-d']", "?.a", "?.missing?.x"],
    "hollow": ["n", "m.missing", "m.nil", "m"],
    "path": ["x", "a", "b.c", "deep.er", "list[0]"],
    "query": ["'$.a'", "'$.a[0]'", "'$.a[1].b'", "'$.x'"],
    "name": ["s", "'i'", "'m'", "'missing'"],
    "dated": [
        "'2026-03-01'", "'2026-03-01T10:20:30Z'", "'2024-02-29 23:59:59'",
        "'2026-03-01T10:20:30+02:00'",
    ],
    "spanned": ["'1h'", "'90m'", "'1.5s'", "'250ms'", "'-2h45m'", "'1h1m1.001s'"],
    "sprig": [
        "upper", "lower", "trim", "title", "toString", "int", "quote", "b64enc", "trunc", "repeat",
        "contains", "hasPrefix", "default", "add", "sub", "join", "splitList", "list", "empty",
        "ternary", "trimSuffix", "nospace", "float64", "coalesce",
    ],
    "key": ["a", "b", "'x y'", '"é"', "1", "in2", "('a' + 'b')"],
    "operator": [
        "+", "-", "*", "/", "%", "**", "^", "==", "!=", "<", ">", "<=", ">=", "&&", "||", "and",
        "or", "in", "not in", "contains", "not contains", "startsWith", "endsWith", "matches",
        "..", "??", "|",
    ],
    "function": [
        "len", "type", "abs", "ceil", "floor", "round", "int", "float", "string", "trim",
        "trimPrefix", "trimSuffix", "upper", "lower", "split", "splitAfter", "replace", "repeat",
        "join", "indexOf", "lastIndexOf", "hasPrefix", "hasSuffix", "max", "min", "mean",
        "median", "toJSON", "fromJSON", "toBase64", "fromBase64", "duration", "date", "first",
        "last", "get", "take", "reverse", "uniq", "concat", "flatten", "sort", "sortBy", "sum",
        "bitand", "bitshl", "bitnot", "fromPairs", "asInt", "asFloat", "toJson", "count",
    ],
}  # fmt: skip

LEAVES = {
    "bool": ["true", "false", "yes", "no", "i == 7", "s == 'abc'"],
    "int": [
        "0", "1", "2", "3", "10", "7", "0x1F", "1_000", "9223372036854775807", "007", "100", "i",
        "j", "zero", "i", "big", "größe", "len(s)", "m.a", "one.k",
    ],
    "float": [
        "1.5", "0.1", ".5", "2.", "1e3", "1e-7", "2.5e+2", "1e308", "3.0", "1e21", "123456.789",
        "1_0.5", "f", "g", "f", "huge",
    ],
    "text": [
        "''", "'a'", '"abc"', "'b'", "'x'", "'a-b'", "'é'", "'日本'", r"'\n\t'", r"'\u00e9'",
        r"'\x41\101'", r'"say \"hi\""', r"'it\'s'", "'42'", "'-1.5'", "'2026-03-01'", "'1h30m'",
        "' pad '", "'{{x}}'", "'true'", "'a,b,c'", r"'\\'", r"'\U0001F600'", "'<&>'", "s", "t",
        "e", "num", "_x", "m.b", "m.deep.er.x", "json",
    ],
    "array": [
        "ints", "floats", "texts", "mixed", "empty", "nested", "[]", "[1, 2]", "m.list", "people",
    ],
    "map": [
        "m", "one", "{}", "{a: 1}", "m.deep", "people[0]", "{'b': 'x', \"c\": [1]}",
    ],
    "date": ["date(~dated)"],
    "span": ["duration(~spanned)"],
    "any": [
        "nil", "n", "m.missing", "m.nil", "m['c-d']", "mixed[0]", "i", "s", "m.a", "m['b']",
    ],
}  # fmt: skip
LEAVES_NEW = {
    "int": ["0b101", "0o17", "0XfF", "0B1"],
    "text": ["`raw`", "`a``b`", r"`\n`", r"'\u{1F600}'", r'"\u{e9}"', "`two\nlines`"],
    "any": ["b'ab'", r'b"\xff"'],
}
PERSON = {
    "bool": [".age > 25", "#.name == 'Ann'", ".name startsWith 'A'", "'x' in .tags"],
    "text": [".name", "#.name + '!'", "upper(.name)"],
    "int": ["len(.name)", "len(.tags)"],
    "float": [".age + 0.5", ".age / 2"],
    "any": [".age", ".missing", "#", "#?.name", ".tags", ".tags[0]"],
}
"""Bodies of closures over people."""

_ALL = """
(@bool ? @{0} : @{0})
(@{0})
(@any ?? @{0})
(true ? @{0} : @any)
[@{0}, @{0}][~place]
{{k: @{0}}}.k
{{k: @{0}}}['k']
"""
_ALL_NEW = """
(if @bool {{ @{0} }} else {{ @{0} }})
(@any; @{0})
"""

_RULES = {
    "number": "@int\n@float",
    "printable": "@int\n@float\n@bool\n@array\n@any\n@span\n@date",
    "written": "@int\n@float\n@array\n@map\n@any\n@text",
    "whatever": "\n".join(f"@{type}" for type in TYPES),
    "pair": "~key: @whatever",
    "careless": "@whatever ~operator @whatever\n~function()\n~function(@whatever)"
    "\n~function(@whatever, @whatever)\n~function(@whatever, @whatever, @whatever)",
    "bool": """
        @int ~order @int
        @float ~order @number
        @text ~order @text
        @date ~order @date
        @span ~order @span
        ~every(@@bool)
        @both
        count(@@bool) ~order ~small
        @int ~in [@int, @int]
        @any ~in [@text, @text]
        @text ~in [@text]
        @int in ~ints
        @int in 0..~small
        @any in @array
        @text in @map
        @text ~holds @text
        @text matches ~pattern
        @bool ~logic @bool
        @bool and ~flag
        ~flag ~logic @bool
        !(@bool)
        not (@bool)
        @any ~same @any
        @array ~same @array
        @map == @map
        ~fix(@text, @text)
        @date.~when(@date)
    """,
    "both": """
        all(ints, @small) ~logic all(ints, @small)
        any(mixed, @small) ~logic any(mixed, @small)
        none(mixed, @small) ~logic none(mixed, @small)
    """,
    "small": "# > 1\n# < 9\n# == 'x'\n# != nil\ntype(#) == 'int'\n@bool",
    "int": """
        @int ~sum @int
        @int % @int
        -@int
        ~count(@@bool)
        sum(map(@@int))
        reduce(~ints, #acc + #, @int)
        len(@text)
        len(@array)
        len(@map)
        len(filter(@@bool))
        int(@number)
        int(num)
        asInt(@any)
        abs(@int)
        ~find(@text, @text)
        ~peak(@int, @int)
        @date.~whole()
        @span.Milliseconds()
        ~ints[~place]
    """,
    "float": """
        @float ~sum @number
        @number / @number
        @number ~power ~exponent
        -@float
        ~round(@number)
        float(@number)
        float(num)
        asFloat(@any)
        abs(@float)
        ~middle([@number, @number, @number])
        ~middle(~floats)
        @span.~units()
        ~peak(@number, @number)
    """,
    "text": """
        s[~bound:~bound]
        (@text)[~bound:~bound]
        @text + @text
        ~case(@text)
        trim(@text, @text)
        ~cut(@text, @text)
        replace(@text, @text, @text~times)
        repeat(@text, ~place)
        join(~texts)
        join(~texts, @text)
        string(@printable)
        ~json(@written)
        type(@whatever)
        toBase64(@text)
        fromBase64(toBase64(@text))
        @span.String()
        @date.Format(~layout)
        string(@date.Month())
        ~edge(split(@text, @text))
        @text | ~case()
        sprig.~case(@text)
        sprig.~case(@any)
    """,
    "array": """
        map(@@int)
        map(@@text)
        map(@@any)
        filter(@@bool)
        ~ints | filter(# > 1) | map(~each)
        map(filter(@@bool), ~each)
        [@whatever]
        [@whatever, @whatever]
        ~place..~small
        i..len(s)
        (@array)[~bound:~bound]
        ~split(@text, @text~times)
        take(@array, @int)
        sort(~ints~direction)
        sort(@array~direction)
        sort(keys(@map))
        values(one)
        toPairs(one)
        fromJSON(json).a
    """,
    "map": """
        {@pair}
        {@pair, @pair}
        groupBy(@@any)
        groupBy(@@text)
        fromPairs([[@text, @any]])
        fromJSON(json)
        fromJSON(~json(@map))
        find(people, .age > 25)
        $env.m
    """,
    "date": """
        @date + @span
        @date - @span
        @span + @date
        date('2026-03-01 10:11', '2006-01-02 15:04', ~zone)
        date('2026-03-01', ~layout)
        @date.AddDate(0, ~place, ~small)
        @date.Truncate(duration('1h'))
    """,
    "span": """
        @date - @date
        @span + @span
        @span - @span
        @span * @int
        @int * @span
        @span.Abs()
        @span.Truncate(duration('1m'))
        @date.Sub(@date)
    """,
    "any": """
        find(@@bool)
        findLast(@@bool)
        filter(@@bool)[~place]
        ~edge(filter(@@bool))
        @whatever
        (@map)~member
        (@array)[~place]
        get(@map, @text)
        get(@array, ~place)
        ~edge(@array)
        ~hollow?.~path
        @any ?? @any
        $env[~name]
        jsonpath(json, ~query)
        ~peak(@array)
        sum(@array)
        @any ~sum @number
        +@any
        -@any
        (@any) ~logic @any
        sprig.~sprig(@whatever)
        sprig.~sprig(@whatever, @whatever)
        sprig.~sprig(@whatever, @whatever, @whatever)
        sprig.~sprig(@any, @text)
    """,
}
_NEW = {
    "bool": "@int < @int <= @int",
    "int": """
        sum(@@int)
        ~bits(@int, ~shift)
        bitnot(@int)
        sum(~place..~small)
        sum(0..~small, # * 2)
        reduce(1..~small, # + #acc)
        reduce(1..~small, # + #acc, 5)
    """,
    "array": """
        concat(@array, @array)
        flatten(@array)
        uniq(@array)
        reverse(@array)
        sortBy(@@int~direction)
        sortBy(@@text)
    """,
    "date": """
        date(timezone(~zone), ~dated)
        @date.In(timezone(~zone))
    """,
    "any": "m?.['a']\nn?.[0]",
}
_OLD = {"array": "sortBy(people, 'age'~direction)", "int": "sum(~ints)"}


def rules(*, old: bool) -> dict[str, list[str]]:
    """Return every rule's lines, for 1.15 or 1.17."""
    found = {}
    for name, text in _RULES.items():
        parts = [text, (_OLD if old else _NEW).get(name, "")]
        if name in TYPES:
            parts.extend([_ALL.format(name), "" if old else _ALL_NEW.format(name)])
        found[name] = [line.strip() for part in parts for line in part.splitlines() if line.strip()]
    return found


WRONG = r"""
1 +|(1|'open|a.|[1, 2|{a 1}|1 ** |?|i i|x.y|unknown|i.foo|5 % 0|map(ints)|len()|len(1)
let i = 1; i|upper(1)|int('x')|ints[9]|s[1]|m[1]|s + 1|i ? 1 : 2|not 5|-s|filter(ints, 1)|#|.a
all(i, true)|1 in 2|n.x|0x|1__0|1e|0b2|'\q'|'\400'|/* open|a @ b|i not|i not + 1|1 = 2|i;
m?.['a']|s?.[0]|let x = 1|if yes {1}|1 < 2 < 3|::len(s)|trim(s,)|[1,]|{a: 1,}|{,}|[,]|min()
max(s)|max(s, 1)|take(ints, -1)|get(i, 1)|s.x|f % 2|2 ?? 1 + 1|{(1): 2}|{1: 2}|{a: 1, a: 2}.a
'abc'[0]|ints.0|m.'a'|1 + 2 not in [3]|map(ints, #)|any(ints, {# > 1})|map(ints, # index)|len
"""
"""Programs that are wrong, or look it."""


def wrong() -> list[str]:
    """Return them one by one; the last few hold a bar themselves."""
    bars = ["ints | len", "ints | len()", "ints | len() .x", "ints | first() + 1", "i | 2"]
    return [one for line in WRONG.strip().splitlines() for one in line.split("|")] + bars
