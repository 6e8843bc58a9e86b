"""YAML in the hand of sigs.k8s.io/yaml, so that it can be compared with kubectl's. Pure."""

from typing import Any

import yaml


class _Dumper(yaml.SafeDumper):
    """Texts that would read as something else are in double quotes; several lines are a block."""

    def choose_scalar_style(self) -> str:
        style, event = str(super().choose_scalar_style()), self.event
        if style != "'" or not isinstance(event, yaml.ScalarEvent):
            return style
        return '"' if not event.implicit[0] or event.value == "" else style

    def ignore_aliases(self, data: Any) -> bool:
        return True


def _text(dumper: _Dumper, text: str) -> yaml.ScalarNode:
    style = "|" if "\n" in text else None
    return dumper.represent_scalar("tag:yaml.org,2002:str", text, style=style)


_Dumper.add_representer(str, _text)


def dump(value: Any) -> str:
    """Return YAML with keys in alphabetical order."""
    return str(yaml.dump(value, Dumper=_Dumper, sort_keys=True, allow_unicode=True, width=80))
