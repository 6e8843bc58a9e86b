"""What programs in expr are made of: words to pick from, and expressions without parts."""

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
    "whole": [
        "Year", "Day", "Hour", "Unix", "Weekday", "YearDay", "Minute", "Second", "Nanosecond",
        "Month", "UnixMilli", "UnixMicro", "UnixNano", "ISOWeek", "Clock", "Date",
    ],
    "units": ["Hours", "Minutes", "Seconds"],
    "units64": ["Milliseconds", "Microseconds", "Nanoseconds"],
    "told": ["String", "GoString", "Zone", "Location().String", "Weekday().String"],
    "written": ["MarshalText", "MarshalJSON", "MarshalBinary", "GobEncode", "IsDST", "IsZero"],
    "moved": ["Add", "Round", "Truncate"],
    "stays": ["UTC", "Local"],
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
        "'2026-03-01T10:20:30+02:00'", "'2026-03-01T10:20:30.123456789Z'",
    ],
    "spanned": [
        "'1h'", "'90m'", "'1.5s'", "'250ms'", "'-2h45m'", "'1h1m1.001s'", "'1h0.000000001s'",
    ],
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
