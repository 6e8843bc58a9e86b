"""Every language against the committed answers of the Go libraries (tests/oracle)."""

import json

import pytest

from tests.oracle import corpus
from tests.oracle.answers import agree, ours
from tests.oracle.known import is_known
from tests.oracle.languages import LANGUAGES


@pytest.mark.parametrize("language", LANGUAGES)
def test_as_go_answers(language: str) -> None:
    rows = list(corpus.read(language))
    assert len(rows) >= 500
    wrong = []
    for row in rows:
        case = row.pop("case")
        mine = ours(language, case)
        if not agree(row, mine) and not is_known(language, case, row, mine):
            wrong.append(json.dumps({"case": case, "go": row, "ours": mine}, ensure_ascii=False))
    assert not wrong, f"{len(wrong)} of {len(rows)} disagree:\n" + "\n".join(wrong[:10])
