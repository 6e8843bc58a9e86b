"""``pinnace apply`` and ``pinnace create``: what files say becomes objects."""

import sys
from collections.abc import Callable, Iterable, Sequence
from pathlib import Path
from time import monotonic, sleep
from typing import Any

import click
import orjson

from pinnace.cli.client import Client, Refused, path_of
from pinnace.cli.connection import connect
from pinnace.cli.kinds import Kinds, reference
from pinnace.cli.objects import forms
from pinnace.cli.objects.files import OTHERS_NEED, load_files, placed
from pinnace.cli.options import filename_option, place_options
from pinnace.objects.errors import Invalid, NotFound
from pinnace.objects.kinds import Kind
from pinnace.objects.manifests import Located
from pinnace.objects.types import Object

MANAGER = "pinnace"
_APPLY = "application/apply-patch+yaml"  # of which JSON is a part
_DEFINED_WITHIN = 10.0  # seconds until a kind is served that was defined just before

Done = tuple[Object, str]  # the object as it is now, and what was done to it


def _write_options(command: Callable[..., Any]) -> Callable[..., Any]:
    for option in (
        click.option("-o", "--output", type=click.Choice(["name", "yaml", "json"]),
                     help="Print the objects as they are now."),
        click.option("--dry-run", is_flag=True, help="The server checks all and stores nothing."),
        click.option("--validate", type=click.Choice(["strict", "warn", "ignore"]),
                     default="strict", show_default=True, help="What of unknown fields."),
        place_options,
        filename_option,
    ):  # fmt: skip
        command = option(command)
    return command


@click.command()
@click.argument("files", nargs=-1, type=click.Path(path_type=Path), metavar="[FILE…]")
@_write_options
@click.option("--force-conflicts", is_flag=True, help="Take over fields that others manage.")
def apply(  # noqa: PLR0913 - an option of the command line each
    files: Sequence[Path], filenames: Sequence[Path], namespace: str, force_conflicts: bool,
    dry_run: bool, validate: str, output: str | None, **where: Any,
) -> None:  # fmt: skip
    """Create what files and folders say, or change what is there accordingly.

    The server merges (server-side apply). What can't be read or is refused is named with file and
    line; everything else is applied, and the exit code is 1.

    \b
    Example:
      pinnace apply -f sensors/ -f workflows/
      generate | pinnace apply -f -
    """
    query = _query(dry_run, validate) | {"fieldManager": MANAGER}
    query |= {"force": "true"} if force_conflicts else {}
    with connect(**where) as client:
        place = namespace or client.namespace
        _each(client, [*filenames, *files], namespace, output,
              lambda kind, one: _apply(client, kind, one, place, query))  # fmt: skip


@click.command()
@click.argument("files", nargs=-1, type=click.Path(path_type=Path), metavar="[FILE…]")
@_write_options
def create(
    files: Sequence[Path], filenames: Sequence[Path], namespace: str, dry_run: bool,
    validate: str, output: str | None, **where: Any,
) -> None:  # fmt: skip
    """Create what files say; what is there already is an error.

    \b
    Example:
      pinnace create -f workflow.yaml
    """
    query = _query(dry_run, validate) | {"fieldManager": MANAGER}
    with connect(**where) as client:
        place = namespace or client.namespace

        def make(kind: Kind, one: Located) -> Done:
            at = one.object["metadata"].get("namespace") or place
            return client.create(kind, at, one.object, query), "created"

        _each(client, [*filenames, *files], namespace, output, make)


def _query(dry_run: bool, validate: str) -> dict[str, str]:
    return {"fieldValidation": validate.capitalize(), **({"dryRun": "All"} if dry_run else {})}


def _each(
    client: Client, paths: Sequence[Path], namespace: str, output: str | None,
    write: Callable[[Kind, Located], Done],
) -> None:  # fmt: skip
    """Write every object of files; tells of each, and exits 1 when something was wrong."""
    if not paths:
        raise click.UsageError("name files or folders, or - for standard input")
    loaded, defined = load_files(client, paths)
    problems = [*loaded.problems]
    kinds = Kinds(client)
    written: list[tuple[Kind, Object]] = []
    for kind, one in _in_order(loaded.objects, kinds, defined):
        try:
            _check_place(kind, one, namespace)
            obj, verb = _when_defined(write, kind, one, kind in defined)
        except Refused as error:
            problems += placed(error, one)
        except NotFound as error:  # its namespace, say
            problems.append(Invalid(str(error), file=str(one.file), line=one.line_of()))
        except Invalid as error:
            problems.append(error)
        else:
            written.append((kind, obj))
            if output is None:
                click.echo(f"{reference(kind, obj['metadata']['name'])} {verb}")
    _print(written, output)
    for problem in problems:
        click.secho(f"pinnace: {problem}", fg="red", err=True)
    if not problems and not written:
        click.echo("no objects found in what was given", err=True)
    sys.exit(1 if problems or not written else 0)


def _in_order(
    objects: Iterable[Located], kinds: Kinds, defined: Sequence[Kind]
) -> list[tuple[Kind, Located]]:
    """Return objects with their kinds, what others need first."""
    own = {(kind.api_version, kind.kind): kind for kind in defined}
    found = [
        (own.get((one.object["apiVersion"], one.object["kind"])) or kinds.of(one.object), one)
        for one in objects
    ]
    return sorted(found, key=lambda each: each[0] not in OTHERS_NEED)


def _check_place(kind: Kind, one: Located, namespace: str) -> None:
    own = one.object.get("metadata", {}).get("namespace")
    if kind.namespaced and namespace and own and own != namespace:
        raise Invalid(
            file=str(one.file), line=one.line_of("metadata.namespace"), kind=kind.kind,
            field="metadata.namespace", expected=f"{namespace}, as -n says", found=own,
        )  # fmt: skip


def _when_defined(
    write: Callable[[Kind, Located], Done], kind: Kind, one: Located, just_defined: bool
) -> Done:
    """Write an object; of a kind that was defined just now, as soon as it is served."""
    deadline = monotonic() + _DEFINED_WITHIN
    while True:
        try:
            return write(kind, one)
        except NotFound:
            if not just_defined or monotonic() > deadline:
                raise
            sleep(0.2)


def _apply(client: Client, kind: Kind, one: Located, place: str, query: dict[str, str]) -> Done:
    meta = one.object.get("metadata") or {}
    name = meta.get("name")
    if not name:
        fix = "give it a name, or run it with: pinnace create -f FILE"
        raise Invalid(file=str(one.file), line=one.line_of("metadata"), kind=kind.kind,
                      field="metadata.name", expected="a name", fix=fix,
                      found="generateName" if meta.get("generateName") else "none")  # fmt: skip
    path = path_of(kind, meta.get("namespace") or place, name)
    try:
        before = str(client.call("GET", path)["metadata"].get("resourceVersion"))
    except NotFound:
        before = ""
    answer = client.send("PATCH", path, query, orjson.dumps(one.object), _APPLY)
    for warning in answer.headers.get_list("Warning"):
        click.secho(f"Warning: {warning.split(' ', 2)[-1].strip(chr(34))}", fg="yellow", err=True)
    obj: Object = answer.json()
    same = before == str(obj["metadata"].get("resourceVersion"))
    return obj, "created" if not before else "unchanged" if same else "configured"


def _print(written: Sequence[tuple[Kind, Object]], output: str | None) -> None:
    if output is None or not written:
        return
    if output == "name":
        click.echo(forms.names(written))
        return
    found = [forms.without_managers(obj) for _, obj in written]
    click.echo(forms.document(found[0] if len(found) == 1 else forms.as_list(found), output))
