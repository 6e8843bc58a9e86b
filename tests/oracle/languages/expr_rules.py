"""The rules that programs in expr are made by, one a line, and programs that are wrong.

In a rule `@int` is an expression of that type (or by the rule of that name), `@@bool` the
arguments of a closure (an array, and a body that gives a bool), `~name` one of LISTS.
"""

TYPES = ("bool", "int", "float", "text", "array", "map", "date", "span", "any")
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
        @span.~units64()
        int(@date.UnixNano())
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
        @date.~told()
        string(@date.~written())
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
        keys(m)
        values(m.deep)
        toPairs(m)
        fromJSON(json).a
    """,
    "map": """
        {@pair}
        {@pair, @pair}
        groupBy(@@any)
        groupBy(@@text)
        groupBy(empty, #)
        (groupBy(empty, #) ?? @map)
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
        date('1945-08-20 EPT', '2006-01-02 MST', ~zone)
        @date.AddDate(0, ~place, ~small)
        @date.~moved(@span)
        @date.~stays()
        @date.In(@date.Location())
        (true ? @date : i).~moved(@any)
    """,
    "span": """
        @date - @date
        @span + @span
        @span - @span
        @span * @int
        @int * @span
        @span.Abs()
        @span.~moved(@span)
        (true ? @date : i).Sub(@any)
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
        sortBy(0..40, # * 7 % 5~direction)
        sortBy(map(1..99, {k: #, v: # % 4}), .v~direction)
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
