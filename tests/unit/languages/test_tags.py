"""Tags in JSON text: what is replaced, what waits and what is refused."""

import json

import pytest

from pinnace.languages import tags
from pinnace.languages.errors import AbsentOptional, LanguageError, MissingVariable

KNOWN = {
    "inputs.parameters.a": 'x"y\n',
    "inputs.parameters.b-c": "7",
    "inputs.parameters.list": "[1,2]",
    "item": "a",
    "workflow.name": "wf",
    "workflow.parameters": "[]",
    "workflow.parameters.p": "q",
    "steps.skipped.outputs.result": None,
}

REPLACED = [
    ("{{workflow.name}}", "wf"),
    ("{{ workflow.name }}", "wf"),
    ("{{inputs.parameters.a}}", 'x"y\n'),
    ("{{unknown}} {{workflow.name}}", "{{unknown}} wf"),
    ("{{inputs.parameters.{{item}}}}", "{{inputs.parameters.a}}"),
    ("{{=workflow.name + '!'}}", "wf!"),
    ("{{=asInt(inputs.parameters['b-c']) + 1}}", "8"),
    ("{{=asFloat(inputs.parameters['b-c']) / 2}}", "3.5"),
    ("{{=[1, 'a', {'b': true}]}}", '[1,"a",{"b":true}]'),
    ("{{=inputs.parameters.a}}", 'x"y\n'),
    ('{{=workflow.name == "wf"}}', "true"),
    ("{{=sprig.upper(workflow.name)}}", "WF"),
    ("{{=toJson(sprig.list('a', 1))}}", '["a",1]'),
    ("{{=jsonpath(inputs.parameters.list, '$[1]')}}", "2"),
    ("{{=steps.skipped.outputs.result ?? 'none'}}", "none"),
    ("{{=workflow.parameters.p}}", "q"),
    # these wait for a later pass
    ("{{=workflow.labels.x}}", "{{=workflow.labels.x}}"),
    ("{{=sprig.int(retries)}}", "{{=sprig.int(retries)}}"),
    ("{{=lastRetry.exitCode ?? 1}}", "{{=lastRetry.exitCode ?? 1}}"),
    ("{{=workflow.status == 'Failed'}}", "{{=workflow.status == 'Failed'}}"),
    ("{{=workflow.labels.x ?? 'here'}}", "{{=workflow.labels.x ?? 'here'}}"),
    ("{{=workflow.labels?.x ?? 'here'}}", "here"),
    ("{{=date('2026-03-01')}}", "2026-03-01T00:00:00Z"),
]


@pytest.mark.parametrize(("text", "value"), REPLACED)
def test_lenient(text: str, value: str) -> None:
    document = json.dumps({"args": [text]})
    assert json.loads(tags.substitute(document, KNOWN)) == {"args": [value]}
    assert tags.substitute_value({"args": [text]}, KNOWN) == {"args": [value]}


REFUSED = [
    ("{{steps}}", MissingVariable, "failed to resolve {{steps}}"),
    ("{{steps.a.outputs.result}}", MissingVariable, "failed to resolve {{steps.a.outputs.result}}"),
    ("{{=steps.a.outputs.result}}", MissingVariable, "is missing"),
    ("{{steps.skipped.outputs.result}}", AbsentOptional, "absent optional"),
    ("{{=workflow.name +}}", LanguageError, "unexpected end"),
    ("{{=asInt(workflow.name)}}", LanguageError, "int(wf)"),
    ("{{=steps.skipped.outputs.result}}", LanguageError, "nil"),
    ("{{workflow.name", LanguageError, "cannot find end tag"),
]


@pytest.mark.parametrize(("text", "kind", "message"), REFUSED)
def test_refused(text: str, kind: type[LanguageError], message: str) -> None:
    with pytest.raises(kind) as caught:
        tags.substitute(json.dumps(text), KNOWN, strict_prefixes=("steps.", "tasks."))
    assert message in str(caught.value)


def test_output_artifacts_may_wait_in_a_strict_pass() -> None:
    text = '"{{steps.a.outputs.artifacts.x}}"'
    assert tags.substitute(text, KNOWN, strict_prefixes=("steps.",)) == text


def test_the_strict_pass_refuses_every_unknown_name() -> None:
    with pytest.raises(MissingVariable):
        tags.substitute('"{{unknown}}"', KNOWN, allow_unresolved=False)


def test_text_that_go_quotes_in_a_way_json_has_not_is_refused() -> None:
    with pytest.raises(LanguageError, match="invalid JSON"):
        tags.substitute('"{{x}}"', {"x": "bell\a"})


def test_find_tags() -> None:
    found = tags.find_tags("a {{x}} {{= y }} b")
    assert [(tag.content, tag.expression, tag.start) for tag in found] == [
        ("x", False, 2),
        ("= y ", True, 8),
    ]
