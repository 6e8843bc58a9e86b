"""Pipelines of Go templates by the type that they should have: every deterministic function."""

import json
import random
from typing import Any

STRINGS = ["", "a", "abc", "Hello World", "hello_world", "fooBarBAZ", "a,b,c", "a/b/../c.txt", "é",
           "日本語", "  x  ", "12", "-3", "1.5", "0x1F", "true", "2026-03-01", "1h30m", "a\nb",
           "<a&b>", '"q"', "'", "HTTPServer20x", "http://u:p@h:80/p%20a?q=1#f", "v1.2.3-rc.1+b",
           "/x/y/", "{\"a\": [1, 2.5, null]}", "YWJj", "MFRGG===", "😀 ok", "one two  three", "007",
           "\t", "$1", "2026-03-01T10:00:00Z", "aAbB", "ﬁx ǆ", "a=b", "ß", "1_000", "x\u2028y",
           "--a__b"]  # fmt: skip
_NUMBERS = [
    "0",
    "1",
    "2",
    "3",
    "5",
    "-1",
    "-2",
    "10",
    "42",
    "'a'",
    "0x10",
    "1_0",
    "0b11",
    "7",
    "100",
]
_FLOATS = ["1.5", "0.0", "-2.25", "1e3", "3.0", "1e-7", "1e21", "2.5", ".5", "0.1", "123456789.0"]
_LAYOUTS = ["2006-01-02", "15:04:05", "Mon Jan _2 2006", "2006-01-02T15:04:05Z07:00", "3:04PM",
            "02/01/06", "MST -0700", ".000"]  # fmt: skip
_ZONES = ["UTC", "Europe/Berlin", "America/New_York", "Nowhere/Land", ""]
_PATTERNS = ["a", "[a-z]+", "\\d+", "(a)(b)?", "^.", "x*", "(?i)H", "(", "\\w+", ",", ""]
_VERSIONS = ["1.2.3", "v1.2", "1", "1.2.3-rc.1", "2.0.0+b", "0.1.0", "1.2.x", "01.2", "1.0.0-a.01"]
_RULES = [">=1.2", "^1.2.3", "~1.2", "1.x", "!=1.2.3", "<2 || >3", ">=1.0-0", "1.2 - 2", "=1.2.3",
          "*", "bad", ">1.2, <2", "~>0.1", "^0.1", "<=1.2", ">1", "^0", "!=1",
          ">=1.2.3-a"]  # fmt: skip
_VERBS = ["%v", "%d", "%s", "%q", "%5d", "%-5s|", "%.2f", "%T", "%t", "%x", "%v-%v", "%%", "%+v",
          "%08.3f", "%c", "%U", "%e", "%#v", "%[1]v"]  # fmt: skip

PRINTED = ["any", "string", "string", "string", "int", "int64", "float", "bool", "list", "strings",
           "map", "json", "type"]  # fmt: skip
"""Types of what a template prints."""

# function: (result, argument types); a trailing + repeats the last one up to three times
_TABLE = """
string: upper string; lower string; title string; untitle string; trim string; nospace string;
 initials string; swapcase string; snakecase string; kebabcase string; camelcase string;
 repeat small string; substr index index string; trunc index string; abbrev small string;
 abbrevboth small small string; trimAll string string; trimall string string; hello;
 trimSuffix string string; trimPrefix string string; wrap small string; indent small string;
 wrapWith small string string; quote any+; squote any+; cat any+; nindent small string;
 replace string string string; plural string string int; toString any; join string list;
 join string any; regexQuoteMeta string; regexFind pattern string; regexFind pattern string;
 regexReplaceAll pattern string string; regexReplaceAllLiteral pattern string string;
 mustRegexFind pattern string; mustRegexReplaceAll pattern string string; base string; dir string;
 clean string; ext string; osBase string; osDir string; osClean string; osExt string;
 b64enc string; b64dec string; b32enc string; b32dec string; sha1sum string; sha256sum string;
 sha512sum string; adler32sum string; print any+; println any+; printf verb any+; html any+;
 js any+; urlquery any+; seq int; seq small small; seq small small small; date layout time;
 dateInZone layout time zone; date_in_zone layout time zone; htmlDate time; durationRound duration;
 htmlDateInZone time zone; unixEpoch time; duration any; durationRound any; urlJoin url;
 ternary string string bool; default string string; date layout epoch; toString string;
 trimAll string any; kindOf any; typeOf any; fail string; mustRegexReplaceAllLiteral pattern string
 string; decryptAES string string; b64enc any; upper any
type: typeOf any; kindOf any; printf verb any; typeOf list; typeOf map; typeOf int64
json: toJson any; toPrettyJson any; toRawJson any; mustToJson any; mustToPrettyJson any;
 mustToRawJson any; toJson map; toPrettyJson list; toJson strings
int: len any; len list; len string; len map; int any; int string; atoi string; index ints small;
 int float; int int64
int64: add any+; add int+; sub int int; mul int int+; div int int; mod int int; add1 any; max int+;
 min int+; biggest any+; int64 any; toDecimal any; int64 string; sub any any; mul any any
float: float64 any; float64 string; addf any+; subf float float+; mulf float float+;
 divf float int; add1f any; maxf any+; minf float+; ceil float; floor float; round float small;
 round float small float; floor any
bool: eq any any; eq string string; ne any any; lt int int; le float float; gt string string;
 ge any any; eq int int+; not any; contains string string; hasPrefix string string;
 hasSuffix string string; empty any; all any+; any any+; has any list; mustHas any list;
 hasKey map key; regexMatch pattern string; mustRegexMatch pattern string; isAbs string;
 osIsAbs string; semverCompare rule version; typeIs string any; typeIsLike string any;
 kindIs string any; deepEqual any any; deepEqual list list; eq bool bool; lt int64 int; eq any nil;
 lt any any
list: list any+; tuple any+; append list any; push list any; prepend list any; mustAppend list any;
 mustPush strings any; mustPrepend list any; rest list; mustRest list; initial list; reverse list;
 mustInitial list; mustReverse list; uniq list; mustUniq list; without list any+; compact list;
 mustWithout list any; mustCompact list; concat list list; concat strings list; chunk small list;
 mustChunk small list; slice list small; values onemap; values fewmap;
 pluck key map+; rest any; reverse strings;
 slice list; mustSlice list small; list; concat any any; uniq any; compact any
strings: splitList string string; sortAlpha list; toStrings list; keys onemap; keys fewmap;
 toStrings any;
 regexFindAll pattern string index; regexSplit pattern string index; sortAlpha any;
 mustRegexFindAll pattern string index; mustRegexSplit pattern string index; sortAlpha strings
ints: until small; untilStep small small small
map: dict key any key any; set newmap key any; set map key plain; unset map key;
 pick map key+; omit map key+;
 merge newmap map+; mergeOverwrite newmap map+; mustMerge newmap map; merge newmap newmap newmap;
 mustMergeOverwrite newmap map; mergeOverwrite newmap newmap;
 deepCopy map; mustDeepCopy map; urlParse string; dict key any key; dict any any
any: first list; last list; mustFirst list; mustLast list; index list small; index map key;
 index map key key; index string small; get map key; default any any; coalesce any+; default any;
 ternary any any bool; fromJson string; mustFromJson string; dig key any map; dig key key any map;
 and any any+; or any any+; first any; slice list small small; index any any; index strings small;
 split string string; splitn string small string; get any any; first strings; deepCopy any
time: toDate layout string; mustToDate layout string; now; dateModify duration time;
 mustDateModify duration time; date_modify duration time; must_date_modify string time; toDate date1
version: semver version
"""


def _read(table: str) -> dict[str, list[tuple[str, list[str]]]]:
    found: dict[str, list[tuple[str, list[str]]]] = {}
    for line in table.replace("\n ", " ").strip().split("\n"):
        result, _, functions = line.partition(": ")
        found[result] = [
            (words[0], words[1:]) for words in (one.split() for one in functions.split(";"))
        ]
    return found


FUNCTIONS = _read(_TABLE)
_PATHS = {
    "string": [".s", ".m.s", "$.s"], "int": [], "float": [".n", ".f", ".m.n"], "bool": [".t"],
    "list": [".l", ".m.l", ".e"], "map": [".m", ".m.b", "."], "any": [".none", ".z", ".s", ".n",
    ".l", ".m", ".t", ".m.b.c", ".m.none", "$", "."], "strings": [], "onemap": [".m.b"],
}  # fmt: skip


def data(dice: random.Random) -> list[Any]:
    """Return the pairs of the data's map, in typed form."""
    number = dice.choice(["0", "1", "12345678", "1.5", "-3", "1e21", "100"])
    items = [dice.choice(["x", {"float": "2"}, None, True, "b", "a"]) for _ in range(3)]
    inner = [["c", dice.choice([None, "deep", {"float": "3"}])]]
    nested = [["b", {"map": inner}], ["l", items[:2]], ["n", {"float": "7"}], ["s", "in"],
              ["a", None]]  # fmt: skip
    return [
        ["s", dice.choice(STRINGS)], ["n", {"float": number}], ["f", {"float": "0.25"}],
        ["l", items], ["e", []], ["m", {"map": nested}], ["t", dice.random() < 0.5], ["z", None],
    ]  # fmt: skip


class Maker:
    """Makes operands and pipelines; `variables` are those in scope, with their types."""

    def __init__(self, dice: random.Random) -> None:
        self._dice = dice
        self.variables: list[tuple[str, str]] = []

    def pipeline(self, wanted: str, depth: int) -> str:
        """Return a command, or several: the last argument may come down the pipe."""
        dice = self._dice
        functions = FUNCTIONS.get(wanted)
        if not depth or functions is None or dice.random() < 0.15:
            return self.make(wanted, depth, bare=True)
        name, types = self._function(functions)
        if types and dice.random() < 0.4:
            before = self.pipeline(types[-1], depth - 1)
            rest = [self.make(one, depth - 1) for one in types[:-1]]
            return f"{before} | {' '.join([name, *rest])}"
        return " ".join([name, *(self.make(one, depth - 1) for one in types)])

    def _function(self, functions: list[tuple[str, list[str]]]) -> tuple[str, list[str]]:
        name, types = self._dice.choice(functions)
        types = list(types)
        if types and types[-1].endswith("+"):
            types = types[:-1] + [types[-1][:-1]] * self._dice.randint(1, 3)
        slip = self._dice.random()
        if slip < 0.015 and types:
            types.pop()
        elif slip < 0.03 and not set(types) & set(_EXACT):
            types.append("any")
        return name, types

    def make(self, wanted: str, depth: int, *, bare: bool = False) -> str:
        """Return an operand of that type, now and then of another one."""
        dice = self._dice
        if dice.random() < 0.02 and wanted not in (
            "time",
            "epoch",
        ):  # sprig takes the real clock for no date
            wanted = dice.choice(["any", "string", "int", "list", "map", "float", "bool", "nil"])
        if wanted == "any" and dice.random() < 0.7:
            wanted = dice.choice(
                ["string", "int", "float", "bool", "list", "map", "strings", "ints", "int64", "any"]
            )
        known = [name for name, kind in self.variables if kind in (wanted, "any")]
        known = [] if wanted in _EXACT else known
        if known and dice.random() < 0.2:
            return dice.choice(known)
        if depth and wanted in FUNCTIONS and dice.random() < 0.6:
            text = self.pipeline(wanted, depth)
            return text if bare else f"({text})"
        return self._leaf(wanted, bare=bare)

    def _leaf(self, wanted: str, *, bare: bool) -> str:
        dice = self._dice
        paths = _PATHS.get(wanted)
        if paths and dice.random() < 0.4:
            return dice.choice(paths)
        literal = _LEAVES.get(wanted)
        if literal is not None and (wanted != "string" or dice.random() < 0.96):
            return quoted(dice, dice.choice(literal))
        match wanted:
            case "int" | "epoch":
                return dice.choice(_NUMBERS)
            case "small":
                return dice.choice(["0", "1", "2", "3", "4", "-1", "7"])
            case "index":
                return dice.choice(["-1", "0", "1", "2", "3", "5", "-2", "100"])
            case "float":
                return dice.choice(_FLOATS)
            case "bool":
                return dice.choice(["true", "false"])
            case "nil":
                return "nil"
            case "any":
                return dice.choice([".none", ".z", ".s", "."])
        text = dice.choice(_CALLS[wanted])
        return text if bare else f"({text})"


_LEAVES = {
    "string": STRINGS, "plain": STRINGS, "layout": _LAYOUTS, "zone": _ZONES,
    "pattern": _PATTERNS, "verb": _VERBS,
    "version": _VERSIONS, "rule": _RULES, "key": ["a", "b", "c", "s", "n", "none", "l"],
    "duration": ["1h", "-90m", "1.5s", "48h", "bad", "800h", "9000h", "0s"],
    "date1": ["2006-01-02"],
}  # fmt: skip
_EXACT = ("time", "epoch", "onemap", "fewmap", "newmap", "plain")
"""Types that no other one stands in for: sprig takes the real clock for what is no date, the order
of many keys is hardly met twice, and a map that holds itself makes Go's own stack overflow."""
_CALLS = {
    "string": ['trunc 1 "é"', 'printf "a%sB" (trunc 2 "日")', 'substr 1 3 "ﬁ x"'],  # no UTF-8
    "list": ["list 1 2 3", 'list "b" "a"', "list", 'list 1 "a" nil 2.5 true', ".l"],
    "strings": ['splitList "," "b,a,c"', "sortAlpha .l", 'splitList "" "xy"'],
    "ints": ["until 3", "untilStep 1 9 3"],
    "map": ["dict", 'dict "a" 1', 'dict "a" (dict "b" 2) "c" "x"', 'dict "s" "y" "n" 0'],
    "onemap": ['dict "k" 5', "dict"],
    "fewmap": [".m", 'dict "b" 1 "a" 2', 'pick .m "b" "n"'],
    "newmap": ["dict", 'dict "a" 1 "s" ""', 'dict "b" (dict "c" 5 "q" nil) "l" list',
               "deepCopy .m", 'dict "a" nil "n" 0 "b" "x"'],
    "int64": ["add 1 2", "int64 7", "mul 2 3"],
    "json": ['toJson (dict "b" 1 "a" nil)'],
    "type": ["typeOf 1"],
    "time": ["now", 'toDate "2006-01-02" "2026-03-29"', 'now | dateModify "36h"'],
    "url": ["urlParse .s", 'urlParse "http://u:p@h:1/p?q#f"', 'dict "host" "h" "path" "a b"'],
}  # fmt: skip


def quoted(dice: random.Random, text: str) -> str:
    """Return the text as a Go string literal."""
    if "`" not in text and "\r" not in text and dice.random() < 0.2:
        return f"`{text}`"
    return json.dumps(
        text, ensure_ascii=dice.random() < 0.3 and max(text, default="") < "\U00010000"
    )
