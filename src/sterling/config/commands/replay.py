"""`sterling replay` and `sterling explain`: timelines to clocks. Needs no database."""

from __future__ import annotations

import json
import sys
from pathlib import Path
from typing import TYPE_CHECKING, Any

import click

if TYPE_CHECKING:
    from collections.abc import Callable

    from sterling.core.catalog import Catalog

_HELP = {"help_option_names": ["-h", "--help"]}
_CATALOG = click.option(
    "--catalog", "catalog_file", metavar="FILE", help="Another catalog than the shipped one."
)

_DATA = click.option(
    "--data", metavar="DIR", expose_value=False, help="Taken as everywhere; not needed here."
)


@click.command(context_settings=_HELP)
@click.argument("file")
@_CATALOG
@_DATA
def replay(file: str, catalog_file: str | None) -> None:
    """The clocks of a timeline FILE ("-": standard input); a list of timelines gives a list of results.

    \b
    sterling replay ticket.json
    sterling replay - --catalog plans.json < tickets.json
    """
    from sterling.core.clocks import replay as replay_one

    plans = _plans(catalog_file)
    _print(_each(file, lambda document: {"clocks": replay_one(document, plans)}))


@click.command(context_settings=_HELP)
@click.argument("file")
@_CATALOG
@_DATA
@click.option("--json", "as_json", is_flag=True, help="JSON, for other programs.")
@click.option("--language", type=click.Choice(["en", "zh"]), default="en", help="English or Chinese.")
def explain(file: str, catalog_file: str | None, as_json: bool, language: str) -> None:
    """Why each clock of a timeline FILE is due when it is: what counted, what did not, what moved it.

    \b
    sterling explain ticket.json
    sterling explain ticket.json --language zh
    sterling explain ticket.json --json
    """
    from sterling.core.clocks import explain as explain_one
    from sterling.core.clocks.telling import tell

    plans = _plans(catalog_file)
    if as_json:
        _print(_each(file, lambda document: explain_one(document, plans)))
        return
    told = _each(file, lambda document: tell(document, plans).to(language))
    click.echo("\n\n".join(told) if isinstance(told, list) else told)


def _each(file: str, work: Callable[[Any], Any]) -> Any:
    """`work` on the document in a file, or on each of a list of them; a refusal names the index."""
    document = _json(file)
    if not isinstance(document, list):
        return _done(document, work, file)
    return [_done(item, work, f"{file}: [{index}]") for index, item in enumerate(document)]


def _done(document: Any, work: Callable[[Any], Any], where: str) -> Any:
    try:
        return work(document)
    except ValueError as error:
        raise click.ClickException(f"{where}: {error}") from None


def _plans(file: str | None) -> Catalog:
    from sterling.core.catalog import Catalog, shipped

    return shipped() if file is None else _done(_json(file), Catalog.from_dict, file)


def _json(file: str) -> Any:
    try:
        raw = sys.stdin.buffer.read() if file == "-" else Path(file).read_bytes()
        return json.loads(raw)
    except OSError as error:
        raise click.ClickException(f"{file}: {error.strerror or error}") from None
    except json.JSONDecodeError as error:
        raise click.ClickException(
            f"{file}: is not JSON: {error.msg} (line {error.lineno}, column {error.colno})"
        ) from None
    except UnicodeDecodeError:
        raise click.ClickException(f"{file}: is not UTF-8 text") from None
    except RecursionError:
        raise click.ClickException(f"{file}: is nested too deeply") from None


def _print(result: Any) -> None:
    click.echo(json.dumps(result, ensure_ascii=False, indent=2))
