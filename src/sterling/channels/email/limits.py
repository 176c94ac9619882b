"""What a mailbox takes: how large a mail, how large a file, and which kinds of files."""

from __future__ import annotations

from dataclasses import dataclass
from pathlib import PurePosixPath
from typing import TYPE_CHECKING

from django.conf import settings

from sterling.core.text import Text

if TYPE_CHECKING:
    from sterling.channels.email.mailboxes.models import Mailbox
    from sterling.channels.email.reading.values import Attachment

MEGABYTE = 1024 * 1024


@dataclass(frozen=True, slots=True)
class Withheld:
    """A file that is not handed on, and why."""

    name: str
    why: Text


def size_limit(mailbox: Mailbox | None) -> int:
    """The most bytes that a mail to this mailbox may have."""
    own = mailbox.size_limit if mailbox else None
    return min(own, settings.MESSAGE_LIMIT) if own else int(settings.MESSAGE_LIMIT)


def megabytes(size: int) -> str:
    """`25 MB`, `2.5 MB`; small ones in kB."""
    if size < MEGABYTE:
        return f"{max(1, round(size / 1024))} kB"
    return f"{size / MEGABYTE:.1f}".removesuffix(".0") + " MB"


def withheld(mailbox: Mailbox | None, files: tuple[Attachment, ...]) -> list[Withheld | None]:
    """For each file: None when it is taken, else why not."""
    return [None if mailbox is None else _why(mailbox, file) for file in files]


def _why(mailbox: Mailbox, file: Attachment) -> Withheld | None:
    # Windows opens "setup.exe. " as it does "setup.exe".
    ending = PurePosixPath(file.name.lower().rstrip(". ")).suffix.lstrip(".")
    kinds = {str(kind).lower().lstrip(".") for kind in mailbox.refused_types}
    if kinds & {ending, file.content_type.lower()} - {""}:
        said = f".{ending}" if ending in kinds else file.content_type
        return Withheld(
            file.name,
            Text(f"files of the type {said} are not accepted", f"不接收 {said} 类型的文件"),
        )
    if mailbox.file_limit and len(file.data) > mailbox.file_limit:
        size, most = megabytes(len(file.data)), megabytes(mailbox.file_limit)
        return Withheld(
            file.name,
            Text(f"it has {size}; a file may have at most {most}", f"大小为 {size}，单个文件上限为 {most}"),
        )
    return None
