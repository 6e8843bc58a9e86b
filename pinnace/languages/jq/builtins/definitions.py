"""The functions that jq defines in jq, as upstream has them: each step of theirs may count.

What a path leads through, where it fails, and what `?//` goes back to are seen only here. The rest
of this package has most of them in Python, for everything else.
"""

from __future__ import annotations

from pinnace.languages.jq.parser import Node, parse

_SOURCE = r"""
def map_values(f): .[] |= f;
def in(xs): . as $key | xs | has($key);
def walk(f):
  def walked:
    if type == "array" then map(walked) elif type == "object" then map_values(walked) end | f;
  walked;
def combinations:
  if length == 0 then [] else .[0][] as $one | [$one] + (.[1:] | combinations) end;
def combinations(n): [limit(n; repeat(.))] | combinations;

def all: all(.);
def all(f): all(.[]; f);
def all(g; f): isempty(g | select(f | not));
def any: any(.);
def any(f): any(.[]; f);
def any(g; f): isempty(g | select(f)) | not;

def to_entries: [keys[] as $key | {key: $key, value: .[$key]}];
def from_entries:
  map({
    (.key // .Key // .name // .Name):
      if has("value") then .value else .Value end
  }) | add // {};
def with_entries(f): to_entries | map(f) | from_entries;

def min_by(f): _min_by(map([f]));
def max_by(f): _max_by(map([f]));
def sort_by(f): _sort_by(map([f]));
def group_by(f): _group_by(map([f]));
def unique_by(f): _unique_by(map([f]));

def truncate_stream(f):
  . as $depth | null | f | if .[0] | length > $depth then .[0] |= .[$depth:] else empty end;
def fromstream(f):
  foreach f as $event (null;
    if .e then null end | $event as [$path, $leaf] |
    if $event | length == 2 then
      setpath(["v"] + $path; $leaf) | setpath(["e"]; $path | length == 0)
    else
      setpath(["e"]; $path | length == 1)
    end;
    if .e then .v else empty end);
def tostream:
  path(def inner: (.[]? | inner), .; inner) as $path | getpath($path) |
  reduce path(.[]?) as $last ([$path, .]; [$path + $last]);

def pick(f): . as $all | reduce path(f) as $path (null; setpath($path; $all | getpath($path)));

def match($regex): match($regex; null);
def match($regex; $flags): _match($regex; $flags; false)[];
def test($regex): test($regex; null);
def test($regex; $flags): _match($regex; $flags; true);
def capture($regex): capture($regex; null);
def capture($regex; $flags): match($regex; $flags) | .captures | _captures;
def scan($regex): scan($regex; null);
def scan($regex; $flags):
  match($regex; $flags + "g") | if .captures == [] then .string else [.captures[].string] end;
def splits($regex): splits($regex; null);
def splits($regex; $flags):
  .[foreach (match($regex; $flags + "g"), null) as {$offset, $length}
    (null; {start: .next, end: $offset, next: $offset + $length})];
def split($regex; $flags): [splits($regex; $flags)];
def sub($regex; text): sub($regex; text; null);
def sub($regex; text; $flags):
  reduce match($regex; $flags) as {$offset, $length, $captures} ({s: ., r: []};
    reduce ($captures | _captures | text) as $new
      (.i = 0; .r[.i] += .s[.next:$offset] + $new | .i += 1) |
    .next = $offset + $length) |
  .r[] + .s[.next:] // .s;
def gsub($regex; text): sub($regex; text; "g");
def gsub($regex; text; $flags): sub($regex; text; $flags + "g");

def INDEX(f): INDEX(.[]; f);
def INDEX(rows; f): reduce rows as $row ({}; .[$row | f | tostring] = $row);
def JOIN($index; f): [.[] | [., $index[f]]];
def JOIN($index; rows; f): rows | [., $index[f]];
def JOIN($index; rows; f; joined): rows | [., $index[f]] | joined;
def IN(source): any(source == .; .);
def IN(rows; source): any(rows == source; .);
"""


def _all() -> dict[tuple[str, int], tuple[tuple[str, ...], Node]]:
    found = {}
    for text in _SOURCE.split("\ndef ")[1:]:
        _, (name, parameters, body), _ = parse(f"def {text} .")
        found[(name, len(parameters))] = (parameters, body)
    return found


KNOWN = _all()
"""The parameters and the body of each, by name and number of parameters."""
