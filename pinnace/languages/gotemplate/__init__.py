"""Go's text/template with sprig: `dataTemplate`, `contextTemplate` and filter templates.

`render(text, data) -> str`. The text becomes tokens (`lexer`), nodes (`parser`, `pipelines`) and
output (`executor`); `functions` are Go's own functions and `comparison` its eq, lt and so on.
Numbers of the data are floats, as they come out of JSON, so `{{.id}}` of 12345678 prints
1.2345678e+07; a missing key prints `<no value>`.
"""

from __future__ import annotations

from functools import lru_cache
from typing import Any

from pinnace.languages.ambient import STILL, Ambient
from pinnace.languages.errors import LanguageError
from pinnace.languages.gotemplate.executor import Executor
from pinnace.languages.gotemplate.parser import Template, parse
from pinnace.languages.gotemplate.tokens import LANGUAGE

__all__ = ["NO_VALUE", "Template", "compile", "render"]

NO_VALUE = "<no value>"
"""What a missing key prints."""


@lru_cache(maxsize=512)
def compile(text: str) -> Template:
    """The parsed template; a LanguageError for bad syntax."""
    return parse(text)


def render(template: str | Template, data: Any, *, ambient: Ambient = STILL) -> str:
    """The template's output over the data."""
    compiled = compile(template) if isinstance(template, str) else template
    try:
        return Executor(compiled, data, ambient).run()
    except RecursionError as problem:
        raise LanguageError(
            LANGUAGE, compiled.text, 0, "exceeded maximum template depth"
        ) from problem
