"""Cases of whole features of Argo Events: rules, and the event or events they are applied to."""

import json
from typing import Any

from hypothesis import strategies as st

from tests.oracle.documents import json_texts

_BODIES = st.fixed_dictionaries(
    {},
    optional={
        "a": st.sampled_from([1, 5, 10.5, -3, 0, "a", "5", "foo", "true",
         "", True, False, None, [1, 2]]),
        "b": st.sampled_from(["bar", "x", "2026-03-01", "A b", "<&>",
         "é", 3, 1e21, 12345678901, {}]),
        "c": st.sampled_from([{"d": 1}, {"d": "x"}, {"d": [1, {"e": True}]}, [], [{"d": 2}], "c"]),
        "items": st.lists(
            st.fixed_dictionaries({"id": st.integers(0, 3), "name": st.sampled_from("xyz")}),
            max_size=3,
        ),
        "a-b": st.sampled_from([1, "x", None]),
        "a.b": st.sampled_from([2, "y"]),
    },
)  # fmt: skip
_TEXTS = st.one_of(_BODIES.map(json.dumps), _BODIES.map(json.dumps), json_texts(6))
_DATA = st.one_of(_TEXTS, _TEXTS, _TEXTS, st.sampled_from([None, "{", "nul", "5", '"x"', "[1]"]))
_TIMES = st.sampled_from(
    ["2026-03-01T00:00:00Z", "2026-03-01T12:30:45Z", "2026-07-15T23:59:59Z", "2026-03-29T01:30:00Z"]
        + ["2026-10-25T00:30:00Z", "2026-01-01T09:00:00Z", "2024-02-29T17:00:00Z"],
)  # fmt: skip


def _events(data: st.SearchStrategy[Any], kinds: st.SearchStrategy[str]) -> st.SearchStrategy[Any]:
    context = st.fixed_dictionaries(
        {
            "id": st.sampled_from(["1", "ab-c"]), "source": st.sampled_from(["hook", "other"]),
            "type": st.sampled_from(["webhook", "file"]), "subject": st.sampled_from(["push", "é"]),
            "specversion": st.just("1.0"), "datacontenttype": kinds, "time": _TIMES,
        }
    )  # fmt: skip
    return st.fixed_dictionaries({"context": context, "data": data})


_JSON_EVENTS = _events(_DATA, st.just("application/json"))
_PATHS = st.sampled_from(
    ["a", "b", "c", "c.d", "a-b", "a\\.b", "items.0.id", "items.#", "items.#.id", "nope", "c.d.1.e"]
        + ["items.#(id==1).name", 'items.#(name=="x")#.id', "@this", "c|@keys", "[a,b]",
         "?", "c.*"],
)  # fmt: skip
_OPERATORS = st.sampled_from(["", "and", "or"])
_PATTERNS = st.sampled_from(
    ["a", "foo", "bar", "^a$", "5", "true", "", "2026-.*", "x|y", "(?i)a B", ".", "\\d+", "<", "é"]
)
_NUMBERS = st.sampled_from(["5", "1", "10.5", "-3", "0", "1e3", "12345678901", "0x5", "inf"])
_TEMPLATES = st.sampled_from(
    ["{{ .Input | upper }}", "{{ .Input }}", "{{ .Input | b64enc }}", "{{ len .Input }}", "", ""]
        + ["{{ .Nope }}", '{{ trimPrefix "f" .Input }}', "{{ if eq .Input \"a\" }}yes{{ end }}"],
)  # fmt: skip


def _data_filters(kind: str, values: st.SearchStrategy[str]) -> st.SearchStrategy[Any]:
    comparators = st.sampled_from(["", "=", "!=", "<", "<=", ">", ">="])
    return st.fixed_dictionaries(
        {
            "path": _PATHS, "type": st.just(kind), "comparator": comparators,
            "value": st.lists(values.filter(bool), min_size=1, max_size=3), "template": _TEMPLATES,
        }
    )  # fmt: skip


_DATA_FILTERS = st.one_of(
    _data_filters("string", st.one_of(_PATTERNS, _PATTERNS, st.sampled_from(["(", "[a"]))),
    _data_filters("number", st.one_of(_NUMBERS, _NUMBERS, st.just("x"))),
    _data_filters("bool", st.sampled_from(["true", "false", "1", "F", "TRUE", "yes"])),
    _data_filters("object", _PATTERNS),
)
_EXPRESSIONS = st.sampled_from(
    ["a == 5", 'a == "a"', "a > 1", 'b =~ "^b"', 'a != b', "a == b", "a && true",
     "a in (1, 5, 'x')"]
        + ["a + 1 > 5", 'b == "2026-03-01"', "!a", "nope == 1", "a >",
         "a ? true : false", "b", "true"]
        + ["a == 5 || b == 'x'", "[a] == 1", "c == c", "a ?? true", "a % 2 == 1",
         "b !~ 'x'", "a == nil"],
)  # fmt: skip
_EXPR_FILTERS = st.fixed_dictionaries(
    {
        "expr": _EXPRESSIONS,
        "fields": st.lists(
            st.fixed_dictionaries({"name": st.sampled_from("aabbc"), "path": _PATHS}),
            min_size=1, max_size=3,
        ),
    }
)  # fmt: skip
_CONTEXT_FILTERS = st.fixed_dictionaries(
    {"type": st.sampled_from(["webhook", "file"])},
    optional={
        "subject": st.sampled_from(["push", "é"]), "source": st.sampled_from(["hook", ""]),
        "datacontenttype": st.sampled_from(["application/json", "text/plain"]),
    },
)  # fmt: skip
_CLOCKS = st.sampled_from(["00:00:00", "09:00:00", "12:30:45", "12:30:46", "18:00:00", "23:59:59"])
_TIME_FILTERS = st.builds(
    lambda start, stop, zone: (
        {"start": start, "stop": stop, **({"timezone": zone} if zone else {})}
    ),
    _CLOCKS, _CLOCKS.map(lambda text: text[:7] + "7"),
    st.sampled_from(["", "", "UTC", "Europe/Paris", "America/New_York", "Asia/Kolkata"]),
)  # fmt: skip
_FILTER_SCRIPTS = st.sampled_from(
    ["return true", "return false", "return event.a == 5", "return event.b ~= nil",
     "return 1", "x ="]
        + ["if event.c and type(event.c) == 'table' then return true end",
         "return #event.items > 0"],
)  # fmt: skip
_FILTERS = st.fixed_dictionaries(
    {},
    optional={
        "data": st.lists(_DATA_FILTERS, min_size=1, max_size=3),
        "exprs": st.lists(_EXPR_FILTERS, min_size=1, max_size=2),
        "context": _CONTEXT_FILTERS,
        "time": _TIME_FILTERS,
        "script": _FILTER_SCRIPTS,
        "dataLogicalOperator": _OPERATORS,
        "exprLogicalOperator": _OPERATORS,
    },
)
_TRANSFORMS = st.one_of(
    st.sampled_from(
        [".", ".a += 1", "{x: .a, y: .b}", '. + {"n": [1, 2]}', "del(.a)", ".items", "empty", ".["]
            + [".c.d", "{(.b): 1}", "if .a == 5 then {y: true} else {n: .a} end",
             "{s: (.a|tostring)}"]
            + ["with_entries(.value |= type)", "{k: keys}", "{l: (.items | length)}", "error"],
    ).map(lambda text: {"jq": text}),
    st.sampled_from(
        ["return event", "event.a = 1 return event", "return {x = event.a, y = {1, 2}}", "return 1"]
            + ["return {}", "return {1, 'x', true}",
             "return {k = setmetatable({}, {__is_array=true})}"]
            + ["event.b = nil return event", "return event.items", "error('no')", "x ="],
    ).map(lambda text: {"script": text}),
)  # fmt: skip
_VALUE_TEMPLATES = st.sampled_from(
    ["{{ .Input.a }}", "{{ .Input.b | upper }}", "{{ .Input.nope }}",
     "{{ .Input.c.d }}", "{{ .", ""]
        + ['{{ .Input.b }}-{{ .Input.a }}', "{{ range .Input.items }}{{ .name }}{{ end }}", "x"]
        + ["{{ .Input.c | toJson }}", '{{ default "d" .Input.b }}'],
)  # fmt: skip
_SOURCES = st.fixed_dictionaries(
    {"dependencyName": st.sampled_from(["one", "one", "one", "two"])},
    optional={
        "dataKey": _PATHS, "dataTemplate": _VALUE_TEMPLATES, "value": st.sampled_from(["v",
         "", "5"]),
        "contextKey": st.sampled_from(["id", "type", "time", "nope", "@keys"]),
        "contextTemplate": st.sampled_from(["{{ .Input.id }}", "{{ .Input.subject }}", "{{ x }}"]),
        "useRawData": st.booleans(),
    },
)  # fmt: skip
_DESTINATIONS = st.sampled_from(
    ["a", "x", "spec.args.0", "spec.args.-1", "spec.labels.a\\.b/c", "spec.new.deep",
     "list.1", "a.b"]
        + ["spec.args.5", "list.-1.x", "spec.:1", "spec.n", "list.#", "spec.args.#.v", "spec.a*.0"],
)  # fmt: skip


def _parameters(destinations: st.SearchStrategy[str]) -> st.SearchStrategy[Any]:
    one = st.fixed_dictionaries(
        {"src": _SOURCES, "dest": destinations},
        optional={"operation": st.sampled_from(["", "append", "prepend", "overwrite"])},
    )
    return st.lists(one, min_size=1, max_size=3)


def _texts(parameters: list[Any]) -> list[Any]:
    """Write no raw data: a trigger's fields are typed there, and checked later here."""
    for parameter in parameters:
        parameter["src"].pop("useRawData", None)
    return parameters


_DOCUMENTS = st.sampled_from(
    [{"spec": {"args": ["p", {"v": 1}], "n": 5}, "list": [1, "y"], "a": "old"}, {},
     {"a": {"b": "q"}}]
        + [{"spec": {"args": [{"v": 1}, {"v": 2}]}}, {"spec": "text", "list": {"1": None}}],
)  # fmt: skip
_TRIGGERS = st.just(
    {
        "name": "t",
        "conditions": "one",
        "http": {"url": "http://h/", "method": "POST", "headers": {"k": "v"}},
    }
)
_TRIGGER_DESTINATIONS = st.sampled_from(
    ["name", "http.url", "http.method", "http.headers.k", "http.headers.new", "conditions"]
)
_MANY = st.fixed_dictionaries(
    {"one": _events(_DATA, st.sampled_from(["application/json"] * 6 + ["text/plain"]))},
    optional={"two": _JSON_EVENTS},
)


def cases() -> st.SearchStrategy[dict[str, Any]]:
    """Return what upstream's functions take: a rule, and the event or events it is applied to."""
    make = st.fixed_dictionaries
    filters = make(
        {
            "what": st.just("filter"),
            "event": _JSON_EVENTS,
            "filters": _FILTERS,
            "operator": _OPERATORS,
        }
    )
    return st.one_of(
        filters,
        filters,
        make({"what": st.just("transform"), "event": _JSON_EVENTS, "transform": _TRANSFORMS}),
        make({"what": st.just("value"), "events": _MANY, "source": _SOURCES}),
        make({"what": st.just("parameters"), "events": _MANY, "document": _DOCUMENTS,
              "parameters": _parameters(_DESTINATIONS)}),
        make({"what": st.just("payload"), "events": _MANY,
              "parameters": _parameters(st.one_of(_DESTINATIONS, st.just("")))}),
        make({"what": st.just("template"), "events": _MANY, "document": _TRIGGERS,
              "parameters": _parameters(_TRIGGER_DESTINATIONS).map(_texts)}),
    )  # fmt: skip
