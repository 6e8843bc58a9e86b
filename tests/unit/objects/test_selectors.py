import pytest

from pinnace.objects.errors import BadRequest
from pinnace.objects.selectors import from_match_labels, parse_fields, parse_labels

LABELS = {"app": "web", "tier": "front", "n": "5"}


@pytest.mark.parametrize(
    ("selector", "matches"),
    [
        ("", True),
        ("app=web", True),
        ("app==web", True),
        ("app = web , tier=front", True),
        ("app=db", False),
        ("app!=db", True),
        ("absent!=db", True),
        ("app in (db, web)", True),
        ("app in (db)", False),
        ("app notin (db)", True),
        ("app notin (web)", False),
        ("absent notin (web)", True),
        ("app", True),
        ("absent", False),
        ("!absent", True),
        ("!app", False),
        ("n>4", True),
        ("n<5", False),
        ("app>4", False),
        ("workflows.argoproj.io/workflow=x", False),
        ("app in (web),tier notin (back),!absent", True),
    ],
)
def test_a_label_selector_means_what_kubernetes_means(selector: str, matches: bool) -> None:
    assert parse_labels(selector).matches(LABELS) is matches


@pytest.mark.parametrize("selector", ["app in web", "=web", "app=web tier=front", "a=b,,c=d("])
def test_an_unreadable_selector_says_where(selector: str) -> None:
    with pytest.raises(BadRequest, match="at character"):
        parse_labels(selector)


def test_match_expressions_are_read_like_the_text_form() -> None:
    selector = from_match_labels(
        {
            "matchLabels": {"app": "web"},
            "matchExpressions": [
                {"key": "tier", "operator": "In", "values": ["front"]},
                {"key": "absent", "operator": "DoesNotExist"},
            ],
        }
    )
    assert selector.matches(LABELS)
    assert not selector.matches({"app": "web"})


@pytest.mark.parametrize(
    ("selector", "matches"),
    [
        ("metadata.name=p", True),
        ("metadata.name!=p", False),
        ("status.phase=Running,spec.on=true", True),
        ("status.absent=", True),
    ],
)
def test_a_field_selector_compares_text(selector: str, matches: bool) -> None:
    pod = {"metadata": {"name": "p"}, "status": {"phase": "Running"}, "spec": {"on": True}}
    assert parse_fields(selector).matches(pod) is matches
