"""What cannot be taken is said to its sender, politely, once, and never to a machine.

A mail keeps its text when one of its files is refused: the customer is not made to wait for our rules.
"""

from __future__ import annotations

from dataclasses import replace
from datetime import timedelta
from typing import TYPE_CHECKING

from sterling.channels.email import letters, limits
from sterling.channels.email.models import SenderNotice
from sterling.channels.email.reading.values import Attachment
from sterling.channels.email.received import is_ours
from sterling.channels.email.winmail import opened
from sterling.core.text import Text
from sterling.tickets.identity import new_message_id

if TYPE_CHECKING:
    from collections.abc import Sequence
    from datetime import datetime

    from sterling.base.errors import NotEntitled
    from sterling.channels.email.limits import Withheld
    from sterling.channels.email.models import InboundMail
    from sterling.channels.email.reading import Reading

NULL_SENDER = "<>"
MOST_AN_HOUR = 3
HOUR = timedelta(hours=1)
_MACHINES = ("mailer-daemon", "postmaster", "no-reply", "noreply", "do-not-reply", "donotreply", "bounce")
_SUBJECT = Text("Not everything in your mail arrived", "您的邮件未能完整送达")
_NOT_TAKEN = Text("No ticket was opened for your mail", "未能为您的邮件建立工单")
_TOO_LARGE = Text("Your mail could not be delivered: it is too large", "您的邮件过大，未能送达")


def without_refused(mail: InboundMail, reading: Reading) -> tuple[Reading, list[Withheld]]:
    """The reading as it is handed on: in place of each refused file a note that says why it is not there.

    What comes inside of an envelope is held to the same limits.
    """
    reading = opened(reading)
    verdicts = limits.withheld(mail.through, reading.attachments)
    kept = tuple(
        file if verdict is None else _note(verdict)
        for file, verdict in zip(reading.attachments, verdicts, strict=True)
    )
    refused = [verdict for verdict in verdicts if verdict is not None]
    return (replace(reading, attachments=kept), refused) if refused else (reading, [])


def _note(refused: Withheld) -> Attachment:
    text = (
        f"{refused.name}\n\nThis file was not taken: {refused.why.en}. The raw message still holds it.\n"
        f"此文件未被接收：{refused.why.zh}。原始邮件中仍有此文件。\n"
    )
    return Attachment(f"{refused.name}.txt", "text/plain", text.encode(), "", inline=False)


def tell_of_files(mail: InboundMail, reading: Reading, refused: Sequence[Withheld], at: datetime) -> None:
    """Your message is here, these files are not."""
    lines = [Text(f"- {one.name}: {one.why.en}", f"- {one.name}：{one.why.zh}") for one in refused]
    _tell(
        mail,
        reading,
        _SUBJECT,
        Text(
            "Your message arrived and will be answered. These files were not taken:\n\n"
            + "\n".join(line.en for line in lines)
            + "\n\nPlease send them in another form, or ask us how.",
            "您的消息已送达，我们会回复。以下文件未被接收：\n\n"
            + "\n".join(line.zh for line in lines)
            + "\n\n请换一种方式发送，或向我们询问。",
        ),
        at,
    )


def tell_too_large(mail: InboundMail, reading: Reading, limit: int, at: datetime) -> None:
    """Your message is not here at all."""
    size, most = limits.megabytes(mail.size), limits.megabytes(limit)
    about = reading.subject or "-"
    _tell(
        mail,
        reading,
        _TOO_LARGE,
        Text(
            f'Your mail "{about}" has {size}; at most {most} can be taken, so nobody has read it.\n\n'
            "Please send it again without its largest files, or in parts.",
            f"您的邮件“{about}”大小为 {size}，上限为 {most}，因此无人读到它。\n\n"
            "请去掉较大的文件后重新发送，或分成几封发送。",
        ),
        at,
    )


def tell_not_taken(mail: InboundMail, reading: Reading, refused: NotEntitled, at: datetime) -> None:
    """Your message is kept; somebody else has to ask, or in another way."""
    about = reading.subject or "-"
    _tell(
        mail,
        reading,
        _NOT_TAKEN,
        Text(
            f'Thank you for your mail "{about}". {refused.text.en}\n\n{refused.remedy.en}\n\n'
            "Your mail is kept, but no ticket was opened for it.",
            f"感谢您的来信“{about}”。{refused.text.zh}\n\n{refused.remedy.zh}\n\n您的邮件已保存，但未据此建立工单。",
        ),
        at,
    )


def _tell(mail: InboundMail, reading: Reading, subject: Text, body: Text, at: datetime) -> None:
    to = _listener_to(mail, reading)
    if not to or SenderNotice.objects.filter(to=to, created_at__gt=at - HOUR).count() >= MOST_AN_HOUR:
        return
    first, second = ("zh", "en") if reading.language == "zh" else ("en", "zh")
    SenderNotice.objects.get_or_create(
        inbound=mail,
        defaults={
            "to": to,
            "subject": subject.to(first),
            "text": f"{body.to(first)}\n\n-----\n\n{body.to(second)}\n",
            "message_id": new_message_id(),
            "in_reply_to": reading.message_id[:500],
            "created_at": at,
            "next_attempt_at": at,
        },
    )


def _listener_to(mail: InboundMail, reading: Reading) -> str:
    """Who hears it; nobody when a machine, a list or we ourselves sent it (RFC 3834)."""
    if mail.envelope_from == NULL_SENDER or reading.return_path == "" or reading.is_auto or reading.list_id:
        return ""
    to = mail.envelope_from if "@" in mail.envelope_from else reading.from_email
    to = to.strip().lower()
    machine = to.partition("@")[0].startswith(_MACHINES)
    return "" if "@" not in to or machine or is_ours(to) or is_ours(reading.from_email) else to[:254]


def compose(notice: SenderNotice) -> bytes:
    return letters.compose(notice, name="Support", submitted="auto-replied", in_reply_to=notice.in_reply_to)


def sweep(*, at: datetime) -> int:
    return letters.sweep(SenderNotice, at=at, composed=compose)
