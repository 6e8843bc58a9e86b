"""``workflow.*``: the variables every template of a workflow may use.

Mirrors ``setGlobalParameters`` of ``workflow/controller/operator.go``.
"""

import json
from collections.abc import Mapping
from datetime import datetime
from typing import Any

from pinnace.languages import strftime
from pinnace.objects.clock import parse_rfc3339
from pinnace.objects.meta import annotations_of, labels_of, name_of, namespace_of, uid_of
from pinnace.objects.types import Object
from pinnace.workflows.constants import ANNOTATION_SCHEDULED_TIME
from pinnace.workflows.durations import instant
from pinnace.workflows.problems import Problem
from pinnace.workflows.spec import parameters, text


def workflow_variables(
    workflow: Object, spec: Object, config_maps: Mapping[str, Object], now: datetime
) -> dict[str, str]:
    """Return the workflow's variables; raises Problem when an argument has no value."""
    values = {
        "workflow.name": name_of(workflow),
        "workflow.namespace": namespace_of(workflow),
        "workflow.uid": uid_of(workflow),
        "workflow.mainEntrypoint": str(spec.get("entrypoint") or ""),
        "workflow.serviceAccountName": str(spec.get("serviceAccountName") or ""),
    }
    if spec.get("priority") is not None:
        values["workflow.priority"] = str(spec["priority"])
    scheduled = annotations_of(workflow).get(ANNOTATION_SCHEDULED_TIME)
    if scheduled:
        values["workflow.scheduledTime"] = scheduled
    values |= _creation(str(workflow["metadata"].get("creationTimestamp") or ""))
    values |= _arguments(spec, namespace_of(workflow), config_maps)
    for parameter in parameters((workflow.get("status") or {}).get("outputs")):
        if parameter.get("value") is not None:
            values[f"workflow.outputs.parameters.{parameter['name']}"] = text(parameter["value"])
    values |= _metadata(workflow, spec)
    return values


def runtime_variables(workflow: Object, now: datetime) -> dict[str, str]:
    """Return the variables that change while the workflow runs."""
    status = workflow.get("status") or {}
    started, finished = instant(status.get("startedAt")), instant(status.get("finishedAt"))
    seconds = ((finished or now) - started).total_seconds() if started else 0.0
    return {
        "workflow.status": str(status.get("phase") or ""),
        "workflow.duration": f"{seconds:f}",
    }


def _creation(created: str) -> dict[str, str]:
    if not created:
        return {}
    moment = parse_rfc3339(created)
    name = "workflow.creationTimestamp"
    return {
        name: created,
        f"{name}.RFC3339": created,
        **{f"{name}.{char}": strftime.format(moment, char) for char in strftime.CHARACTERS},
        f"{name}.s": str(int(moment.timestamp())),
    }


def _arguments(spec: Object, namespace: str, config_maps: Mapping[str, Object]) -> dict[str, str]:
    given = parameters(spec.get("arguments"))
    listed = [
        {**each, "value": text(each["value"])} if each.get("value") is not None else each
        for each in given
    ]
    written = json.dumps(listed, separators=(",", ":"), ensure_ascii=False) if listed else "null"
    values = {"workflow.parameters": written, "workflow.parameters.json": written}
    for parameter in given:
        name = f"workflow.parameters.{parameter['name']}"
        values[name] = _argument(parameter, namespace, config_maps)
    return values


def _argument(parameter: dict[str, Any], namespace: str, config_maps: Mapping[str, Object]) -> str:
    name, source = parameter["name"], parameter.get("valueFrom") or {}
    if parameter.get("value") is not None:
        return text(parameter["value"])
    reference = source.get("configMapKeyRef")
    if reference is None:
        raise Problem(
            "either value or valueFrom must be specified in order to set global parameter " + name
        )
    data = (config_maps.get(reference["name"]) or {}).get("data") or {}
    if reference["key"] in data:
        return str(data[reference["key"]])
    if source.get("default") is not None:
        return text(source["default"])
    raise Problem(
        f"failed to set global parameter {name} from configmap with name {reference['name']} and "
        f"key {reference['key']}: not found in namespace {namespace}"
    )


def _metadata(workflow: Object, spec: Object) -> dict[str, str]:
    declared = spec.get("workflowMetadata") or {}
    computed = declared.get("labelsFrom") or {}
    values: dict[str, str] = {}
    for part, own in (("labels", labels_of(workflow)), ("annotations", annotations_of(workflow))):
        written = json.dumps(dict(sorted(own.items())), separators=(",", ":"), ensure_ascii=False)
        values[f"workflow.{part}"] = values[f"workflow.{part}.json"] = written
        for key, value in {**own, **(declared.get(part) or {})}.items():
            if part == "annotations" or key not in computed:
                values[f"workflow.{part}.{key}"] = str(value)
    return values
