"""What ``pinnace status`` calls ready."""

import pytest

from pinnace.cli.status import _conditions


@pytest.mark.parametrize(
    ("conditions", "ready", "message"),
    [
        ([{"type": "A", "status": "True"}], True, ""),
        ([{"type": "A", "status": "True"}, {"type": "B", "status": "False"}], False, "B"),
        ([{"type": "A", "status": "Unknown", "message": "starting"}], False, "starting"),
        ([], False, "not looked at yet"),
    ],
)
def test_only_what_is_known_to_work_is_ready(
    conditions: list[dict[str, str]], ready: bool, message: str
) -> None:
    told = _conditions({"metadata": {"name": "x"}, "status": {"conditions": conditions}})
    assert told == {"name": "x", "ready": ready, "message": message}
