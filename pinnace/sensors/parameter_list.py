"""Reading lists of trigger parameters, which stand in many places of a Sensor.

Upstream: pkg/reconciler/sensor/validate.go:validateTriggerParameter. That ``dependencyName`` names
a dependency is checked here too; upstream finds it out, or not, when an event comes.
"""

from collections.abc import Collection

from pinnace.sensors.reading import Node
from pinnace.sensors.spec import Parameter, Source

OPERATIONS = ("", "append", "prepend", "overwrite")


def read_parameters(
    node: Node, dependencies: Collection[str] | None, *, whole: bool = False
) -> tuple[Parameter, ...]:
    """Read a list of parameters; ``whole`` allows an empty ``dest`` (HTTP: the entire body).

    Without ``dependencies`` their names aren't checked: template parameters may replace them yet.
    """
    return tuple(_read_parameter(entry, dependencies, whole) for entry in node)


def _read_parameter(node: Node, dependencies: Collection[str] | None, whole: bool) -> Parameter:
    source = node["src"]
    if not source.given:
        raise source.refuse("parameter source can't be empty", expected="src with dependencyName")
    name = source["dependencyName"].required("parameter dependency name can't be empty")
    if dependencies is not None and name not in dependencies:
        raise source["dependencyName"].refuse(
            "unknown dependency", expected=f"one of {', '.join(dependencies)}", found=repr(name),
            fix="name a dependency of this Sensor",
        )  # fmt: skip
    destination = node["dest"]
    if not whole:
        destination.required("parameter destination can't be empty")
    return Parameter(
        source=Source(
            dependency=name,
            context_key=source["contextKey"].text(),
            context_template=source["contextTemplate"].text(),
            data_key=source["dataKey"].text(),
            data_template=source["dataTemplate"].text(),
            value=source["value"].text() if source["value"].given else None,
            use_raw_data=source["useRawData"].flag(),
        ),
        dest=destination.text(),
        operation=node["operation"].choice(OPERATIONS, "parameter operation {} is invalid"),
        field=node.path,
    )
