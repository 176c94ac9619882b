"""The demo's first minute: four steps that check themselves off by what really happened. Shown with the demo alone."""

from __future__ import annotations

from dataclasses import dataclass
from email.message import EmailMessage
from email.policy import SMTP
from typing import TYPE_CHECKING

from django.conf import settings

from sterling.channels.email import intake
from sterling.channels.email.queries import last_ticket
from sterling.core.text import Text
from sterling.tickets.access import tickets_for
from sterling.tickets.identity import new_message_id
from sterling.tickets.models import MessageKind

if TYPE_CHECKING:
    from datetime import datetime

    from django.http import HttpRequest

    from sterling.accounts.access import Viewer
    from sterling.tickets.models import Ticket

SEEN = "guide"
OVER = "guide_over"
SAMPLES = {
    "en": (
        "Elena Vargas <elena.vargas@meridianclinics.example>",
        "All sign-ins fail",
        "Nobody at the clinic can sign in since nine o'clock. Please help.\n\nElena Vargas",
    ),
    "zh": (
        "王晨 <wang.chen@muguang.example>",
        "所有人都无法登录",
        "九点以来全院都无法登录系统，请尽快处理。\n\n王晨",
    ),
}


@dataclass(frozen=True, slots=True)
class Step:
    said: Text
    is_done: bool


@dataclass(frozen=True, slots=True)
class Guide:
    """`ticket`: the one that the last mail opened or joined, if there was one."""

    steps: list[Step]
    ticket: Ticket | None

    @property
    def is_done(self) -> bool:
        return all(step.is_done for step in self.steps)


def guide(request: HttpRequest, viewer: Viewer) -> Guide | None:
    """Where the viewer stands; None without the demo, or once it was put away. Three queries at most."""
    if not settings.DEMO or request.session.get(OVER):
        return None
    found = last_ticket()
    ticket = tickets_for(viewer).filter(pk=found).first() if found else None
    seen = request.session.get(SEEN, []) if ticket else []
    answered = ticket is not None and ticket.messages.filter(kind=MessageKind.REPLY).exists()
    number = ticket.number if ticket else 0
    return Guide(
        [
            Step(Text("Send a mail in", "发来一封邮件"), ticket is not None),
            Step(Text("Open its ticket", "打开对应的工单"), f"opened {number}" in seen),
            Step(Text("Ask why it is due then (W)", "查看期限的由来（W）"), f"why {number}" in seen),
            Step(Text("Answer in time", "按时回复"), answered),
        ],
        ticket,
    )


def note(request: HttpRequest, what: str, number: int) -> None:
    """The viewer looked at a ticket; kept in the session, with the demo alone."""
    if settings.DEMO and (mark := f"{what} {number}") not in request.session.get(SEEN, []):
        request.session[SEEN] = [*request.session.get(SEEN, []), mark][-20:]


def send_sample(*, language: str, at: datetime) -> None:
    """A customer's mail, taken in as any other."""
    sender, subject, text = SAMPLES[language]
    message = EmailMessage(policy=SMTP)
    message["From"], message["To"], message["Subject"] = sender, settings.MAIL_FROM, subject
    message["Message-ID"] = f"<{new_message_id()}>"
    message.set_content(text)
    address = sender.rpartition("<")[2].rstrip(">")
    intake.store(
        raw=message.as_bytes(),
        mailbox=settings.MAIL_FROM,
        envelope_from=address,
        envelope_to=[settings.MAIL_FROM],
        peer="demo",
        at=at,
    )
