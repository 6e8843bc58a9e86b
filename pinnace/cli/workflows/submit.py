"""``pinnace submit``: run the workflow of a file, or one that a template describes."""

from collections.abc import Mapping, Sequence
from pathlib import Path
from typing import Any

import click

from pinnace.cli.client import Client, Refused
from pinnace.cli.completing import complete_source
from pinnace.cli.connection import connect
from pinnace.cli.objects.apply import MANAGER
from pinnace.cli.objects.files import placed, read_files
from pinnace.cli.options import place_options
from pinnace.cli.workflows.afterwards import Afterwards, afterwards_options, see_through
from pinnace.objects import yamls
from pinnace.objects.clock import SYSTEM_CLOCK
from pinnace.objects.errors import Invalid, NotFound
from pinnace.objects.kinds import (
    CLUSTER_WORKFLOW_TEMPLATES,
    CRON_WORKFLOWS,
    WORKFLOW_TEMPLATES,
    WORKFLOWS,
    by_name,
)
from pinnace.objects.manifests import Located
from pinnace.objects.types import Object
from pinnace.plane.examining import examine
from pinnace.workflows import submission
from pinnace.workflows.lint import lint

_SOURCES = (WORKFLOW_TEMPLATES, CLUSTER_WORKFLOW_TEMPLATES, CRON_WORKFLOWS)


@click.command()
@click.argument("files", nargs=-1, type=click.Path(path_type=Path), metavar="[FILE…]")
@click.option("--from", "source", default="", metavar="KIND/NAME", shell_complete=complete_source,
              help="workflowtemplate/…, clusterworkflowtemplate/… or cronwf/…")  # fmt: skip
@click.option("-p", "--parameter", "parameters", multiple=True, metavar="NAME=VALUE",
              help="An argument of the workflow; may be repeated.")  # fmt: skip
@click.option("-f", "--parameter-file", type=click.Path(exists=True, path_type=Path),
              help="YAML or JSON with the arguments by name; -p beats it.")  # fmt: skip
@click.option("--name", default="", help="The workflow's name.")
@click.option("--generate-name", default="", help="The beginning of its name.")
@click.option("--entrypoint", default="", help="The template to begin with.")
@click.option("--serviceaccount", default="", help="Who its pods run as.")
@click.option("--priority", type=int, help="Before others, the higher it is.")
@click.option("-l", "--labels", default="", help="More labels: a=b,c=d.")
@afterwards_options
@place_options
@click.option("--dry-run", is_flag=True, help="Print what would be created; ask no server to.")
@click.option("--server-dry-run", is_flag=True, help="The server checks it and stores nothing.")
def submit(  # noqa: PLR0913 - an option of the command line each
    files: Sequence[Path], source: str, parameters: Sequence[str], parameter_file: Path | None,
    namespace: str, dry_run: bool, server_dry_run: bool, serviceaccount: str, entrypoint: str,
    state: Path, kubeconfig: Path | None, context: str, name: str, generate_name: str, labels: str,
    priority: int | None, output: str | None, **waits: bool,
) -> None:  # fmt: skip
    """Run workflows: of files (- is standard input), or what a template describes.

    With --wait, --watch or --log the exit code is 0 when all succeeded and 1 when one did not.

    \b
    Example:
      pinnace submit hello.yaml -p who=Ada --watch
      pinnace submit --from workflowtemplate/train -p epochs=3 --log
      pinnace submit --from cronwf/nightly --wait
    """
    if bool(files) == bool(source):
        raise click.UsageError("name files, or --from KIND/NAME")
    options = {
        "name": name, "generateName": generate_name, "labels": labels, "entryPoint": entrypoint,
        "serviceAccount": serviceaccount, "priority": priority,
        "parameters": [*_of_file(parameter_file), *parameters],
    }  # fmt: skip
    with connect(state, kubeconfig, context) as client:
        place = namespace or client.namespace
        given = _of_files(client, files) if files else [(_of_source(client, place, source), None)]
        if name and len(given) > 1:
            raise click.UsageError("--name is for one workflow")
        ready = [(_ready(client, obj, located, place, options), located) for obj, located in given]
        query = {"fieldManager": MANAGER, "fieldValidation": "Strict"}
        query |= {"dryRun": "All"} if server_dry_run else {}
        made = [obj if dry_run else _create(client, obj, located, query) for obj, located in ready]
        dry = dry_run or server_dry_run
        wanted = Afterwards(output=output or ("yaml" if dry else None), **({} if dry else waits))
        see_through(client, made, wanted)


def _of_files(client: Client, files: Sequence[Path]) -> list[tuple[Object, Located | None]]:
    found = read_files(client, files)
    for each in found:
        if each.object["kind"] != WORKFLOWS.kind:
            raise Invalid(
                file=str(each.file), line=each.line_of("kind"), field="kind", expected="Workflow",
                found=each.object["kind"], fix="put it there with: pinnace apply",
            )  # fmt: skip
        for problem in examine(each, WORKFLOWS, (), lambda _obj, _beside: ()):
            raise problem  # of its fields; the rest is looked at with the options
    if not found:
        raise Invalid(file=", ".join(map(str, files)), expected="a Workflow", found="nothing")
    return [(each.object, each) for each in found]


def _of_source(client: Client, place: str, source: str) -> Object:
    called, slash, name = source.partition("/")
    kind = by_name(called) if slash and name else None
    if kind not in _SOURCES:
        known = ", ".join(f"{each.singular}/NAME" for each in _SOURCES)
        raise click.UsageError(f"--from: expected {known}; found {source!r}")
    found = client.get(kind, place, name)
    if kind == CRON_WORKFLOWS:
        return submission.from_cron(found, SYSTEM_CLOCK.now())
    return submission.from_template(name, cluster_scope=not kind.namespaced)


def _of_file(path: Path | None) -> list[str]:
    if path is None:
        return []
    for document in yamls.parse(path.read_text()):
        if isinstance(document.value, dict):
            return [f"{name}={_text(value)}" for name, value in document.value.items()]
    raise Invalid(file=str(path), expected="parameters by name: a mapping", found="none")


def _text(value: Any) -> str:
    import json  # noqa: PLC0415 - only for parameters that are no texts

    return value if isinstance(value, str) else json.dumps(value)


def _ready(
    client: Client, obj: Object, located: Located | None, place: str, options: Mapping[str, Any]
) -> Object:
    """Return a workflow as it is to be created; raises Invalid for what could never run."""
    metadata = {"namespace": place, **(obj.get("metadata") or {})}
    metadata["namespace"] = metadata["namespace"] or place
    workflow = submission.with_options({**obj, "metadata": metadata}, options)
    wrong = lint(workflow, _templates(client, workflow))
    if wrong is not None:
        if located is not None:
            wrong.file, wrong.line = str(located.file), located.line_of(wrong.field)
        raise wrong
    return workflow


def _templates(client: Client, workflow: Object) -> list[Object]:
    """Return the templates that a workflow may refer to, if it refers to any."""
    if "emplateRef" not in str(workflow["spec"]):
        return []
    found: list[Object] = []
    for kind in (WORKFLOW_TEMPLATES, CLUSTER_WORKFLOW_TEMPLATES):
        head = {"apiVersion": kind.api_version, "kind": kind.kind}
        try:
            listed = client.list(kind, workflow["metadata"]["namespace"])
        except (NotFound, Refused):  # a cluster that has none, or lets nobody see them
            continue
        found += [{**head, **each} for each in listed]
    return found


def _create(
    client: Client, workflow: Object, located: Located | None, query: Mapping[str, str]
) -> Object:
    try:
        return client.create(WORKFLOWS, workflow["metadata"]["namespace"], workflow, query)
    except Refused as error:
        if located is None:
            raise
        raise placed(error, located)[0] from error
