"""What somebody says, before it is anybody's message: text, files, where it came from."""

from __future__ import annotations

from dataclasses import dataclass, field

from django.conf import settings

from sterling.base.errors import Invalid
from sterling.base.spool import Data, sha256
from sterling.base.storage import as_file
from sterling.tickets.models import Attachment, Message

TEXT_LIMIT = 1_000_000


@dataclass(frozen=True, slots=True)
class File:
    """One attachment; a large one is not in memory."""

    name: str
    content_type: str
    data: Data
    content_id: str = ""


@dataclass(frozen=True, slots=True)
class Content:
    """`text` is plain; `html` already sanitized; `quoted` the earlier mail below the reply, folded away."""

    text: str
    html: str = ""
    quoted: str = ""
    files: tuple[File, ...] = ()
    message_id: str = ""
    references: tuple[str, ...] = ()
    to: tuple[str, ...] = field(default=())
    cc: tuple[str, ...] = field(default=())


def written(text: str, name: str = "body") -> str:
    """The text somebody typed, refused when there is none or far too much."""
    cleaned = text.replace("\x00", "").replace("\r\n", "\n").strip()
    if not cleaned:
        raise Invalid.field(name, "Write something first.", "请先填写内容。")
    if len(cleaned) > TEXT_LIMIT:
        raise Invalid.field(
            name, "This is longer than a message can be; attach it as a file.", "内容过长，请改为附件发送。"
        )
    return cleaned


def within_limit(files: tuple[File, ...]) -> None:
    """Invalid: more than a message can hold."""
    if sum(len(file.data) for file in files) > settings.MESSAGE_LIMIT:
        raise Invalid.field(
            "attachments",
            "At most 25 MB a message. Send larger files in parts.",
            "每条消息最多 25 MB，请分开发送。",
        )


def attach(message: Message, files: tuple[File, ...]) -> None:
    """Store the files of a message, in the caller's transaction."""
    within_limit(files)
    for file in files:
        row = Attachment(
            organization_id=message.organization_id,
            message=message,
            name=(file.name or "attachment")[-255:],
            content_type=file.content_type[:150] or "application/octet-stream",
            size=len(file.data),
            digest=sha256(file.data),
            content_id=file.content_id[:255],
        )
        row.file.save(f"attachment-{message.pk}", as_file(file.data), save=False)
        row.save()
