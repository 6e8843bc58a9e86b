"""Go templates against what text/template and sprig 3.3.0 print (tables/gotemplate.json).

A row is template and output; null where Go reports an error. Numbers of the data are floats.
"""

import json
import random
from datetime import UTC, datetime
from pathlib import Path

import pytest

from pinnace.languages import gotemplate, sprig
from pinnace.languages.ambient import Ambient
from pinnace.languages.errors import LanguageError

TABLE = json.loads(
    (Path(__file__).parent / "tables" / "gotemplate.json").read_text(), parse_int=float
)
AMBIENT = Ambient(now=lambda: datetime(2026, 1, 2, 3, 4, 5, tzinfo=UTC), dice=random.Random(1))


@pytest.mark.parametrize("row", TABLE["rows"], ids=lambda row: str(row[0]))
def test_as_upstream(row: tuple[str, str | None]) -> None:
    template, output = row
    if output is None:
        with pytest.raises(LanguageError):
            gotemplate.render(template, TABLE["data"])
    else:
        assert gotemplate.render(template, TABLE["data"]) == output


ERRORS = [
    ("{{.Input", "unclosed action"),
    ("a\n{{if true}}", "{{end}} is missing"),
    ("{{end}}", "unexpected {{end}}"),
    ("{{nofunc 1}}", 'function "nofunc" not defined'),
    ("{{template \"x\"}}", 'template "x" not defined'),
    ("{{fail \"boom\"}}", "error calling fail: boom"),
    ("{{upper 1}}", "expected string; got int"),
    ("{{env \"HOME\"}}", "env is refused"),
    ("{{expandenv \"$HOME\"}}", "expandenv is refused"),
    ("{{define \"a\"}}{{template \"a\"}}{{end}}{{template \"a\"}}", "maximum template depth"),
    ("{{range 1000}}{{range 1000}}{{range 9}}x{{end}}{{end}}{{end}}", "too many steps"),
    ("{{now}}", "no clock"),
]  # fmt: skip


@pytest.mark.parametrize(("template", "message"), ERRORS)
def test_error(template: str, message: str) -> None:
    with pytest.raises(LanguageError) as caught:
        gotemplate.render(template, {})
    assert message in caught.value.expected


@pytest.mark.parametrize(
    ("word", "output"),
    [("break", "0,1,"), ("continue", "")],  # a break in `else` ends the inner range only
)
def test_a_jump_out_of_else(word: str, output: str) -> None:
    text = (
        f"{{{{range 2}}}}{{{{range 0}}}}{{{{else}}}}{{{{{word}}}}}{{{{end}}}}{{{{.}}}},{{{{end}}}}"
    )
    assert gotemplate.render(text, {}) == output


def test_a_defined_template_sees_its_own_data() -> None:
    text = '{{define "t"}}[{{.}}{{$}}]{{end}}{{template "t" .a}}'
    assert gotemplate.render(text, {"a": "x"}) == "[xx]"


def test_the_clock_and_the_dice_are_the_callers() -> None:
    text = '{{now | date "2006-01-02"}} {{randAlphaNum 4 | len}} {{uuidv4 | len}} {{ago now}}'
    assert gotemplate.render(text, {}, ambient=AMBIENT) == "2026-01-02 4 36 0s"


def test_sprig_has_what_manifests_use() -> None:
    assert len(sprig.generic()) > 180
