"""sprig's semantic versions: `semver` and `semverCompare` (Masterminds/semver 3)."""

from __future__ import annotations

import re
from collections.abc import Callable
from dataclasses import dataclass
from typing import Any

from pinnace.languages.sprig.casts import want_text

_VERSION = re.compile(
    r"v?(\d+)(?:\.(\d+))?(?:\.(\d+))?(?:-([0-9A-Za-z.-]+))?(?:\+([0-9A-Za-z.-]+))?"
)
_COMPARISON = re.compile(
    r"\s*(=|!=|>=|=>|<=|=<|>|<|~>|~|\^)?\s*(v?[\dxX*]+(?:\.[\dxX*]+){0,2}(?:[-+][0-9A-Za-z.+-]+)?)"
)


@dataclass(frozen=True)
class Version:
    """A version's numbers and pre-release."""

    core: tuple[int, int, int]
    prerelease: str = ""
    metadata: str = ""

    @property
    def order(self) -> tuple[Any, ...]:
        """Compares as versions do: a pre-release comes before its release."""
        parts = tuple(
            (0, int(part), "") if part.isdigit() else (1, 0, part)
            for part in self.prerelease.split(".")
        )
        return (self.core, (1,) if not self.prerelease else (0, parts))

    def as_map(self) -> dict[str, Any]:
        """The fields that templates read."""
        major, minor, patch = self.core
        original = f"{major}.{minor}.{patch}"
        return {
            "Major": major,
            "Minor": minor,
            "Patch": patch,
            "Prerelease": self.prerelease,
            "Metadata": self.metadata,
            "Original": original + (f"-{self.prerelease}" if self.prerelease else ""),
        }


def parse(text: str) -> Version:
    """A version; missing numbers are zero."""
    found = _VERSION.fullmatch(text.strip())
    if found is None:
        raise ValueError(f"invalid semantic version {text!r}")
    major, minor, patch, prerelease, metadata = found.groups()
    core = (int(major), int(minor or 0), int(patch or 0))
    return Version(core, prerelease or "", metadata or "")


def satisfies(constraint: str, version: Version) -> bool:
    """`>= 1.2, < 2 || ^3.1`: alternatives of comparisons that must all hold."""
    return any(
        all(_holds(one, version) for one in _comparisons(alternative))
        for alternative in constraint.split("||")
    )


def _comparisons(text: str) -> list[tuple[str, str]]:
    hyphen = re.fullmatch(r"\s*(\S+)\s+-\s+(\S+)\s*", text)
    if hyphen:
        return [(">=", hyphen.group(1)), ("<=", hyphen.group(2))]
    found = _COMPARISON.findall(text)
    if not found or re.sub(r"[\s,]", "", _COMPARISON.sub("", text)):
        raise ValueError(f"improper constraint: {text}")
    return found


def _holds(comparison: tuple[str, str], version: Version) -> bool:
    operator, text = comparison
    numbers = re.split(r"[.+-]", text.lstrip("v"))[:3]
    fixed = [int(part) for part in numbers if part.isdigit()]
    if any(part in "xX*" for part in numbers):
        fixed = fixed[: next(i for i, part in enumerate(numbers) if part in "xX*")]
    core = (*fixed, 0, 0, 0)[:3]
    wanted = parse(".".join(map(str, core)) + ("-" + text.split("-", 1)[1] if "-" in text else ""))
    if version.prerelease and not wanted.prerelease:
        return False  # a pre-release is matched only by a constraint that names one
    low, high = wanted.order, _above(wanted.core, len(fixed), operator)
    own = version.order
    match operator:
        case "" | "=":
            return low <= own < high if len(fixed) < 3 else own == low
        case "!=":
            return not (low <= own < high) if len(fixed) < 3 else own != low
        case ">":
            return own >= high if len(fixed) < 3 else own > low
        case "<":
            return own < low
        case ">=" | "=>":
            return own >= low
        case "<=" | "=<":
            return own < high if len(fixed) < 3 else own <= low
    return low <= own < high


def _above(core: tuple[int, int, int], given: int, operator: str) -> tuple[Any, ...]:
    """The first version that a range no longer holds."""
    major, minor, patch = core
    if given == 0:
        bound = (10**9, 0, 0)
    elif operator == "^" and (major or given == 1):
        bound = (major + 1, 0, 0)
    elif operator == "^" and (minor or given == 2):
        bound = (0, minor + 1, 0)
    elif operator == "^":
        bound = (0, 0, patch + 1)
    else:
        bound = (major + 1, 0, 0) if given == 1 else (major, minor + 1, 0)
    return Version(bound).order


TABLE: dict[str, Callable[..., Any]] = {
    "semver": lambda text: parse(want_text(text)).as_map(),
    "semverCompare": lambda rule, text: satisfies(want_text(rule), parse(want_text(text))),
}
