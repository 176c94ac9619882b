"""What reading a message yields."""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from datetime import datetime

    from sterling.base.spool import Data

Mailbox = tuple[str, str]


@dataclass(frozen=True, slots=True)
class Attachment:
    """A file of the message. `name` is as stated, cleaned of controls: never a path to write to."""

    name: str
    content_type: str
    data: Data = field(repr=False)
    content_id: str
    inline: bool


@dataclass(frozen=True, slots=True)
class Bounce:
    """A report that mail was not delivered. `hard`: permanent; None when the report does not say."""

    recipients: tuple[str, ...] = ()
    status: str = ""
    hard: bool | None = None
    message_id: str = ""


@dataclass(frozen=True, slots=True)
class Reading:
    """A message as the intake sees it. Addresses as written, (name, address) pairs; ids without angle brackets.

    `text` is all of the plain text, `reply_text` without quotes and signature; `html` is raw and hostile.
    `error` is set for bytes that are no message at all; every other field is then empty.
    """

    message_id: str = ""
    in_reply_to: tuple[str, ...] = ()
    references: tuple[str, ...] = ()
    subject: str = ""
    from_email: str = ""
    from_name: str = ""
    reply_to: tuple[Mailbox, ...] = ()
    to: tuple[Mailbox, ...] = ()
    cc: tuple[Mailbox, ...] = ()
    delivered_to: tuple[str, ...] = ()  # Delivered-To, X-Original-To, Envelope-To and the like
    date: datetime | None = None
    text: str = ""
    html: str | None = None
    reply_text: str = ""
    language: str = "en"  # "zh" or "en", by script
    is_auto: bool = False
    auto_reason: str = ""
    is_bounce: bool = False
    bounced_recipients: tuple[str, ...] = ()
    bounce_status: str = ""
    bounce_hard: bool | None = None
    bounced_message_id: str = ""
    attachments: tuple[Attachment, ...] = ()
    list_id: str = ""
    return_path: str | None = None  # None: not stated; "": the null sender
    is_partial: bool = False  # it has more parts than are read
    error: str = ""
