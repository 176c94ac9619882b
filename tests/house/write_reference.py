"""What a program can write of the reference: `python -m tests.house.write_reference` puts it into `docs/reference/`.

`test_docs.py` fails when what lies there is not what this would write.
"""

from __future__ import annotations

import os
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import click

DOCS = Path(__file__).resolve().parents[2] / "docs"
WIDTH = 96
COMMANDS_HEAD = """# Commands

Written from `sterling COMMAND --help`; `python -m tests.house.write_reference` writes it anew.

Commands that work on the database take `--data DIR` (default: `$STERLING_DATA`, else `/var/lib/sterling/data` for
root and `~/.local/share/sterling` for others) or `DATABASE_URL`. They join the server that runs on the data folder;
where none runs, they start one and stop it afterwards. Results go to standard output, messages to standard error.
Exit 0: done. 1: refused or failed, with one line that says why. 2: wrong usage.
"""
API_HEAD = """# The REST API

Written from the OpenAPI document; `python -m tests.house.write_reference` writes it anew. A running installation
serves the whole of it at `/api/v1/openapi.json`, and as a page at `/api/v1/docs`.

- **Tokens.** `Authorization: Bearer TOKEN`, from `sterling token create`. A request acts as the token's user and sees
  what that person would see. Scopes: `read`, `write` (which includes reading); none given means all.
- **Shapes.** JSON in UTF-8. Times are RFC 3339 in UTC, durations ISO 8601, ids opaque strings; a ticket's number is an
  integer. Creation answers 201 with the object.
- **Lists.** `?limit=` (50, at most 200) and `?after=` give `{"items": [...], "next": cursor or null}`.
- **Repeating.** With `Idempotency-Key` a repeated POST does nothing twice and hears the same answer.
- **Editing together.** Answers carry an `ETag`; a PATCH with `If-Match` is refused with 412 when somebody was faster.
- **Refusals** are problem documents (RFC 9457) in the caller's language (`Accept-Language`), and change nothing.
"""


def _visible(command: click.Command, path: str) -> Iterator[tuple[str, click.Command]]:
    yield path, command
    if isinstance(command, click.Group):
        context = click.Context(command)
        for name in command.list_commands(context):
            try:
                found = command.get_command(context, name)
            except click.ClickException:
                continue  # announced in --help, and not yet there
            if found is not None:
                yield from _visible(found, f"{path} {name}")


def commands() -> Iterator[tuple[str, str]]:
    """Each command that there is, by its full name, with its help text."""
    from sterling.config.cli import sterling_command

    for path, command in _visible(sterling_command, "sterling"):
        context = click.Context(command, info_name=path, terminal_width=WIDTH, max_content_width=WIDTH)
        context.help_option_names = ["-h", "--help"]
        command._help_option = None  # a command that ran before remembers the names it was asked by
        lines = command.get_help(context).splitlines()
        yield path, "\n".join(line.rstrip() for line in lines)


def announced() -> list[str]:
    """Commands that `--help` lists and that answer *not yet*."""
    from sterling.config.cli import COMMANDS, sterling_command

    there = {path.split()[1] for path, _ in commands() if " " in path}
    assert set(sterling_command.list_commands(click.Context(sterling_command))) == set(COMMANDS)
    return [name for name in COMMANDS if name not in there]


def commands_page() -> str:
    parts = [COMMANDS_HEAD]
    parts += [f"## {path}\n\n```text\n{said}\n```\n" for path, said in commands()]
    if later := announced():
        parts.append(f"## Not yet in this version\n\n{', '.join(f'`sterling {name}`' for name in later)}\n")
    return "\n".join(parts)


def _document() -> dict[str, Any]:
    import django

    os.environ.setdefault("DJANGO_SETTINGS_MODULE", "sterling.config.settings")
    django.setup()
    from sterling.api.pages import document
    from sterling.api.urls import api

    return document(api)


def api_page() -> str:
    from sterling.api.problems import KINDS

    described = _document()
    rooms: dict[str, list[str]] = {}
    for path, methods in described["paths"].items():
        for method, operation in methods.items():
            about = " ".join(operation.get("description", "").split()) or operation["summary"]
            room = (operation.get("tags") or ["Others"])[0]
            rooms.setdefault(room, []).append(f"| `{method.upper()} {path}` | {about.replace('|', '/')} |")
    parts = [API_HEAD]
    for room, rows in rooms.items():
        parts.append(f"## {room}\n\n| operation | |\n|---|---|\n" + "\n".join(rows) + "\n")
    problems = (f"| `{kind}` | {title.en} | {meaning.en} |" for kind, (title, meaning) in KINDS.items())
    parts.append(
        "## Problems\n\n`type` is `/api/v1/problems/` and one of these, which never change.\n\n"
        "| type | title | what it means |\n|---|---|---|\n" + "\n".join(problems) + "\n"
    )
    return "\n".join(parts)


PAGES = {"commands.md": commands_page, "api.md": api_page}


if __name__ == "__main__":
    os.environ.setdefault("STERLING_SECRET_KEY", "not used")
    for name, page in PAGES.items():
        (DOCS / "reference" / name).write_text(page(), encoding="utf-8")
