"""Finding the ticket that a mail continues: the facts from the database, the decision from the core."""

from __future__ import annotations

import re
from dataclasses import dataclass, replace
from datetime import timedelta
from typing import TYPE_CHECKING

from sterling.base.foreseen import told
from sterling.channels.email import senders
from sterling.channels.email.models import InboundMail, InboundState
from sterling.channels.email.received import content_of, is_ours
from sterling.core.clocks import Status
from sterling.core.threads import By, Hints, Standing, match, suggest
from sterling.tickets import followers
from sterling.tickets import queries as tickets
from sterling.tickets.identity import ticket_number

if TYPE_CHECKING:
    from collections.abc import Sequence
    from datetime import datetime

    from sterling.accounts.models import Contact
    from sterling.channels.email.reading import Reading
    from sterling.channels.email.senders import Sender
    from sterling.core.threads import Match
    from sterling.tickets.content import Content
    from sterling.tickets.models import Ticket

_TAG = re.compile(r"\[#(\d{1,18})\]")
LATELY = timedelta(days=30)


@dataclass(frozen=True, slots=True)
class Found:
    """The ticket that a mail names (where a merged one goes on), what led there, and what the sender is to it."""

    standing: Standing
    match: Match | None = None
    ticket: Ticket | None = None
    sender: Sender | None = None  # as known after another mail was waited for

    @property
    def by(self) -> str:
        return self.match.by.value if self.match else ""


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


FOUND = "what a mail names"


def find(reading: Reading, mail: InboundMail, sender: Sender) -> Found:
    """What the mail names, and what its sender is to that."""
    return told(FOUND, mail.pk, lambda: _find(reading, mail, sender))


def find_own(asked: Sequence[tuple[InboundMail, Reading, Contact]]) -> dict[int, Found]:
    """Of mails by contacts we know those that name, by more than a tag, a ticket of their own organization that goes on.

    By the mails' keys. Three queries.
    """
    hints = {mail.pk: hints_of(reading, mail) for mail, reading, _ in asked}
    known = tickets.numbers_by_message_id(
        [one for said in hints.values() for one in (*said.in_reply_to, *said.references)]
    )
    numbers = {number for said in hints.values() for number in said.addressed} | set(known.values())
    organizations = tickets.organizations_by_number(numbers)
    named: dict[int, Match] = {}
    for mail, _, contact in asked:
        said = hints[mail.pk]
        own = {one: known[one] for one in (*said.in_reply_to, *said.references) if one in known}
        found = match(replace(said, tagged=None), own, organizations, contact.organization_id)
        if found:
            named[mail.pk] = found
    going_on = tickets.by_numbers({one.number for one in named.values()}) if named else {}
    return {
        mail.pk: Found(Standing.OWN, named[mail.pk], ticket)
        for mail, _, contact in asked
        if mail.pk in named
        and (ticket := going_on.get(named[mail.pk].number))
        and ticket.organization_id == contact.organization_id
        and ticket.merged_into_id is None
        and ticket.status != Status.CLOSED
    }


def _find(reading: Reading, mail: InboundMail, sender: Sender) -> Found:
    anywhere = _standing(sender, None)
    if anywhere is Standing.OURS:
        return Found(anywhere)
    hints = hints_of(reading, mail)
    answered = (*hints.in_reply_to, *hints.references)
    known = tickets.numbers_by_message_id(answered)
    if answered and not known and _was_being_read(mail, answered):
        known = tickets.numbers_by_message_id(answered)
        sender = senders.sender(sender.address, sender.name)  # made by that mail, perhaps
    numbers = {*hints.addressed, *known.values(), *([hints.tagged] if hints.tagged else [])}
    organizations = tickets.organizations_by_number(numbers)
    found = match(hints, known, organizations, sender.organization_id)
    ticket = tickets.by_number(found.number) if found else None
    if found is None or ticket is None:
        return Found(anywhere, sender=sender)
    if found.by is By.SUBJECT and not _may_see(sender, ticket):
        return Found(anywhere, sender=sender)
    ticket = tickets.going_on(ticket)
    return Found(_standing(sender, ticket), found, ticket, sender)


def _was_being_read(mail: InboundMail, answered: Sequence[str]) -> bool:
    """Whether a mail that this one answers waits to be read. Another worker that reads it is done when this returns."""
    waiting = InboundMail.objects.filter(message_id__in=answered, state=InboundState.RECEIVED)
    keys = list(waiting.exclude(pk=mail.pk).order_by("pk").values_list("pk", flat=True))
    if keys:
        list(InboundMail.objects.select_for_update().filter(pk__in=keys).order_by("pk").values_list("pk"))
    return bool(keys)


def _standing(sender: Sender, ticket: Ticket | None) -> Standing:
    """Staff first, as everywhere: an engineer who is also somebody's contact writes as an engineer."""
    if is_ours(sender.address):
        return Standing.OURS
    if sender.agent is not None:
        return Standing.STAFF
    if ticket is None:
        return Standing.STRANGER
    if sender.organization_id == ticket.organization_id:
        return Standing.OWN
    return Standing.COPIED if followers.is_copied(ticket, sender.address) else Standing.STRANGER


def _may_see(sender: Sender, ticket: Ticket) -> bool:
    """A number is easily guessed: who is not confirmed does not get into a colleague's ticket by one."""
    contact = sender.contact
    return contact is not None and (contact.confirmed_at is not None or ticket.requester_id == contact.pk)


def meant(reading: Reading, contact: Contact, at: datetime) -> Ticket | None:
    """A ticket of the same sender that a mail without any thread may belong to; only ever a suggestion."""
    number = suggest(reading.subject, tickets.may_be_meant(contact, at - LATELY))
    return tickets.by_number(number) if number is not None else None


def content_for(reading: Reading, found: Found) -> Content:
    """What was said. Who joined by a tag, which anyone can type, has nobody copied who was not before."""
    content = content_of(reading)
    if found.ticket is None or found.by != By.SUBJECT.value:
        return content
    before = tickets.copied(found.ticket)
    return replace(content, cc=tuple(address for address in content.cc if address in before))
