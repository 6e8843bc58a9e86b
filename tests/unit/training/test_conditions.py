import pytest

from pinnace.training.conditions import Condition, Update, put

C = Condition


def entry(type_: Condition, status: str = "True", reason: str = "") -> dict[str, str]:
    return {
        "type": type_.value,
        "status": status,
        "reason": reason or f"TFJob{type_.value}",
        "message": "m",
        "lastUpdateTime": "t0",
        "lastTransitionTime": "t0",
    }


def update(type_: Condition, status: str = "True", reason: str = "") -> Update:
    return Update(type=type_, message="m", reason=reason or f"TFJob{type_.value}", status=status)


@pytest.mark.parametrize(
    ("before", "new", "after"),
    [
        ([], update(C.CREATED), [("Created", "True")]),
        (
            [entry(C.CREATED)],
            update(C.RUNNING),
            [("Created", "True"), ("Running", "True")],
        ),
        (
            [entry(C.CREATED), entry(C.RUNNING)],
            update(C.RESTARTING),
            [("Created", "True"), ("Restarting", "True")],
        ),
        (
            [entry(C.CREATED), entry(C.RESTARTING)],
            update(C.RUNNING),
            [("Created", "True"), ("Running", "True")],
        ),
        (
            [entry(C.CREATED), entry(C.RUNNING)],
            update(C.SUCCEEDED),
            [("Created", "True"), ("Running", "False"), ("Succeeded", "True")],
        ),
        (
            [entry(C.CREATED), entry(C.RUNNING)],
            update(C.FAILED),
            [("Created", "True"), ("Running", "False"), ("Failed", "True")],
        ),
        ([entry(C.FAILED)], update(C.SUCCEEDED), [("Failed", "True")]),
        (
            [entry(C.SUSPENDED), entry(C.RUNNING)],
            update(C.SUSPENDED, "False", "TFJobResumed"),
            [("Running", "True"), ("Suspended", "False")],
        ),
    ],
)
def test_conditions_replace_one_another(before, new, after):
    result = put(before, new, "t1")
    assert [(item["type"], item["status"]) for item in result] == after


def test_same_status_and_reason_change_nothing_even_with_another_message():
    before = [entry(C.RUNNING), entry(C.SUSPENDED, "False")]
    again = Update(type=C.RUNNING, message="other", reason="TFJobRunning")
    assert put(before, again, "t1") == before


def test_transition_time_moves_only_with_the_status():
    (only,) = put([entry(C.SUSPENDED, reason="A")], update(C.SUSPENDED, reason="B"), "t1")
    assert (only["lastUpdateTime"], only["lastTransitionTime"]) == ("t1", "t0")
    (only,) = put([entry(C.SUSPENDED)], update(C.SUSPENDED, "False", "B"), "t1")
    assert (only["lastUpdateTime"], only["lastTransitionTime"]) == ("t1", "t1")
