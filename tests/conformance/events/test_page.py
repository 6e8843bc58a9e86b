"""docs/conformance-events.md says what the examples come to today."""

import pytest

from tests.conformance.events.examples import ABSENT, FOLDER
from tests.conformance.events.tables import PAGE, page


@pytest.mark.skipif(not FOLDER.is_dir(), reason=ABSENT)
def test_the_page_is_current() -> None:
    assert PAGE.read_text() == page(), "write it again: python -m tests.conformance.events.tables"
