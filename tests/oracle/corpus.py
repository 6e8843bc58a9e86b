"""The committed corpus: ``python -m tests.oracle.corpus LANGUAGE… [-n N]`` writes it anew.

A file holds one header line (versions of Go and of the modules, seed) and one line a case:
{"case": …, "value": …} or {"case": …, "error": …}, answers as the Go program gave them; where they
are random (the order of a map), one that agrees with ours if there is one.
"""

import argparse
import json
import re
from collections.abc import Iterator
from pathlib import Path
from typing import Any

from tests.oracle import chance, program
from tests.oracle.answers import ours
from tests.oracle.generate import fresh
from tests.oracle.languages import LANGUAGES

FOLDER = Path(__file__).parent / "corpus"


def write(language: str, count: int, seed: int) -> Path:
    """Write the corpus of one language from fresh cases."""
    cases = fresh(language, count, seed)
    answers = _chosen(language, cases, program.ask(language, cases))
    header = {"language": language, "seed": seed, "versions": _told(program.versions(language))}
    rows = [{"case": case, **answer} for case, answer in zip(cases, answers, strict=True)]
    path = FOLDER / f"{language}.jsonl"
    path.write_text("".join(json.dumps(row) + "\n" for row in [header, *rows]))
    return path


def _chosen(
    language: str, cases: list[dict[str, Any]], answers: list[dict[str, Any]]
) -> list[dict[str, Any]]:
    """Of the answers that Go gives at random, choose the one that agrees with ours."""
    asked = [(case, a, ours(language, case)) for case, a in zip(cases, answers, strict=True)]
    open_ones = [place for place, one in enumerate(asked) if not chance.is_settled(language, one)]
    met = chance.met(language, [asked[place] for place in open_ones])
    for place, answer in zip(open_ones, met, strict=True):
        answers[place] = answer or answers[place]
    return answers


_EVALUATE = re.compile("go$|argo-events|tidwall|govaluate|sprig|gojq|gopher-lua")
_MANY = 60


def _told(versions: dict[str, str]) -> dict[str, str]:
    """A program with all of Argo in it has hundreds of modules: those that evaluate are named."""
    if len(versions) <= _MANY:
        return versions
    return {name: version for name, version in versions.items() if _EVALUATE.search(name)}


def read(language: str) -> Iterator[dict[str, Any]]:
    """Yield the rows of one language, without the header."""
    with (FOLDER / f"{language}.jsonl").open() as lines:
        next(lines)
        for line in lines:
            yield json.loads(line)


def main() -> None:
    """Write the corpora asked for, all by default."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("languages", nargs="*", metavar="LANGUAGE", help=", ".join(LANGUAGES))
    parser.add_argument("-n", "--cases", type=int, default=600, help="for each language")
    parser.add_argument("--seed", type=int, default=1)
    asked = parser.parse_args()
    program.build(asked.languages or LANGUAGES)
    for language in asked.languages or LANGUAGES:
        print(write(language, asked.cases, asked.seed))


if __name__ == "__main__":
    main()
