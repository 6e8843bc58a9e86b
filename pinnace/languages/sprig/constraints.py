"""`semverCompare`: constraints such as `>= 1.2, < 2 || ^3.1` (Masterminds/semver 3)."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from typing import Any

from pinnace.languages import goregex
from pinnace.languages.sprig.semver import Version, compare, compare_prereleases, parse

LONGEST, MOST_GROUPS = 512, 32

_VERSION = (
    r"v?([0-9|x|X|\*]+)(\.[0-9|x|X|\*]+)?(\.[0-9|x|X|\*]+)?"
    r"(-([0-9A-Za-z\-]+(\.[0-9A-Za-z\-]+)*))?(\+([0-9A-Za-z\-]+(\.[0-9A-Za-z\-]+)*))?"
)
_OPERATORS = r"=||!=|>|<|>=|=>|<=|=<|~|~>|\^"
_ONE = rf"^\s*({_OPERATORS})\s*({_VERSION})\s*$"
_RANGE = rf"\s*({_VERSION})\s+-\s+({_VERSION})\s*"
_FIND = rf"({_OPERATORS})\s*({_VERSION})"
_VALID = rf"^(\s*({_OPERATORS})\s*({_VERSION})\s*)((?:\s+|,\s*)({_OPERATORS})\s*({_VERSION})\s*)*$"


@dataclass(frozen=True)
class _Constraint:
    operator: str
    version: Version
    dirty: bool = False
    """Some number is missing or a wildcard; which is the first one:"""
    minor_dirty: bool = False
    patch_dirty: bool = False


def satisfies(constraint: str, version: Version) -> bool:
    """Whether one of the alternatives holds; ValueError for a constraint that is none."""
    groups = _groups(constraint)
    for group in groups:
        prereleases = any(one.version.prerelease for one in group)
        if all(_holds(one, version, prereleases) for one in group):
            return True
    return False


def _groups(text: str) -> list[list[_Constraint]]:
    if len(text) > LONGEST:
        raise ValueError(f"constraint string is too long (max {LONGEST} bytes)")
    alternatives = _without_ranges(text).split("||")
    if len(alternatives) > MOST_GROUPS:
        raise ValueError(f"too many constraint groups (max {MOST_GROUPS})")
    return [_group(alternative) for alternative in alternatives]


def _group(text: str) -> list[_Constraint]:
    if not goregex.search(_VALID, text):
        raise ValueError(f"improper constraint: {text!r}")
    return [_parse(one) for one in goregex.find_all(_FIND, text) or [text]]


def _without_ranges(text: str) -> str:
    """`1.2 - 2` is `>= 1.2, <= 2`."""
    for found in goregex.compile(_RANGE).finditer(text):
        text = text.replace(found.group(0), f">= {found.group(1)}, <= {found.group(11)} ", 1)
    return text


def _parse(text: str) -> _Constraint:
    found = goregex.compile(_ONE).search(text)
    if found is None:
        raise ValueError(f"improper constraint: {text!r}")
    major, minor, patch, rest = (found.group(index) or "" for index in (3, 4, 5, 6))
    written, flags = found.group(2), {}
    if _any(major):
        written, flags = f"0.0.0{rest}", {"dirty": True}
    elif _any(minor.removeprefix(".")):
        written, flags = f"{major}.0.0{rest}", {"dirty": True, "minor_dirty": True}
    elif _any(patch.removeprefix(".")):
        written, flags = f"{major}{minor}.0{rest}", {"dirty": True, "patch_dirty": True}
    try:
        return _Constraint(found.group(1), parse(written), **flags)
    except ValueError as problem:
        raise ValueError("constraint parser error") from problem


def _any(part: str) -> bool:
    return part in ("", "x", "X", "*")


def _holds(constraint: _Constraint, version: Version, prereleases: bool) -> bool:
    if version.prerelease and not prereleases:
        return False  # a pre-release is matched only by a constraint that names one
    return _CHECKS[constraint.operator](constraint, version)


def _not_equal(wanted: _Constraint, version: Version) -> bool:
    con = wanted.version
    if not wanted.dirty:
        return compare(version, con) != 0
    if con.major != version.major:
        return True
    if wanted.minor_dirty:
        return False
    if con.minor != version.minor:
        return True
    if not wanted.patch_dirty:
        return con.patch != version.patch or compare(version, con) != 0
    if version.prerelease or con.prerelease:
        return compare_prereleases(version.prerelease, con.prerelease) != 0
    return False


def _greater(wanted: _Constraint, version: Version) -> bool:
    con = wanted.version
    if not wanted.dirty:
        return compare(version, con) == 1
    if version.major != con.major:
        return version.major > con.major
    if wanted.minor_dirty:
        return False
    if wanted.patch_dirty:
        return version.minor > con.minor
    return compare(version, con) == 1


def _less_or_equal(wanted: _Constraint, version: Version) -> bool:
    con = wanted.version
    if not wanted.dirty:
        return compare(version, con) <= 0
    if version.major > con.major:
        return False
    return not (version.major == con.major and version.minor > con.minor and not wanted.minor_dirty)


def _tilde(wanted: _Constraint, version: Version) -> bool:
    con = wanted.version
    if compare(version, con) < 0:
        return False
    if con.core == (0, 0, 0) and not wanted.minor_dirty and not wanted.patch_dirty:
        return True
    return version.major == con.major and (version.minor == con.minor or wanted.minor_dirty)


def _equal(wanted: _Constraint, version: Version) -> bool:
    return _tilde(wanted, version) if wanted.dirty else compare(version, wanted.version) == 0


def _caret(wanted: _Constraint, version: Version) -> bool:
    con = wanted.version
    if compare(version, con) < 0:
        return False
    if con.major > 0 or wanted.minor_dirty:
        return version.major == con.major
    if version.major > 0:
        return False
    if con.minor > 0 or wanted.patch_dirty:
        return version.minor == con.minor
    return version.minor == 0 and con.patch == version.patch


_CHECKS: dict[str, Callable[[_Constraint, Version], bool]] = {
    "": _equal,
    "=": _equal,
    "!=": _not_equal,
    ">": _greater,
    "<": lambda wanted, version: compare(version, wanted.version) < 0,
    ">=": lambda wanted, version: compare(version, wanted.version) >= 0,
    "=>": lambda wanted, version: compare(version, wanted.version) >= 0,
    "<=": _less_or_equal,
    "=<": _less_or_equal,
    "~": _tilde,
    "~>": _tilde,
    "^": _caret,
}

TABLE: dict[str, Callable[..., Any]] = {
    "semver": parse,
    "semverCompare": lambda rule, text: _compare(rule, text),
}


def _compare(rule: str, text: str) -> bool:
    _groups(rule)  # a bad constraint is an error whatever the version is
    return satisfies(rule, parse(text))
