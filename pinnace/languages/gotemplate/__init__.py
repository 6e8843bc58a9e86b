"""Go's text/template with sprig: `dataTemplate`, `contextTemplate` and filter templates.

`render(text, data) -> str`. The text becomes `tokens`, `nodes` (`parser`, `pipelines`) and output
(`executor`, `evaluator`); `functions` are Go's own functions, `methods` those of dates, durations
and versions. Numbers of the data are floats, as they come out of JSON, so `{{.id}}` of 12345678
prints 1.2345678e+07; a missing key prints `<no value>`.
"""

from __future__ import annotations

import copy
from functools import lru_cache
from typing import Any

from pinnace.languages import gounicode
from pinnace.languages.ambient import STILL, Ambient
from pinnace.languages.errors import LanguageError
from pinnace.languages.gotemplate.executor import Executor
from pinnace.languages.gotemplate.parser import Template, parse
from pinnace.languages.gotemplate.table import NAMES
from pinnace.languages.gotemplate.tokens import LANGUAGE

__all__ = ["NO_VALUE", "Template", "compile", "render"]

NO_VALUE = "<no value>"
"""What a missing key prints."""


@lru_cache(maxsize=512)
def compile(text: str) -> Template:
    """The parsed template; a LanguageError for bad syntax."""
    return parse(text, NAMES)


def render(template: str | Template, data: Any, *, ambient: Ambient = STILL) -> str:
    """The template's output over the data; bytes that are no UTF-8 become U+FFFD.

    `set` and its kind change maps in place: they get a copy of the data.
    """
    compiled = compile(template) if isinstance(template, str) else template
    own = copy.deepcopy(data) if _MUTATES & set(_words(compiled.text)) else data
    try:
        text = Executor(compiled, own, ambient).run()
    except RecursionError as problem:
        raise LanguageError(
            LANGUAGE, compiled.text, 0, "exceeded maximum template depth"
        ) from problem
    if text.isascii():
        return text
    # bytes cut apart may have come together again
    whole = text.encode("utf-8", "surrogateescape").decode("utf-8", "surrogateescape")
    return gounicode.valid(whole)


_MUTATES = frozenset({"set", "unset", "merge", "mergeOverwrite", "mustMerge", "mustMergeOverwrite"})


def _words(text: str) -> list[str]:
    return "".join(char if char.isalnum() else " " for char in text).split()
