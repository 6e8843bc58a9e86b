"""The program of the image ``argoproj/argosay``, which Argo's own examples run.

``argosay [echo [TEXT [FILE]] | cat [FILE…] | sleep DURATION | exit [CODE] |
assert_contains FILE TEXT…]``; without arguments it says "hello argo".
"""

import os
import re
import sys
import time

UNITS = {"ns": 1e-9, "us": 1e-6, "µs": 1e-6, "ms": 1e-3, "s": 1.0, "m": 60.0, "h": 3600.0}


def seconds(duration: str) -> float:
    """Read a Go duration such as 1m30s."""
    parts = re.findall(r"([0-9.]+)(ns|us|µs|ms|s|m|h)", duration)
    if not parts or "".join(n + u for n, u in parts) != duration:
        sys.exit(f"argosay: {duration!r} is not a duration such as 5s or 1m30s")
    return sum(float(number) * UNITS[unit] for number, unit in parts)


def echo(arguments: "list[str]") -> int:
    """Write TEXT to standard output, or to FILE."""
    text = arguments[0] if arguments else "hello argo"
    if len(arguments) < 2:
        print(text)
        return 0
    os.makedirs(os.path.dirname(arguments[1]) or ".", exist_ok=True)
    with open(arguments[1], "w", encoding="utf-8") as file:
        file.write(text)
    return 0


def cat(arguments: "list[str]") -> int:
    """Copy files to standard output."""
    for name in arguments or ["/dev/stdin"]:
        with open(name, encoding="utf-8", errors="surrogateescape") as file:
            sys.stdout.write(file.read())
    return 0


def assert_contains(arguments: "list[str]") -> int:
    """Fail unless FILE contains every TEXT."""
    with open(arguments[0], encoding="utf-8") as file:
        text = file.read()
    missing = [wanted for wanted in arguments[1:] if wanted not in text]
    if missing:
        print(f"{arguments[0]}: expected to contain {missing}, found {text!r}", file=sys.stderr)
    return 1 if missing else 0


def main(arguments: "list[str]") -> int:
    """Do what the first argument says."""
    verb, *rest = arguments or ["echo"]
    if verb == "sleep":
        time.sleep(seconds(rest[0]))
        return 0
    if verb == "exit":
        return int(rest[0]) if rest else 0
    verbs = {"echo": echo, "cat": cat, "assert_contains": assert_contains}
    if verb not in verbs:
        print(f"argosay: unknown command {verb!r}: echo, cat, sleep, exit", file=sys.stderr)
        return 2
    return verbs[verb](rest)


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
