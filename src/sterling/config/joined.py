"""`@joined`: a command that works on the database. It adds `--data DIR` and sets up what the body needs."""

from __future__ import annotations

import functools
import os
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import ParamSpec, TypeVar

import click

from sterling.config.postgres import ServerError

NOTE = "base-url"
P = ParamSpec("P")
R = TypeVar("R")


@contextmanager
def database(data: Path | None = None) -> Iterator[str]:
    """Django on the database that `--data` or the environment names, migrated, its secret key in place.

    With DATABASE_URL set that server is used; else the one of the data folder, started and stopped as needed.
    The variables DATABASE_URL and STERLING_SECRET_KEY are set for child processes. The secret key is a row of
    the database, made once, so that all processes on all machines agree; STERLING_SECRET_KEY overrides it.
    Yields the DATABASE_URL. Raises ServerError.
    """
    given = os.environ.get("DATABASE_URL")
    if given:
        _set_up(given)
        yield given
        return
    from sterling.config.datafolder import chosen_folder, join

    with join(data) as url:
        os.environ["DATABASE_URL"] = url
        _use_noted_base_url(chosen_folder(data))
        try:
            _set_up(url)
            yield url
        finally:
            from django.db import connections

            connections.close_all()
            del os.environ["DATABASE_URL"]


def _set_up(url: str) -> None:
    os.environ.setdefault("DJANGO_SETTINGS_MODULE", "sterling.config.settings")
    import django
    from django.core.exceptions import ImproperlyConfigured

    from sterling.config.schema import bring_up_to_date, shared_secret_key

    try:
        django.setup()
    except ImproperlyConfigured as error:
        raise ServerError(str(error)) from error
    fresh = bring_up_to_date(url)
    shared_secret_key()
    if fresh:
        from sterling.base.moment import now
        from sterling.config.installation import install

        install(at=now())


def _use_noted_base_url(folder: Path) -> None:
    """Links lead to the product that runs on this folder, whatever its port."""
    note = folder / NOTE
    if "STERLING_BASE_URL" not in os.environ and note.exists():
        os.environ["STERLING_BASE_URL"] = note.read_text(encoding="utf-8").strip()


@contextmanager
def note_base_url(folder: Path | None, base: str) -> Iterator[None]:
    """While inside, commands that join the folder know where its pages are. None: another server is in use."""
    if folder is None:
        yield
        return
    (folder / NOTE).write_text(base + "\n", encoding="utf-8")
    try:
        yield
    finally:
        (folder / NOTE).unlink(missing_ok=True)


def joined(body: Callable[P, R]) -> Callable[..., R]:
    """Use below `@click.command()`, among further options. What is refused becomes one line, exit 1."""

    @click.option(
        "--data",
        type=click.Path(file_okay=False, path_type=Path),
        metavar="DIR",
        help="The data folder (default: $STERLING_DATA, else a fitting one). DATABASE_URL replaces it.",
    )
    @functools.wraps(body)
    def command(data: Path | None, *args: P.args, **kwargs: P.kwargs) -> R:
        from sterling.base.errors import SterlingError

        try:
            with database(data):
                return body(*args, **kwargs)
        except (ServerError, SterlingError) as error:
            raise click.ClickException(str(error)) from error

    return command
