"""Was it a person or a machine? What a mail says of itself can be wrong both ways, so an engineer may say."""

from __future__ import annotations

from typing import TYPE_CHECKING

from django.db import transaction

from sterling.base.errors import Conflict
from sterling.channels.email import senders
from sterling.channels.email.models import Treat
from sterling.core.text import Text
from sterling.tickets.actions import quiet
from sterling.tickets.models import MessageKind

if TYPE_CHECKING:
    from datetime import datetime

    from sterling.base.actor import Actor
    from sterling.tickets.models import Message, Ticket


@transaction.atomic
def say(*, message: Message, treat: str, at: datetime, by: Actor) -> Ticket:
    """From here on mail of the message's sender is a person's or a machine's. The ticket where it counts.

    A person's mail that was attached quietly counts at once, owed since its receipt. What counted already
    goes on counting: a promise is not taken back.
    """
    if message.author_kind != "contact" or message.channel != "email":
        raise Conflict(Text("Only of a mail that came in.", "仅适用于来信。"))
    senders.treat(address=message.author_email, as_=treat, at=at, by=by)
    if treat == Treat.PERSON and message.kind == MessageKind.AUTO:
        return quiet.counts_after_all(message=message, at=at, by=by).ticket
    return message.ticket
