"""Programs that look for paths through operators and arguments; `?//` with failures after it."""

from collections.abc import Callable
from random import Random

Grown = Callable[[Random, int], str]

_LEAVES = (
    ".", ".", ".", ".a", ".b", ".n", ".[0]", ".[1]", ".[]?", ".[]", ".[:2]", ".[1:]", ".[0:]",
    ".a?", ".[0]?", ".a.b", ".a[0]", '.["a"]', "null", "empty", "1", "[]", "{}", '"a"', "true",
    "[1, 2]", '["a"]', "{a: 1}", "..", 'getpath(["a"])', 'getpath(["a", 0])', "getpath([])",
    "first", "last", "$d", "$d", "error", 'getpath(["a"], [0])',
)  # fmt: skip
_CALLS = (
    "tostring", "keys", "length", "add", "not", "sort", "reverse", "type", "to_entries",
    "from_entries", "tostream", "paths", "values", "scalars", "iterables", "nulls", "min",
    "any", "all", "combinations", "transpose", "unique", "flatten", "tojson", "@text", "@json",
    "recurse", "leaf_paths", "debug", "ascii", "explode", "abs",
)  # fmt: skip
_ONE = (
    "path", "del", "pick", "paths", "map", "map_values", "select", "first", "last",
    "isempty", "add", "in", "inside", "has", "contains", "index", "indices", "flatten", "getpath",
    "delpaths", "sort_by", "min_by", "group_by", "with_entries", "walk", "any", "all", "IN",
    "INDEX", "error", "startswith", "join", "split", "test", "match", "splits", "scan",
    "nth", "fromstream", "tojson", "bsearch", "format", "truncate_stream", "del",
    "pick", "path", "ltrimstr", "1 as $x | first", "error",
)  # fmt: skip
_TWO = (
    "limit", "skip", "nth", "setpath", "any", "all", "IN", "INDEX", "sub", "gsub", "JOIN", "pow",
    "split", "match",
)  # fmt: skip
_BINARY = ("+", "+", "-", "*", "/", "==", "<", "and", "or", "//", "//", ",", ",", "|", "|", "|")
_UPDATE = ("=", "|=", "|=", "+=", "//=", "-=")


def followed(dice: Random, depth: int) -> str:
    """Return what may stand in a path: each part may move on where the next one looks."""
    if depth <= 0 or dice.random() < 0.1:
        return dice.choice(_LEAVES)
    one, two, three = (followed(dice, depth - 1) for _ in range(3))
    return dice.choice((
        f"({one} {dice.choice(_BINARY)} {two})", f"({one} {dice.choice(_BINARY)} {two})",
        f"({one} | {two})", f"({one} | {two})", f"({one} | {dice.choice(_CALLS)})",
        f"({one} {dice.choice(_UPDATE)} {two})", f"({one})[{two}]", f"({one})[{two}:{three}]",
        f"({one})[]", f"({one}).a", f"[{one}]", f"{{a: {one}, b: {two}}}", f"{{({one}): {two}}}",
        f'{{a, "b\\({one})": {two}}}', f'{{"\\({one})"}}', f'"\\({one}) \\({two})"', f"-({one})",
        f"if {one} then {two} else {three} end", f"try {one} catch {two}", f"({one})?",
        f"({one} as $d | {two})", f"({one} as [$x, $y] | {two})",
        f"({one} as {{a: $x, ({two}): $y}} | {three})",
        f"reduce {_source(dice, one)} as $d ({two}; {three})",
        f"reduce ({one}) as [$d, $x] ({two}; {three})",
        f"foreach {_source(dice, one)} as $d ({two}; {three})",
        f"foreach ({one}) as {{a: $x}} ({two}; {three}; {one})",
        f"(label $out | {one} | if {two} then ., break $out else {three} end)",
        f"(def f(g): {one} | g; f({two}))", f"(def f($p): {one} | $p; f({two}))",
        f"(def f(g; $p): g | {one}; f({two}; {three}))",
        f"recurse(.[]?; {one})", f"(recurse(.a?; . != null) | {one})", f"limit(3; range({one}))",
        f"(limit(2; repeat({one}, 1)) | {two})", "combinations(2)",
        *(_called(dice, one, two) for _ in range(6)),
    ))  # fmt: skip


def _source(dice: Random, one: str) -> str:
    return dice.choice((f"({one})", "(.[]?)", "(1, 2)", "(., .)", "..", "(null, .a?)"))


def _called(dice: Random, one: str, two: str) -> str:
    if dice.random() < 0.75:
        call = f"{dice.choice(_ONE)}({one})"
        return f"({call}))" if call.count("(") > call.count(")") else f"({call})"
    return f"{dice.choice(_TWO)}({dice.choice(('1', '2', one))}; {two})"


def looking(dice: Random, depth: int) -> str:
    """Return a program that looks for the paths of such."""
    one, two = followed(dice, depth), followed(dice, 1)
    start = dice.choice((".", ".", ".", "null", ".a?", ".[0]?"))
    asked = dice.choice((
        f"[path({one})]", f"[path({one})]", f"[path({one})]", f"path({one})", f"pick({one})",
        f"del({one})", f"[paths({one})]", f"({one} |= {two})", f"({one} = {two})",
        f"({one} += {two})", f"path(path({one}) | {two})", f"path({one} |= {two})",
        f"[path({one} | {two})]", f"path(try ({one}) catch {two})",
    ))  # fmt: skip
    return f"({start} | . as $d | {asked})"


_PATTERNS = (
    "[$x] ?// $x", "$x ?// [$x]", "{a: $x} ?// [$x] ?// $x", "[[$x]] ?// [$x] ?// $x",
    "{$x} ?// $x", "[$x, $y] ?// {x: $x, y: $y}", "$x ?// $x ?// $x", '{("a", "b"): $x} ?// $x',
    "{a: [$x]} ?// {$x} ?// [$x]", "[$x] ?// {$x}", "[$x] ?// [$x, $z]", "$x ?// {a: $x}",
    "[$x, $y] ?// [[$x, $y]]",
)  # fmt: skip
_BODIES = (
    "$x", "$x", "., $x", "[$x]", "$x + 1", "($x, error($x))", "$x | keys", "$x[]?", "$x, break $f",
    "error", 'error("e")', "if $x then $x else error end", "empty", "($x | tonumber)",
    "$x as [$z] ?// $z | [$z]", "try error catch .", "$x | halt_error", ".a", "first($x, 1)",
)  # fmt: skip
_LATER = (
    "error", "error(.)", ". + 1", "keys", "tonumber", ".a", ".[0]", "., error", "., break $f",
    "if . then error else . end", "tojson", "if type == \"number\" then error else . end",
    "halt_error", "ltrimstr(1) | .[]", ".[]", "-.", "select(.)", "first(., error)", "error?",
    "try error catch .", "[., error]", "type", "length", "empty", "halt",
)  # fmt: skip


def retried(dice: Random, program: Grown) -> str:
    """Return a program with a `?//`, and what may fail while it waits."""
    source = dice.choice(
        (".", ".", ".[]?", "(1, [2])", "[[3], 4]", "(., [.])", ".a?", program(dice, 1))
    )
    form = f"({source} as {dice.choice(_PATTERNS)} | {dice.choice(_BODIES)})"
    for _ in range(dice.choice((1, 1, 2, 3))):
        form = _around(dice, form, dice.choice(_LATER))
    return f"(label $f | {form})"


def _around(dice: Random, form: str, later: str) -> str:
    return dice.choice((
        f"({form} | {later})", f"({form} | {later})", f"({form} | {later})",
        f"[{form} | {later}]", f"(try ({form}) catch .) | {later}",
        f"try ({form} | {later}) catch .",
        f"try (try ({form}) catch [.] | {later}) catch .", f"(({form})? | {later})",
        f"first({form} | {later})", f"[limit(2; {form})]", f"(first({form}) | {later})",
        f"(last({form}) | {later})", f"isempty({form})", f"[skip(1; {form}) | {later}]",
        f"({form} as $v | $v | {later})", f"({form} as [$v] ?// $v | $v | {later})",
        f"({form} + (1 | {later}))", f"((1 | {later}) + {form})", f"[{form}, ({form} | {later})]",
        f"reduce ({form}) as $i (0; . + ($i | {later}))",
        f"reduce ({form}) as [$i] (0; $i)",
        f"[foreach ({form}) as $i (0; . + 1; $i | {later})]",
        f"reduce (1, 2) as $i (0; {form} | {later})",
        f"if {form} then (. | {later}) else {later} end", f"(({form} | {later}) // 1)",
        f"(({form}) and ({later}))", f"{{a: {form}, b: (1 | {later})}}", f"{{({form}): 1}}",
        f"(.[{form}]? | {later})", f"[.[]? | {form} | {later}]", f"map({form})",
        f"(label $g | {form} | {later}, break $g)",
        f"[recurse(if . == 1 then empty else {form} | 1 end) | {later}]",
        f"(def f(g): g | {later}; f({form}))", f"(def f($p): $p | {later}; f({form}))",
        f"(. |= ({form} | {later}))", f"((.a?, .) |= {form})", f"(({form}) |= 1)", f"(. = {form})",
        f"[path({form} | {later})]", f"[path(({form}) | .)]", f"del(.a, ({form} | empty))",
        f"([1, 2] | any({form} | {later}))", f"(select({form}) | {later})",
        f"([{form}] | sort_by({later}))", f"with_entries({form})", f"walk({form})",
        f"(limit({form}; 1, 2, 3) | {later})", f"[splits({form})]",
        f"(\"a\" | sub(\"a\"; {form}))", f"\"\\({form}) \\(1 | {later})\"", f"-({form})",
        f"[until(. == 1; {form} | 1)]", f"[while(. != 1; {form} | 1) | {later}]", f"IN({form})",
        f"getpath([{form}]; 1)" if dice.random() < 0.1 else f"(getpath({form})? | {later})",
        f"(. += ({form} | {later}))", f"to_entries | map({form})", f"ltrimstr({form})",
        f"error({form})", f"[{form} | tojson | {later}]", f"[limit(3; range({form}))]",
        f"[range(3) | {form} | {later}]",
        f"([limit(1; {form}) | {later}], 2)", f"nth(0; {form} | {later})",
    ))  # fmt: skip
