"""`sterling mail read`: how the intake reads messages."""

from __future__ import annotations

import json
import sys
import time
from datetime import UTC
from pathlib import Path
from typing import TYPE_CHECKING, Any

import click

if TYPE_CHECKING:
    from collections.abc import Iterator

    from sterling.channels.email.reading import Reading

_SKIPPED = {".jsonl", ".json", ".md", ".py", ".txt", ".pyc"}


@click.group()
def mail() -> None:
    """How the intake reads messages."""


@mail.command("read")
@click.argument(
    "paths", nargs=-1, required=True, type=click.Path(exists=True, allow_dash=True, path_type=Path)
)
def read_command(paths: tuple[Path, ...]) -> None:
    """Read messages and print one line of JSON for each.

    PATH is a file, a folder (every message in it, with paths relative to the folder) or - for standard input.
    """
    for shown, raw in _messages(paths):
        click.echo(json.dumps(_line(shown, raw), ensure_ascii=False))


def _messages(paths: tuple[Path, ...]) -> Iterator[tuple[str, bytes | OSError]]:
    for path in paths:
        if str(path) == "-":
            yield "-", sys.stdin.buffer.read()
        elif path.is_dir():
            for found in sorted(path.rglob("*")):
                if (
                    found.is_file()
                    and found.suffix.lower() not in _SKIPPED
                    and not found.name.startswith(".")
                ):
                    yield found.relative_to(path).as_posix(), _bytes(found)
        else:
            yield str(path), _bytes(path)


def _bytes(path: Path) -> bytes | OSError:
    try:
        return path.read_bytes()
    except OSError as error:
        return error


def _line(shown: str, raw: bytes | OSError) -> dict[str, Any]:
    from sterling.channels.email.reading import read

    if isinstance(raw, OSError):
        return {"path": shown, "error": raw.strerror or str(raw)}
    began = time.perf_counter()
    reading = read(raw)
    spent = (time.perf_counter() - began) * 1000
    if reading.error:
        return {"path": shown, "error": reading.error}
    return {"path": shown, **fields(reading), "ms": round(spent, 3)}


def fields(reading: Reading) -> dict[str, Any]:
    """A reading as JSON: what was understood, without the attachments' bytes."""
    return {
        "message_id": reading.message_id,
        "subject": reading.subject,
        "from_email": reading.from_email,
        "from_name": reading.from_name,
        "to": [email for _, email in reading.to],
        "cc": [email for _, email in reading.cc],
        "date_utc": reading.date.astimezone(UTC).isoformat() if reading.date else None,
        "reply_text": reading.reply_text,
        "is_auto": reading.is_auto,
        "auto_reason": reading.auto_reason,
        "is_bounce": reading.is_bounce,
        "bounced_recipients": list(reading.bounced_recipients),
        "bounce_status": reading.bounce_status,
        "bounce_hard": reading.bounce_hard,
        "bounced_message_id": reading.bounced_message_id,
        "attachments": [attachment.name for attachment in reading.attachments],
    }
