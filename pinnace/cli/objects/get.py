"""``pinnace get``: objects as kubectl shows them, a workflow as argo does."""

from collections.abc import Iterator, Mapping, Sequence
from pathlib import Path
from typing import Any

import click

from pinnace.cli.client import Client, path_of
from pinnace.cli.completing import complete_objects
from pinnace.cli.connection import connect
from pinnace.cli.kinds import Kinds, reference
from pinnace.cli.objects import forms, served
from pinnace.cli.objects.naming import read_names
from pinnace.cli.objects.served import Look
from pinnace.cli.options import (
    all_namespaces_option,
    field_selector_option,
    filename_option,
    place_options,
    selector_option,
)
from pinnace.cli.tables import Columns
from pinnace.cli.watching import changes
from pinnace.cli.workflows.following import called
from pinnace.cli.workflows.showing import show_tree
from pinnace.objects.errors import NotFound
from pinnace.objects.kinds import WORKFLOWS, Kind
from pinnace.objects.types import Object

_FORMS = ("wide", "name", "yaml", "json")


class Wanted:
    """What is to be shown: a kind, its names (none: all that the selectors leave), and where."""

    def __init__(
        self, kind: Kind, names: Sequence[str], place: str | None, query: Mapping[str, str]
    ) -> None:
        self.kind, self.names, self.place, self.query = kind, tuple(names), place, query

    def requests(self) -> Iterator[tuple[str, Mapping[str, str]]]:
        """Yield path and query of each request that is needed."""
        for name in self.names:
            yield path_of(self.kind, self.place, name), {}
        if not self.names:
            yield path_of(self.kind, self.place), self.query


@click.command()
@click.argument("what", nargs=-1, shell_complete=complete_objects, metavar="TYPE [NAME…]")
@filename_option
@place_options
@all_namespaces_option
@selector_option
@field_selector_option
@click.option("-o", "--output", type=click.Choice(_FORMS), help="Another form than the table.")
@click.option("-w", "--watch", is_flag=True, help="Then print changes as they come.")
@click.option("--show-labels", is_flag=True, help="Labels as the last column.")
@click.option("-L", "--label-columns", multiple=True, help="A label as a column of its own.")
@click.option("--no-headers", is_flag=True, help="No first line.")
@click.option("--show-managed-fields", "managers", is_flag=True, help="With -o yaml or json.")
@click.option("--ignore-not-found", "lenient", is_flag=True, help="What isn't there is no error.")
def get(  # noqa: PLR0913 - an option of the command line each
    what: Sequence[str], filenames: Sequence[Path], namespace: str, everywhere: bool,
    selector: str, fields: str,
    output: str | None, watch: bool, managers: bool, lenient: bool, **rest: Any,
) -> None:  # fmt: skip
    """Show objects of one or several kinds, by their names or all.

    One workflow by its name is shown as a tree of its nodes, with -w until it ends.

    \b
    Example:
      pinnace get pods -A -o wide
      pinnace get wf,tfjobs -l team=vision
      pinnace get wf hello-x7k2p -w
      pinnace get sensor/train-on-push -o yaml
    """
    headers, labels = not rest.pop("no_headers"), rest.pop("show_labels")
    look = Look(wide=output == "wide", headers=headers, labels=labels, namespaces=everywhere,
                columns=tuple(rest.pop("label_columns")))  # fmt: skip
    query = {k: v for k, v in (("labelSelector", selector), ("fieldSelector", fields)) if v}
    with connect(**rest) as client:
        place = None if everywhere else namespace or client.namespace
        if filenames:
            if what or query:
                raise click.UsageError("-f, and names or selectors, exclude each other")
            wanted = _of_files(client, filenames, namespace)
        else:
            wanted = _wanted(client, what, place, query)
        tree = _only_workflow(wanted)
        if tree and output in (None, "wide") and not (lenient or labels or look.columns):
            show_tree(client, place or "", tree, watch=watch, wide=look.wide)
        elif output in (None, "wide"):
            _Tables(client, look, lenient).show(wanted, watch=watch)
        else:
            _show_objects(client, wanted, output, managers=managers, lenient=lenient, watch=watch)


def _wanted(
    client: Client, what: Sequence[str], place: str | None, query: Mapping[str, str]
) -> list[Wanted]:
    kinds, found = Kinds(client), []
    for named in read_names(what):
        for kind in kinds.named(named.kinds):
            where = place if kind.namespaced else None
            if named.names and place is None and kind.namespaced:
                raise click.UsageError("a name needs a namespace: -n instead of -A")
            if named.names and query:
                raise click.UsageError("selectors and names exclude each other")
            names = [called(client, kind, where, name) for name in named.names]
            found.append(Wanted(kind, names, where, query))
    return found


def _of_files(client: Client, paths: Sequence[Path], namespace: str) -> list[Wanted]:
    from pinnace.cli.objects.files import named_in  # noqa: PLC0415 - a name needs no YAML

    return [
        Wanted(
            kind, [name], (namespace or place or client.namespace) if kind.namespaced else None, {}
        )
        for kind, place, name in named_in(client, paths)
    ]


def _only_workflow(wanted: Sequence[Wanted]) -> str:
    """Return the name when exactly one workflow is asked for."""
    names = [(each.kind, name) for each in wanted for name in each.names]
    return names[0][1] if len(wanted) == 1 and [k for k, _ in names] == [WORKFLOWS] else ""


# -- tables ---------------------------------------------------------------------------------------


class _Tables:
    """Prints the server's tables, one for each kind."""

    def __init__(self, client: Client, look: Look, lenient: bool) -> None:
        self._client, self._look, self._lenient = client, look, lenient

    def show(self, wanted: Sequence[Wanted], *, watch: bool) -> None:
        if watch and (len(wanted) > 1 or len(wanted[0].names) > 1):
            raise click.UsageError("-w follows one kind, or one object")
        empty = True
        for each in wanted:
            columns = Columns()
            tables = [self._read(path, query) for path, query in each.requests()]
            shown = [table for table in tables if table is not None]
            look = self._look_of(each, several=len(wanted) > 1)
            lines = [row for table in shown for row in served.rows(table, look)]
            if lines:
                if not empty:
                    click.echo()
                self._print(columns, shown[0], lines, look)
                empty = False
            if watch:
                self._follow(each, columns, shown, look)
        if empty and not watch and not self._lenient:
            place = wanted[0].place
            where = f" in {place} namespace" if place else ""
            click.echo(f"No resources found{where}.", err=True)

    def _read(self, path: str, query: Mapping[str, str]) -> Mapping[str, Any] | None:
        try:
            found: Mapping[str, Any] = self._client.read(path, query, served.ACCEPT)
        except NotFound:
            if self._lenient:
                return None
            raise
        return found

    def _look_of(self, wanted: Wanted, *, several: bool) -> Look:
        prefix = reference(wanted.kind, "") if several else ""
        look = self._look
        return Look(wide=look.wide, headers=look.headers, labels=look.labels,
                    namespaces=look.namespaces and wanted.kind.namespaced,
                    columns=look.columns, prefix=prefix)  # fmt: skip

    def _print(
        self, columns: Columns, table: Mapping[str, Any], rows: Sequence[Sequence[str]], look: Look
    ) -> None:
        head = [served.header(table, look)] if look.headers else []
        click.echo("\n".join(columns.lines([*head, *rows])))

    def _follow(
        self, wanted: Wanted, columns: Columns, shown: Sequence[Mapping[str, Any]], look: Look
    ) -> None:
        """Print a row for each change, until Ctrl-C."""
        definitions = [table["columnDefinitions"] for table in shown][:1]
        began = bool(shown and shown[0]["rows"])
        query = dict(wanted.query)
        if wanted.names:
            query["fieldSelector"] = f"metadata.name={wanted.names[0]}"
        version = shown[0]["metadata"].get("resourceVersion", "") if shown else ""
        path = path_of(wanted.kind, wanted.place)
        for event in changes(self._client, path, query, version, served.ACCEPT):
            table = event["object"]
            if table.get("columnDefinitions"):
                definitions = [table["columnDefinitions"]]
            whole = {**table, "columnDefinitions": definitions[0]}
            rows = served.rows(whole, look)
            if rows and not began:
                self._print(columns, whole, rows, look)
                began = True
            elif rows:
                click.echo("\n".join(columns.lines(rows)))


# -- documents ------------------------------------------------------------------------------------


def _show_objects(
    client: Client, wanted: Sequence[Wanted], output: str,
    *, managers: bool, lenient: bool, watch: bool,
) -> None:  # fmt: skip
    found = [(each.kind, obj) for each in wanted for obj in _objects(client, each, lenient)]
    if not managers:
        found = [(kind, forms.without_managers(obj)) for kind, obj in found]
    single = len(wanted) == 1 and len(wanted[0].names) == 1
    if output == "name":
        if found:
            click.echo(forms.names(found))
    elif single or watch:
        for _, obj in found:
            click.echo(forms.document(obj, output))
    else:
        click.echo(forms.document(forms.as_list([obj for _, obj in found]), output))
    if watch:
        _follow_objects(client, wanted, output, found)


def _objects(client: Client, wanted: Wanted, lenient: bool) -> Iterator[Object]:
    head = {"apiVersion": wanted.kind.api_version, "kind": wanted.kind.kind}
    for path, query in wanted.requests():
        try:
            told = client.call("GET", path, query)
        except NotFound:
            if lenient:
                continue
            raise
        if wanted.names:
            yield told
        else:
            yield from ({**head, **obj} for obj in told["items"])


def _follow_objects(
    client: Client, wanted: Sequence[Wanted], output: str, found: Sequence[tuple[Kind, Object]]
) -> None:
    """Print each object that changes, until Ctrl-C."""
    if len(wanted) > 1 or len(wanted[0].names) > 1:
        raise click.UsageError("-w follows one kind, or one object")
    one, query = wanted[0], dict(wanted[0].query)
    if one.names:
        query["fieldSelector"] = f"metadata.name={one.names[0]}"
    seen = {(obj["metadata"]["uid"], obj["metadata"]["resourceVersion"]) for _, obj in found}
    for event in changes(client, path_of(one.kind, one.place), query, ""):
        obj = forms.without_managers(event["object"])
        if (obj["metadata"]["uid"], obj["metadata"]["resourceVersion"]) in seen:
            continue
        if output == "name":
            click.echo(reference(one.kind, obj["metadata"]["name"]))
        else:
            click.echo(("---\n" if output == "yaml" else "") + forms.document(obj, output))
