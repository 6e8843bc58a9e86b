"""The committed corpus: ``python -m tests.oracle.corpus LANGUAGE… [-n N]`` writes it anew.

A file holds one header line (versions of Go and of the modules, seed) and one line a case:
{"case": …, "value": …} or {"case": …, "error": …}, answers as the Go program gave them.
"""

import argparse
import json
import re
from collections.abc import Iterator
from pathlib import Path
from typing import Any

from tests.oracle import program
from tests.oracle.generate import fresh
from tests.oracle.languages import LANGUAGES

FOLDER = Path(__file__).parent / "corpus"


def write(language: str, count: int, seed: int) -> Path:
    """Write the corpus of one language from fresh cases."""
    cases = fresh(language, count, seed)
    answers = program.ask(language, cases)
    header = {"language": language, "seed": seed, "versions": _told(program.versions(language))}
    rows = [{"case": case, **answer} for case, answer in zip(cases, answers, strict=True)]
    path = FOLDER / f"{language}.jsonl"
    path.write_text("".join(json.dumps(row) + "\n" for row in [header, *rows]))
    return path


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
