"""`sterling catalog`: show, check, compare and load plan catalogs. Only loaded versions need a database."""

from __future__ import annotations

import json
import sys
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import TYPE_CHECKING, Any

import click

if TYPE_CHECKING:
    from sterling.core.catalog import Catalog

_LANGUAGE = click.option(
    "--language", type=click.Choice(["en", "zh"]), default="en", help="English or Chinese."
)
_DATA = click.option(
    "--data",
    type=click.Path(file_okay=False, path_type=Path),
    metavar="DIR",
    help="The data folder (default: $STERLING_DATA, else a fitting one). DATABASE_URL replaces it.",
)
_WORDS = {"shipped": "default", "default": "default", "literal": "literal"}


@click.group(context_settings={"help_option_names": ["-h", "--help"]})
def catalog() -> None:
    """Show, check, load and compare plan catalogs.

    \b
    sterling catalog show
    sterling catalog show --json > plans.json
    sterling catalog check plans.json
    sterling catalog diff shipped plans.json
    sterling catalog load plans.json
    """


@catalog.command()
@click.option("--json", "as_json", is_flag=True, help="The whole catalog as JSON, which check and load take.")
@click.option(
    "--profile", default="default", show_default=True, help="A shipped reading: default or literal."
)
@click.option("--version", "number", type=click.IntRange(1), help="A loaded version instead, by its number.")
@_LANGUAGE
@_DATA
def show(as_json: bool, profile: str, number: int | None, language: str, data: Path | None) -> None:
    """Print the shipped catalog: what each plan promises at each priority, and what it includes.

    \b
    sterling catalog show --language zh
    sterling catalog show --json --profile literal
    sterling catalog show --version 2
    """
    from sterling.core.catalog import shipped

    try:
        shown = shipped(profile) if number is None else _version(number, data)
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
    """Check a catalog FILE ("-": standard input), one line for each finding; exit 1 when there is an error.

    \b
    sterling catalog show --json | sterling catalog check -
    """
    _sound(file, language)
    click.echo(f"{file}: sound", err=True)


@catalog.command()
@click.argument("before")
@click.argument("after")
@_DATA
def diff(before: str, after: str, data: Path | None) -> None:
    """What changes from BEFORE to AFTER: files, loaded versions by number, or the words shipped and literal.

    One line each: `+` added, `-` removed, `~` changed; nothing when they are equal.

    \b
    sterling catalog diff shipped plans.json
    sterling catalog diff 1 2
    """
    from sterling.core.catalog import Kind
    from sterling.core.catalog import diff as changes_between

    marks = {Kind.ADDED: "+", Kind.REMOVED: "-", Kind.CHANGED: "~"}
    for change in changes_between(_named(before, data), _named(after, data)):
        old, new = (json.dumps(value, ensure_ascii=False) for value in (change.before, change.after))
        said = {Kind.ADDED: new, Kind.REMOVED: old, Kind.CHANGED: f"{old} -> {new}"}[change.kind]
        click.echo(f"{marks[change.kind]} {change.path}: {said}")


@catalog.command()
@click.argument("file")
@_LANGUAGE
@_DATA
def load(file: str, language: str, data: Path | None) -> None:
    """Put a catalog FILE in force from now on and print its version. Tickets keep the version they have.

    The same catalog again is the version that it already was.

    \b
    sterling catalog load plans.json
    """
    loaded = _sound(file, language)
    with _database(data):
        from sterling.base.actor import SYSTEM
        from sterling.base.moment import now
        from sterling.config.installation import install
        from sterling.plans.actions.catalogs import load_catalog

        at = now()
        install(at=at)
        version = load_catalog(document=loaded.to_dict(), at=at, by=SYSTEM)
        click.echo(f"{file}: in force since {version.in_force_from:%Y-%m-%d %H:%M} UTC as version", err=True)
        click.echo(version.number)


def _sound(file: str, language: str) -> Catalog:
    """The catalog in a file, its findings told; refused when one is an error."""
    from sterling.core.catalog import Level
    from sterling.core.catalog import check as findings_of

    read = _read(file)
    findings = findings_of(read)
    for finding in findings:
        click.echo(f"{finding.level}: {finding.path}: {finding.message.to(language)}", err=True)
    errors = sum(finding.level is Level.ERROR for finding in findings)
    if errors:
        raise click.ClickException(f"{file}: {errors} error{'s' if errors > 1 else ''}")
    return read


def _named(name: str, data: Path | None) -> Catalog:
    """A shipped profile by its word, a loaded version by its number, else a file."""
    from sterling.core.catalog import shipped

    if name in _WORDS:
        return shipped(_WORDS[name])
    if name.isascii() and name.isdecimal():
        return _version(int(name), data)
    return _read(name)


def _version(number: int, data: Path | None) -> Catalog:
    with _database(data):
        from sterling.plans import queries

        found = queries.version(number)
        if found is None:
            raise click.ClickException(f"there is no version {number} of the catalog")
        return queries.catalog_of(found)


@contextmanager
def _database(data: Path | None) -> Iterator[None]:
    """The installation's database; what it or the product refuses becomes one line."""
    from sterling.base.errors import SterlingError
    from sterling.config.joined import database
    from sterling.config.postgres import ServerError

    try:
        with database(data):
            yield
    except (ServerError, SterlingError) as error:
        raise click.ClickException(str(error)) from error


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
