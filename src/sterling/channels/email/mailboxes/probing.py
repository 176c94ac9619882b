"""Trying a mailbox: sign in, open the folder, fetch nothing. What it says is for people."""

from __future__ import annotations

from dataclasses import dataclass
from imaplib import IMAP4
from typing import TYPE_CHECKING

from sterling.channels.email.mailboxes import imap
from sterling.channels.email.mailboxes.models import Afterwards, Kind, Mailbox, Trouble
from sterling.channels.email.mailboxes.troubles import FetchError
from sterling.core.text import Text

if TYPE_CHECKING:
    from datetime import datetime


@dataclass(frozen=True, slots=True)
class Tried:
    """Whether it works, and what was found or is the matter."""

    works: bool
    said: Text
    trouble: Trouble | None = None


def probe(mailbox: Mailbox, at: datetime) -> Tried:
    """Takes a quarter of a minute at most where nothing answers; needs no saved mailbox."""
    if mailbox.kind == Kind.LISTENER:
        return Tried(
            works=True,
            said=Text(
                "Nothing to sign in to: mail for this address is taken by our own listener.",
                "无需登录：此地址的邮件由本系统直接接收。",
            ),
        )
    try:
        return _tried(mailbox, at)
    except FetchError as error:
        return Tried(works=False, said=error.in_words(), trouble=error.trouble)
    except (IMAP4.error, OSError) as error:
        failure = FetchError(Trouble.UNREACHABLE, str(error))
        return Tried(works=False, said=failure.in_words(), trouble=failure.trouble)


def _tried(mailbox: Mailbox, at: datetime) -> Tried:
    with imap.signed_in(mailbox, at) as client:
        found = imap.opened(client, mailbox.folder)
        if mailbox.afterwards == Afterwards.MOVE and not client.folder_exists(mailbox.move_to):
            raise FetchError(Trouble.FOLDER, f"{mailbox.move_to}: there is no such folder")
        idle = client.has_capability("IDLE")
    count = found.get(b"EXISTS", 0)
    return Tried(
        works=True,
        said=Text(
            f"Signed in. {mailbox.folder} holds {count} messages; new mail is "
            + ("seen at once (IDLE)." if idle else "looked for every 15 seconds (the server has no IDLE)."),
            f"登录成功。{mailbox.folder} 中有 {count} 封邮件；"
            + ("新邮件即时可见（IDLE）。" if idle else "每 15 秒检查一次新邮件（服务器不支持 IDLE）。"),
        ),
    )
