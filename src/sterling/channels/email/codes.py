"""The mail with a sign-in code. It is composed when it leaves and kept nowhere, for the code is in it."""

from __future__ import annotations

from email.headerregistry import Address
from email.message import EmailMessage
from email.utils import format_datetime
from typing import TYPE_CHECKING

from django.conf import settings

from sterling.accounts.actions import codes
from sterling.channels.email import smtp
from sterling.channels.email.errors import PermanentDeliveryError, TemporaryDeliveryError
from sterling.channels.email.international import policy_for, wired
from sterling.core.text import Text

if TYPE_CHECKING:
    from datetime import datetime

SUBJECT = Text("Your sign-in code", "您的登录验证码")
BODY = Text(
    "{digits}\n\n"
    "This is your code for {base}/. Type it in the browser in which you asked for it, within 10 minutes; "
    "it works once.\n\n"
    "You did not ask for it? Then somebody typed your address. Without this code they do not get in, and you "
    "need not do anything. Give it to nobody; our engineers never ask for it.\n",
    "{digits}\n\n"
    "这是您登录 {base}/ 的验证码。请在 10 分钟内，在请求验证码的浏览器中输入，仅可使用一次。\n\n"
    "如果这不是您本人的操作，可能是有人误填了您的邮箱。没有验证码对方无法登录，您无须处理。"
    "请勿将验证码告诉任何人，我们的工程师不会向您索取。\n",
)


def compose(letter: codes.Letter) -> bytes:
    """The same bytes each time; no machine answers it (RFC 3834)."""
    said = BODY.filled(digits=letter.digits, base=settings.BASE_URL)
    to = wired(letter.code.email)
    message = EmailMessage(policy=policy_for([to]))
    local, _, domain = wired(settings.MAIL_FROM).rpartition("@")
    message["From"] = Address("Sterling", local, domain)
    message["To"] = to
    message["Subject"] = SUBJECT.to(letter.language)
    message["Date"] = format_datetime(letter.code.created_at)
    message["Auto-Submitted"] = "auto-generated"
    message["X-Auto-Response-Suppress"] = "All"
    message.set_content(said.to(letter.language))
    return f"Message-ID: <{letter.code.digest[:32]}@{domain}>\r\n".encode("ascii") + message.as_bytes()


def send(*, code_id: int, at: datetime) -> str:
    """Mail one code; what became of it. A slow server is tried again for as long as the code works."""
    if not settings.SMTP_URL:
        return "waits"
    letter = codes.claim(code_id=code_id, at=at)
    if letter is None:
        return "not sent"
    server = smtp.Server.from_url(settings.SMTP_URL)
    try:
        smtp.send(server, sender="", recipients=[letter.code.email], raw=compose(letter))
    except PermanentDeliveryError as error:
        codes.given_up(code=letter.code, reason=str(error))
        return "failed"
    except TemporaryDeliveryError as error:
        codes.delayed(code=letter.code, reason=str(error), at=at)
        return "again later"
    codes.sent(code=letter.code, at=at)
    return "sent"


def sweep(*, at: datetime, batch: int = 100) -> int:
    """Codes whose nudge was lost, or whose mail is to be tried again."""
    if not settings.SMTP_URL:
        return 0
    found = codes.due(at=at, most=batch)
    for code_id in found:
        send(code_id=code_id, at=at)
    return len(found)
