"""Commands that work on the database: whom they join, what they share, how they refuse."""

from __future__ import annotations

import os
import re
import subprocess
import sys
from contextlib import nullcontext
from pathlib import Path

import click
import pytest
from django.conf import settings
from django.db import connection

from sterling.base.errors import Invalid
from sterling.base.models import Secret
from sterling.config import joined
from sterling.config.schema import applied_migrations, bring_up_to_date, known_migrations, shared_secret_key

COMMAND = [sys.executable, "-m", "sterling"]


def run(*words: str, **environment: str) -> subprocess.CompletedProcess[str]:
    bare = {
        name: value for name, value in os.environ.items() if not name.startswith(("STERLING_", "DATABASE_"))
    }
    return subprocess.run(
        [*COMMAND, *words],
        capture_output=True,
        text=True,
        check=False,
        env=bare | environment,
        stdin=subprocess.DEVNULL,
    )


@pytest.mark.server
def test_a_command_on_a_new_folder_makes_all_it_needs_and_the_next_one_finds_it(server_folder: Path):
    data = str(server_folder / "data")
    made = run("user", "create", "ana@example.com", "--role", "admin", "--region", "china", "--data", data)
    assert made.returncode == 0, made.stderr
    linked = run("link", "ana@example.com", STERLING_DATA=data, STERLING_BASE_URL="https://help.example.com")
    assert re.fullmatch(r"https://help\.example\.com/in/\S{43}\n", linked.stdout)
    assert not (server_folder / "data" / "postgres" / "postmaster.pid").exists()


def test_a_server_that_does_not_answer_is_one_line_and_exit_1():
    refused = run("link", "ana@example.com", DATABASE_URL="postgresql://ana@127.0.0.1:1/sterling")
    assert refused.returncode == 1
    assert refused.stdout == ""
    assert refused.stderr.startswith("sterling: the database does not answer: ")
    assert refused.stderr.count("\n") == 1


@pytest.mark.parametrize(
    ("variable", "value", "complaint"),
    [
        ("DATABASE_URL", "mysql://ana@127.0.0.1/x", "DATABASE_URL: must begin with postgresql://"),
        (
            "STERLING_BASE_URL",
            "support.example.com",
            "STERLING_BASE_URL: write it like https://support.example.com",
        ),
        (
            "STERLING_MAIL_FROM",
            "nobody",
            "STERLING_MAIL_FROM: must be an address such as support@example.com",
        ),
    ],
)
def test_a_bad_setting_is_named_in_one_line(variable: str, value: str, complaint: str):
    environment = {"DATABASE_URL": "postgresql://ana@127.0.0.1:1/sterling"} | {variable: value}
    refused = run("link", "ana@example.com", **environment)
    assert (refused.returncode, refused.stderr) == (1, f"sterling: {complaint}\n")


def test_a_folder_that_cannot_be_made_is_named_with_the_way_out(tmp_path: Path):
    (tmp_path / "file").write_text("", encoding="utf-8")
    refused = run("link", "ana@example.com", STERLING_DATA=str(tmp_path / "file" / "data"))
    assert refused.returncode == 1
    assert refused.stderr == (
        f"sterling: the data folder {tmp_path}/file/data cannot be made (Not a directory):"
        " choose another with --data\n"
    )


@pytest.mark.django_db
def test_every_process_shares_one_secret_key_made_once(monkeypatch: pytest.MonkeyPatch):
    monkeypatch.setattr(settings, "SECRET_KEY", settings.SECRET_KEY)
    monkeypatch.delenv("STERLING_SECRET_KEY")
    shared_secret_key()
    first = settings.SECRET_KEY
    assert len(first) == 64
    assert os.environ["STERLING_SECRET_KEY"] == first
    monkeypatch.delenv("STERLING_SECRET_KEY")
    shared_secret_key()
    assert first == settings.SECRET_KEY
    monkeypatch.setenv("STERLING_SECRET_KEY", "given")
    shared_secret_key()
    assert settings.SECRET_KEY == "given"
    assert Secret.objects.get(name="secret-key").value == first


@pytest.mark.django_db
def test_every_migration_on_disk_is_known_and_applied():
    connection.ensure_connection()
    applied = applied_migrations(connection.connection)
    assert applied == known_migrations()


@pytest.mark.django_db
def test_a_database_that_is_up_to_date_is_left_alone(monkeypatch: pytest.MonkeyPatch):
    def never(*_words: object, **_options: object) -> None:
        raise AssertionError("migrated without need")

    monkeypatch.setattr("django.core.management.call_command", never)
    known = connection.settings_dict
    assert (
        bring_up_to_date(f"postgresql:///{known['NAME']}?host={known['HOST']}&user={known['USER']}") is False
    )


def test_commands_learn_where_the_pages_are_from_the_product_that_runs(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
):
    monkeypatch.setenv("STERLING_BASE_URL", "restored afterwards")
    monkeypatch.delenv("STERLING_BASE_URL")
    with joined.note_base_url(tmp_path, "http://127.0.0.1:8010"):
        joined._use_noted_base_url(tmp_path)
        assert os.environ["STERLING_BASE_URL"] == "http://127.0.0.1:8010"
        monkeypatch.setenv("STERLING_BASE_URL", "https://help.example.com")
        joined._use_noted_base_url(tmp_path)
        assert os.environ["STERLING_BASE_URL"] == "https://help.example.com"
    assert not (tmp_path / joined.NOTE).exists()


def test_a_refused_command_says_which_field_and_why(monkeypatch: pytest.MonkeyPatch):
    @click.command()
    @joined.joined
    def refused() -> None:
        raise Invalid.field(
            "email", "An engineer with this address exists already.", "已有工程师使用该邮箱。"
        )

    monkeypatch.setattr(joined, "database", nullcontext)
    with pytest.raises(
        click.ClickException, match=r"^email: An engineer with this address exists already\.$"
    ):
        refused.main([], standalone_mode=False)
