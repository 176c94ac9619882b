"""`sterling catalog`: show, check, compare and load plan catalogs. Needs no database, except to load."""

from __future__ import annotations

import json
import sys
from pathlib import Path
from typing import TYPE_CHECKING, Any

import click

if TYPE_CHECKING:
    from sterling.core.catalog import Catalog

_LANGUAGE = click.option(
    "--language", type=click.Choice(["en", "zh"]), default="en", help="English or Chinese."
)


@click.group(context_settings={"help_option_names": ["-h", "--help"]})
def catalog() -> None:
    r"""Show, check, load and compare plan catalogs.

    \b
    sterling catalog show
    sterling catalog show --json > plans.json
    sterling catalog check plans.json
    sterling catalog diff shipped plans.json
    """


@catalog.command()
@click.option("--json", "as_json", is_flag=True, help="The whole catalog as JSON, which check and load take.")
@click.option(
    "--profile", default="default", show_default=True, help="A shipped reading: default or literal."
)
@_LANGUAGE
def show(as_json: bool, profile: str, language: str) -> None:
    r"""Print the catalog: what each plan promises at each priority, and what it includes.

    \b
    sterling catalog show --language zh
    sterling catalog show --json --profile literal
    """
    from sterling.core.catalog import shipped

    try:
        shown = shipped(profile)
    except ValueError as error:
        raise click.ClickException(str(error)) from None
    if as_json:
        click.echo(json.dumps(shown.to_dict(), ensure_ascii=False, indent=2))
        return
    from sterling.config.commands.catalog_table import table

    click.echo(table(shown, language))


@catalog.command()
@click.argument("file")
@_LANGUAGE
def check(file: str, language: str) -> None:
    r"""Check a catalog FILE ("-": standard input), one line for each finding; exit 1 when there is an error.

    \b
    sterling catalog show --json | sterling catalog check -
    """
    from sterling.core.catalog import Level
    from sterling.core.catalog import check as findings_of

    findings = findings_of(_read(file))
    for finding in findings:
        click.echo(f"{finding.level}: {finding.path}: {finding.message.to(language)}", err=True)
    errors = sum(finding.level is Level.ERROR for finding in findings)
    if errors:
        raise click.ClickException(f"{file}: {errors} error{'s' if errors > 1 else ''}")
    click.echo(f"{file}: sound", err=True)


@catalog.command()
@click.argument("before")
@click.argument("after")
def diff(before: str, after: str) -> None:
    r"""What changes from BEFORE to AFTER: files, or the words shipped and literal.

    One line each: `+` added, `-` removed, `~` changed; nothing when they are equal.

    \b
    sterling catalog diff shipped plans.json
    """
    from sterling.core.catalog import Kind
    from sterling.core.catalog import diff as changes_between

    marks = {Kind.ADDED: "+", Kind.REMOVED: "-", Kind.CHANGED: "~"}
    for change in changes_between(_named(before), _named(after)):
        old, new = (json.dumps(value, ensure_ascii=False) for value in (change.before, change.after))
        said = {Kind.ADDED: new, Kind.REMOVED: old, Kind.CHANGED: f"{old} -> {new}"}[change.kind]
        click.echo(f"{marks[change.kind]} {change.path}: {said}")


@catalog.command()
@click.argument("file")
def load(file: str) -> None:
    """Make a catalog FILE the next version. Not yet: this command only checks it."""
    _read(file)
    raise click.ClickException("not yet: this release cannot load a catalog into the database")


def _named(name: str) -> Catalog:
    """A shipped profile by its word, else a file."""
    from sterling.core.catalog import shipped

    words = {"shipped": "default", "default": "default", "literal": "literal"}
    if name in words:
        return shipped(words[name])
    if name.isdecimal() and not Path(name).exists():
        raise click.ClickException(f"not yet: this release cannot look up version {name} in the database")
    return _read(name)


def _read(file: str) -> Catalog:
    """The catalog in a file; every refusal is one line that names the file and the field."""
    from sterling.core.catalog import Catalog

    try:
        raw = sys.stdin.buffer.read() if file == "-" else Path(file).read_bytes()
        text = raw.decode("utf-8-sig")
    except OSError as error:
        raise click.ClickException(f"{file}: {error.strerror or error}") from None
    except UnicodeDecodeError:
        raise click.ClickException(f"{file}: is not UTF-8 text") from None
    try:
        return Catalog.from_dict(json.loads(text, object_pairs_hook=_object))
    except json.JSONDecodeError as error:
        raise click.ClickException(
            f"{file}: is not JSON: {error.msg} (line {error.lineno}, column {error.colno})"
        ) from None
    except RecursionError:
        raise click.ClickException(f"{file}: is nested too deeply") from None
    except ValueError as error:
        raise click.ClickException(f"{file}: {error}") from None


def _object(pairs: list[tuple[str, Any]]) -> dict[str, Any]:
    """A JSON object whose names are all different: a cell written twice would hide one of the two."""
    members = dict(pairs)
    if len(members) < len(pairs):
        names = [name for name, _ in pairs]
        twice = next(name for name in names if names.count(name) > 1)
        raise ValueError(f"the name {twice!r} is there twice in one object")
    return members
