"""Fresh cases of a language, all different."""

import json
from typing import Any

from hypothesis import HealthCheck, Phase, given, settings
from hypothesis import seed as seeded

from tests.oracle.languages import LANGUAGES

_ROUND = 2_000


def fresh(language: str, count: int, seed: int) -> list[dict[str, Any]]:
    """Return ``count`` different cases; the same seed gives the same ones."""
    found: dict[str, dict[str, Any]] = {}
    for attempt in range(50 + 4 * count // _ROUND):
        if len(found) >= count:
            break
        _collect(language, min(_ROUND, 2 * count), seed * 1_000 + attempt, found)
    if len(found) < count:
        raise RuntimeError(f"{language}: only {len(found)} different cases; widen its grammar")
    return list(found.values())[:count]


def _collect(language: str, count: int, seed: int, into: dict[str, dict[str, Any]]) -> None:
    @seeded(seed)
    @settings(
        max_examples=count, phases=[Phase.generate], database=None, deadline=None,
        suppress_health_check=list(HealthCheck),
    )  # fmt: skip
    @given(LANGUAGES[language].cases())
    def keep(case: dict[str, Any]) -> None:
        into.setdefault(json.dumps(case, sort_keys=True), case)

    keep()
