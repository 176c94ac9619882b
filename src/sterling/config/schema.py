"""Bringing the database's schema up to date, and the secret that all processes share."""

from __future__ import annotations

import os
import secrets
from pathlib import Path

import psycopg
from psycopg import errors, sql

from sterling.config.postgres import ServerError

MIGRATING = 7_205_912_017_445  # the advisory lock: one process migrates, the others wait


def known_migrations() -> set[tuple[str, str]]:
    """(app, name) of every migration on disk, found by listing: importing them takes longer than starting."""
    from django.apps import apps

    return {
        (app.label, file.stem)
        for app in apps.get_app_configs()
        for file in Path(app.path, "migrations").glob("[0-9]*.py")
    }


def applied_migrations(connection: psycopg.Connection) -> set[tuple[str, str]]:
    try:
        return set(connection.execute("SELECT app, name FROM django_migrations").fetchall())
    except errors.UndefinedTable:
        return set()


def bring_up_to_date(url: str) -> bool:
    """Apply what is missing; whether anything was. One query when nothing is. ServerError: no server."""
    try:
        connection = psycopg.connect(url, autocommit=True, connect_timeout=10)
    except psycopg.OperationalError as error:
        raise ServerError(f"the database does not answer: {str(error).strip().splitlines()[-1]}") from error
    with connection:
        if known_migrations() <= applied_migrations(connection):
            return False
        connection.execute(sql.SQL("SELECT pg_advisory_lock({})").format(MIGRATING))
        if known_migrations() <= applied_migrations(connection):
            return True  # another process just did, and may not have filled it in yet
        from django.core.management import call_command

        call_command("migrate", interactive=False, verbosity=0)
    return True


def shared_secret_key() -> None:
    """STERLING_SECRET_KEY for this process and its children: given, or the installation's own row."""
    from django.conf import settings

    from sterling.base.models import Secret
    from sterling.base.moment import now

    key = os.environ.get("STERLING_SECRET_KEY")
    if not key:
        row, _ = Secret.objects.get_or_create(
            name="secret-key", defaults={"value": secrets.token_urlsafe(48), "created_at": now()}
        )
        key = os.environ["STERLING_SECRET_KEY"] = row.value
    settings.SECRET_KEY = key
