"""Semantic versions: `semver` and its methods (Masterminds/semver 3); `constraints` compares."""

from __future__ import annotations

import re
from collections.abc import Callable, Mapping
from dataclasses import dataclass, replace
from typing import Any

from pinnace.languages import gonumbers

LONGEST = 256
_LOOSE = re.compile(
    r"v?([0-9]+)(\.[0-9]+)?(\.[0-9]+)?"
    r"(?:-([0-9A-Za-z\-]+(?:\.[0-9A-Za-z\-]+)*))?(?:\+([0-9A-Za-z\-]+(?:\.[0-9A-Za-z\-]+)*))?"
)
_IDENTIFIERS = re.compile(r"[0-9A-Za-z-]+(\.[0-9A-Za-z-]+)*")
_NUMBERED_FROM_ZERO = re.compile(r"0[0-9]+")


@dataclass(frozen=True)
class Version:
    """A version: its numbers, pre-release, metadata and how it was written."""

    major: int
    minor: int
    patch: int
    prerelease: str = ""
    metadata: str = ""
    original: str = ""

    go_type = "*semver.Version"

    def __str__(self) -> str:
        text = f"{self.major}.{self.minor}.{self.patch}"
        text += f"-{self.prerelease}" if self.prerelease else ""
        return text + (f"+{self.metadata}" if self.metadata else "")

    def as_json(self) -> str:
        """A version is a string in JSON."""
        return str(self)

    @property
    def core(self) -> tuple[int, int, int]:
        """The three numbers."""
        return self.major, self.minor, self.patch


def parse(text: str) -> Version:
    """semver.NewVersion; numbers that are missing are zero."""
    found = _LOOSE.fullmatch(text) if len(text) <= LONGEST else None
    if found is None:
        raise ValueError(f"invalid semantic version {text[:LONGEST]!r}")
    major, minor, patch = (_segment((part or "0").lstrip(".")) for part in found.groups()[:3])
    prerelease, metadata = found.group(4) or "", found.group(5) or ""
    _check_prerelease(prerelease)
    return Version(major, minor, patch, prerelease, metadata, text)


def _segment(digits: str) -> int:
    number = gonumbers.parse_uint(digits)
    if number is None:
        raise ValueError(f"error parsing version segment: {digits} is out of range")
    return number


def _check_prerelease(text: str) -> None:
    if text and not _IDENTIFIERS.fullmatch(text):
        raise ValueError("invalid prerelease string")
    if any(_NUMBERED_FROM_ZERO.fullmatch(part) for part in text.split(".")):
        raise ValueError("version segment starts with 0")


def compare(left: Version, right: Version) -> int:
    """-1, 0 or 1; a pre-release comes before its release, metadata does not count."""
    if left.core != right.core:
        return 1 if left.core > right.core else -1
    if not left.prerelease or not right.prerelease:
        return (not left.prerelease) - (not right.prerelease)
    return compare_prereleases(left.prerelease, right.prerelease)


def compare_prereleases(left: str, right: str) -> int:
    """Part by part; numbers come before words, and fewer parts before more."""
    ours, theirs = left.split("."), right.split(".")
    for index in range(max(len(ours), len(theirs))):
        mine = ours[index] if index < len(ours) else ""
        other = theirs[index] if index < len(theirs) else ""
        if mine != other:
            return 1 if _rank(mine) > _rank(other) else -1
    return 0


def _rank(part: str) -> tuple[int, int, str]:
    number = gonumbers.parse_uint(part)
    if not part:
        return (0, 0, "")
    return (2, 0, part) if number is None else (1, number, "")


def _changed(version: Version, **parts: Any) -> Version:
    """A version made from another: its `original` keeps only a leading v."""
    made = replace(version, **parts)
    return replace(made, original=("v" if version.original[:1] == "v" else "") + str(made))


def _next_patch(version: Version) -> Version:
    patch = version.patch if version.prerelease else version.patch + 1
    return _changed(version, patch=patch, prerelease="", metadata="")


def _with_prerelease(version: Version, text: str) -> Version:
    _check_prerelease(text)
    return _changed(version, prerelease=text)


def _with_metadata(version: Version, text: str) -> Version:
    if text and not _IDENTIFIERS.fullmatch(text):
        raise ValueError("invalid metadata string")
    return _changed(version, metadata=text)


_BARE = {"prerelease": "", "metadata": ""}
_OTHER = "(*semver.Version) bool"

METHODS: Mapping[str, tuple[str, Callable[..., Any]]] = {
    "Original": ("() string", lambda v: v.original),
    "Major": ("() uint64", lambda v: v.major),
    "Minor": ("() uint64", lambda v: v.minor),
    "Patch": ("() uint64", lambda v: v.patch),
    "Prerelease": ("() string", lambda v: v.prerelease),
    "Metadata": ("() string", lambda v: v.metadata),
    "String": ("() string", str),
    "IncPatch": ("() semver.Version", _next_patch),
    "IncMinor": ("() semver.Version", lambda v: _changed(v, minor=v.minor + 1, patch=0, **_BARE)),
    "IncMajor": (
        "() semver.Version", lambda v: _changed(v, major=v.major + 1, minor=0, patch=0, **_BARE)
    ),
    "SetPrerelease": ("(string) semver.Version", _with_prerelease),
    "SetMetadata": ("(string) semver.Version", _with_metadata),
    "Compare": ("(*semver.Version) int", compare),
    "LessThan": (_OTHER, lambda v, other: compare(v, other) < 0),
    "LessThanEqual": (_OTHER, lambda v, other: compare(v, other) <= 0),
    "GreaterThan": (_OTHER, lambda v, other: compare(v, other) > 0),
    "GreaterThanEqual": (_OTHER, lambda v, other: compare(v, other) >= 0),
    "Equal": (_OTHER, lambda v, other: compare(v, other) == 0),
}  # fmt: skip
"""Name to signature and function of the version and the arguments."""
