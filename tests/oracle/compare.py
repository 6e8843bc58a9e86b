"""Hold Pinnace's languages against Go's: ``python -m tests.oracle.compare [LANGUAGE]… [-n N]``.

Exits 1 when there is a disagreement that tests/oracle/known.py does not list.
"""

import argparse
import json
import sys
import time
from typing import Any

from tests.oracle import program
from tests.oracle.answers import agree, ours
from tests.oracle.generate import fresh
from tests.oracle.known import is_known
from tests.oracle.languages import LANGUAGES

CASES = 20_000
Difference = tuple[dict[str, Any], dict[str, Any], dict[str, Any]]


def compare(language: str, count: int, seed: int) -> tuple[list[Difference], int]:
    """Return the unexplained differences among fresh cases, and how many are known ones."""
    cases = fresh(language, count, seed)
    unexplained: list[Difference] = []
    known = 0
    for case, theirs in zip(cases, program.ask(language, cases), strict=True):
        mine = ours(language, case)
        if agree(theirs, mine):
            continue
        if is_known(language, case, theirs, mine):
            known += 1
        else:
            unexplained.append((case, theirs, mine))
    return unexplained, known


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
        unexplained, known = compare(language, cases, asked.seed)
        told = f"{len(unexplained)} disagree, {known} known"
        print(f"{language}: {cases} cases (seed {asked.seed}): {told}")
        for case, theirs, mine in unexplained[: asked.show]:
            print(f"  case  {json.dumps(case, ensure_ascii=False)}")
            print(f"    go  {json.dumps(theirs, ensure_ascii=False)}")
            print(f"  ours  {json.dumps(mine, ensure_ascii=False)}")
        failed = failed or bool(unexplained)
    return int(failed)


if __name__ == "__main__":
    sys.exit(main())
