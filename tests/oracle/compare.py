"""Hold Pinnace's languages against Go's: ``python -m tests.oracle.compare [LANGUAGE]… [-n N]``.

Exits 1 when there is a disagreement that tests/oracle/known.py does not list.
"""

import argparse
import json
import sys
import time
from dataclasses import dataclass

from tests.oracle import chance, program
from tests.oracle.answers import agree, ours
from tests.oracle.chance import Difference
from tests.oracle.generate import fresh
from tests.oracle.languages import LANGUAGES

CASES = 20_000


@dataclass(frozen=True)
class Compared:
    """What came of the cases on which Go and Pinnace do not agree at once."""

    unexplained: list[Difference]
    known: int
    """How many are differences of known.py."""
    by_chance: int
    """In how many Go's own answer is random, and is ours at another time."""


def compare(language: str, count: int, seed: int) -> Compared:
    """Compare the answers to fresh cases."""
    cases = fresh(language, count, seed)
    answers = program.ask(language, cases)
    asked = [(case, a, ours(language, case)) for case, a in zip(cases, answers, strict=True)]
    differences = [one for one in asked if not agree(*one[1:])]
    unsettled = [one for one in differences if not chance.is_settled(language, one)]
    met = zip(unsettled, chance.met(language, unsettled), strict=True)
    unexplained = [one for one, answer in met if answer is None]
    known, by_chance = len(differences) - len(unsettled), len(unsettled) - len(unexplained)
    return Compared(unexplained, known, by_chance)


def main() -> int:
    """Compare the languages asked for, all by default."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("languages", nargs="*", metavar="LANGUAGE", help=", ".join(LANGUAGES))
    parser.add_argument("-n", "--cases", type=int, default=0, help="for each language")
    parser.add_argument("--seed", type=int, default=int(time.monotonic()) % 1_000_000)
    parser.add_argument("--show", type=int, default=10, help="differences printed for each")
    asked = parser.parse_args()
    try:
        program.build(asked.languages or LANGUAGES)
    except program.NoGo as error:
        print(error, file=sys.stderr)
        return 2
    failed = False
    for language in asked.languages or LANGUAGES:
        cases = asked.cases or getattr(LANGUAGES[language], "CASES", CASES)
        found = compare(language, cases, asked.seed)
        told = (
            f"{len(found.unexplained)} disagree, {found.known} known, {found.by_chance} by chance"
        )
        print(f"{language}: {cases} cases (seed {asked.seed}): {told}")
        for case, theirs, mine in found.unexplained[: asked.show]:
            print(f"  case  {json.dumps(case, ensure_ascii=False)}")
            print(f"    go  {json.dumps(theirs, ensure_ascii=False)}")
            print(f"  ours  {json.dumps(mine, ensure_ascii=False)}")
        failed = failed or bool(found.unexplained)
    return int(failed)


if __name__ == "__main__":
    sys.exit(main())
