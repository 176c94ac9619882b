"""Finding the ticket that a mail continues: the facts from the database, the decision from the core."""

from __future__ import annotations

import re
from dataclasses import dataclass, replace
from typing import TYPE_CHECKING

from sterling.channels.email.received import content_of, is_ours
from sterling.core.threads import By, Hints, match
from sterling.tickets import queries as tickets
from sterling.tickets.identity import ticket_number

if TYPE_CHECKING:
    from sterling.accounts.models import Contact
    from sterling.channels.email.models import InboundMail
    from sterling.channels.email.reading import Reading
    from sterling.tickets.content import Content
    from sterling.tickets.models import Ticket

_TAG = re.compile(r"\[#(\d{1,18})\]")


@dataclass(frozen=True, slots=True)
class Found:
    ticket: Ticket | None
    by: str = ""


def is_our_own(reading: Reading) -> bool:
    """Something that we sent came back: answering it would never end."""
    return is_ours(reading.from_email) and tickets.was_sent_by_us(reading.message_id)


def hints_of(reading: Reading, mail: InboundMail) -> Hints:
    addresses = (
        *(address for _, address in (*reading.to, *reading.cc)),
        *reading.delivered_to,
        *(str(address) for address in mail.envelope_to),
    )
    numbers = (ticket_number(address) for address in addresses)
    # Ours is put at the end; one further ahead came with a subject that was quoted or forwarded.
    tags = _TAG.findall(reading.subject)
    return Hints(
        addressed=tuple(dict.fromkeys(number for number in numbers if number is not None)),
        in_reply_to=reading.in_reply_to,
        references=reading.references,
        tagged=int(tags[-1]) if tags else None,
    )


def ticket_of(reading: Reading, mail: InboundMail, contact: Contact) -> Found:
    """The ticket, if the sender belongs to its organization. A stranger's answer opens a ticket of their own."""
    hints = hints_of(reading, mail)
    known = tickets.numbers_by_message_id((*hints.in_reply_to, *hints.references))
    numbers = {*hints.addressed, *known.values(), *([hints.tagged] if hints.tagged else [])}
    organizations = tickets.organizations_by_number(numbers)
    found = match(hints, known, organizations, contact.organization_id)
    if found is None or organizations.get(found.number) != contact.organization_id:
        return Found(None)
    ticket = tickets.by_number(found.number)
    if ticket and found.by is By.SUBJECT and not _may_see(contact, ticket):
        return Found(None)
    return Found(ticket, found.by.value)


def _may_see(contact: Contact, ticket: Ticket) -> bool:
    """A number is easily guessed: who is not confirmed does not get into a colleague's ticket by one."""
    return contact.confirmed_at is not None or ticket.requester_id == contact.pk


def content_for(reading: Reading, found: Found) -> Content:
    """What was said. Who joined by a tag, which anyone can type, has nobody copied who was not before."""
    content = content_of(reading)
    if found.ticket is None or found.by != By.SUBJECT:
        return content
    before = tickets.copied(found.ticket)
    return replace(content, cc=tuple(address for address in content.cc if address in before))
