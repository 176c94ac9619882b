"""What several mails need to know, asked for all of them together.

A plain mail comes from one person, with no file and nobody copied: a first word, from a contact we know or from a
stranger, or an answer of the organization's own on a ticket that goes on. A batch of these takes as many statements
as one. Whatever else a mail may be is read by itself.
"""

from __future__ import annotations

from dataclasses import dataclass, replace
from itertools import takewhile
from typing import TYPE_CHECKING

from django.db import transaction

from sterling.accounts import checks
from sterling.accounts import queries as people
from sterling.accounts.actions import customers
from sterling.base import rows
from sterling.base.errors import Invalid
from sterling.base.models import Blob
from sterling.base.spool import SMALL
from sterling.channels.email import duplicates, joining, senders
from sterling.channels.email.joining import LATELY, hints_of
from sterling.channels.email.models import Treat
from sterling.channels.email.processing import NULL_SENDER, author
from sterling.channels.email.reading import read
from sterling.channels.email.received import is_ours
from sterling.core.addresses import forms
from sterling.core.threads import Hints
from sterling.plans import queries as plans
from sterling.sla import stored
from sterling.tickets import followers, held, messages
from sterling.tickets import queries as tickets
from sterling.tickets.actions.opening import KEYS, SEQUENCES
from sterling.tickets.models import Message

if TYPE_CHECKING:
    from collections.abc import Iterator, Sequence
    from datetime import datetime

    from sterling.accounts.models import Contact
    from sterling.base.foreseen import Foreseen
    from sterling.channels.email.joining import Found
    from sterling.channels.email.models import InboundMail
    from sterling.channels.email.reading import Reading
    from sterling.sla.log import Log
    from sterling.tickets.models import Ticket

NOTHING_NAMED = Hints()
Locked = dict[int, "tuple[Log, Ticket]"]


@dataclass(frozen=True, slots=True)
class Plain:
    """A plain mail. `contact` None: a stranger's. `found`: what it answers. `marks`: what another one must not share
    to be read before this one is written.
    """

    mail: InboundMail
    reading: Reading
    address: str
    contact: Contact | None
    found: Found | None = None

    @property
    def ticket(self) -> Ticket | None:
        return self.found.ticket if self.found else None

    @property
    def domain(self) -> str:
        return self.address.rpartition("@")[2]

    @property
    def marks(self) -> set[str]:
        own = {self.address, self.mail.message_id}
        return own | {f"#{self.ticket.number}"} if self.ticket else own


def begun(mails: Sequence[InboundMail]) -> tuple[list[InboundMail], dict[int, Reading]]:
    """Those up to the first that is read by itself, since it will most likely end the batch, and what each says.

    By key; one whose bytes are gone says nothing. Two queries at most.
    """
    reached: list[InboundMail] = []
    said: dict[int, Reading] = {}
    for some in (mails[:1], mails[1:]):
        names = [mail.raw.name for mail in some if mail.size <= SMALL]
        raw = dict(Blob.objects.filter(name__in=names).values_list("name", "data"))
        for mail in some:
            reached.append(mail)
            if mail.size > SMALL:
                return reached, said  # read by itself, from a file
            if mail.raw.name not in raw:
                continue
            said[mail.pk] = read(bytes(raw.pop(mail.raw.name)))
            if not _is_simple(mail, said[mail.pk]):
                return reached, said
    return reached, said


def plain_among(mails: Sequence[InboundMail], said: dict[int, Reading]) -> dict[int, Plain]:
    """The plain ones, by their keys. Three queries, four more where some are answers."""
    simple = [mail for mail in mails if mail.pk in said and _is_simple(mail, said[mail.pk])]
    first = {mail.pk: author(said[mail.pk], mail)[0].strip().lower() for mail in simple}
    if not first:
        return {}
    known = people.contacts_by_email(set(first.values()))
    staff = people.engineers_among(set(first.values()))
    simple = [mail for mail in simple if first[mail.pk] not in staff]
    answers = _answers(simple, said, first, known)
    return {
        mail.pk: Plain(mail, said[mail.pk], first[mail.pk], known.get(first[mail.pk]), answers.get(mail.pk))
        for mail in simple
        if mail.pk in answers
        or (
            hints_of(said[mail.pk], mail) == NOTHING_NAMED
            and (first[mail.pk] in known or _may_be_made(said[mail.pk], mail))
        )
    }


def _is_simple(mail: InboundMail, reading: Reading) -> bool:
    """Whether a person wrote it to us alone, without a file."""
    if reading.error or reading.is_bounce or reading.is_auto or reading.list_id or reading.attachments:
        return False
    if not mail.message_id or not mail.content_digest or mail.envelope_from == NULL_SENDER:
        return False
    if len(forms(reading.from_email)) > 1:
        return False
    if "@" not in reading.from_email or reading.reply_to or reading.cc or is_ours(reading.from_email):
        return False
    return all(is_ours(address) for _, address in reading.to)


def _may_be_made(reading: Reading, mail: InboundMail) -> bool:
    """Whether a contact can be made of whoever wrote."""
    address, name = author(reading, mail)
    try:
        checks.persons_address(address)
        checks.not_blank(name[: customers.NAME_LIMIT] or address, "name")
    except Invalid:
        return False
    return True


def _answers(
    mails: Sequence[InboundMail], said: dict[int, Reading], first: dict[int, str], known: dict[str, Contact]
) -> dict[int, Found]:
    """What those that name something answer: not what stands in this very batch, nor with a machine's words."""
    coming = {mail.message_id for mail in mails}
    asked = []
    for mail in mails:
        hints, contact = hints_of(said[mail.pk], mail), known.get(first[mail.pk])
        if contact and hints != NOTHING_NAMED and coming.isdisjoint((*hints.in_reply_to, *hints.references)):
            asked.append((mail, said[mail.pk], contact))
    if not asked:
        return {}
    found = joining.find_own(asked)
    rules = senders.rules_for({first[pk] for pk in found}) if found else {}
    machines = {address for address, rule in rules.items() if rule.treat == Treat.MACHINE}
    return {pk: one for pk, one in found.items() if first[pk] not in machines}


def runs(mails: Sequence[InboundMail], plain: dict[int, Plain]) -> Iterator[list[InboundMail]]:
    """In order: plain ones that share no mark together, as what one writes the next would have to see; others alone."""
    run: list[InboundMail] = []
    marks: set[str] = set()
    for mail in mails:
        one = plain.get(mail.pk)
        if run and (one is None or marks & one.marks):
            yield run
            run, marks = [], set()
        if one is None:
            yield [mail]
        else:
            run.append(mail)
            marks |= one.marks
    if run:
        yield run


def lock(some: Sequence[Plain]) -> None:
    """All of a batch at once, each kind in one order: no two batches wait for each other."""
    if some:
        duplicates.lock([one.mail.message_id for one in some])
        senders.lock_answers([one.address for one in some])


def acquainted(some: Sequence[Plain]) -> list[Plain]:
    """The same with whoever was made since: by an earlier mail of the batch, or elsewhere before we had the lock."""
    strangers = {one.address for one in some if one.contact is None}
    known = people.contacts_by_email(strangers) if strangers else {}
    return [replace(one, contact=one.contact or known.get(one.address)) for one in some]


def held_of(some: Sequence[Plain]) -> tuple[list[Plain], Locked]:
    """Those of a run up to the first whose conversation somebody else holds, and the conversations, locked."""
    asked = [one.ticket for one in some if one.ticket]
    if not asked:
        return list(some), {}
    with transaction.atomic():
        locked = held.free(asked)
        free = list(takewhile(lambda one: _is_held(one, locked), some))
        if not free:
            transaction.set_rollback(True)  # the first one has to be waited for, with no other held meanwhile
    return free, locked


def _is_held(one: Plain, locked: Locked) -> bool:
    if one.ticket is None or one.contact is None:
        return True
    return one.ticket.pk in locked and locked[one.ticket.pk][1].organization_id == one.contact.organization_id


def foresee(known: Foreseen, some: Sequence[Plain], locked: Locked, at: datetime) -> None:
    """Ask for all of a run what reading each asks for; the caller holds their locks."""
    earlier = duplicates.all_earlier([one.mail for one in some])
    addresses = {one.address for one in some}
    rules = senders.rules_for(addresses)
    undeliverable = senders.undeliverable(addresses)
    for one in some:
        known.tell("earlier", one.mail.pk, earlier.get(one.mail.pk))
        known.tell("contact", one.address, one.contact)
        known.tell("engineer", one.address, None)
        known.tell("rule", one.address, rules.get(one.address))
        marked = undeliverable.get(one.address)
        known.tell("undeliverable", one.address, [marked] if marked else [])
    made = _foresee_strangers(known, [one for one in some if one.contact is None])
    openers = [one.contact for one in some if one.contact and one.ticket is None]
    _foresee_contacts(known, [one.contact for one in some if one.contact], openers, at)
    keys = [*(one.pk for one in openers), *made.values()]
    for contact, own in zip(keys, rows.many_keys(len(keys), *SEQUENCES) if keys else (), strict=True):
        known.tell(KEYS, contact, own)
    listed = [known.steady.get((people.DOMAIN, one.domain)) for one in some if one.contact is None]
    holders = {*(one.organization_id for one in openers), *(one.pk for one in listed if one)}
    plans.foresee_contracts(known, holders, made)
    _foresee_answers(known, [one for one in some if one.ticket], locked)


def _foresee_contacts(
    known: Foreseen, everyone: Sequence[Contact], openers: Sequence[Contact], at: datetime
) -> None:
    answers = tickets.automatic_answers_to(everyone, at - senders.HOUR) if everyone else {}
    meant = tickets.all_that_may_be_meant(openers, at - LATELY) if openers else {}
    for contact in everyone:
        known.tell("answers", contact.pk, answers.get(contact.pk, 0))
        known.tell("meant", contact.pk, meant.get(contact.pk, []))


def _foresee_strangers(known: Foreseen, some: Sequence[Plain]) -> dict[int, int]:
    """The organizations that may be made, each with its contact, by key."""
    if not some:
        return {}
    domains = {one.domain for one in some if (people.DOMAIN, one.domain) not in known.steady}
    found = people.organizations_by_domain(domains) if domains else {}
    known.steady |= {(people.DOMAIN, domain): listed for domain, listed in found.items()}
    made = {}
    for one, keys in zip(some, rows.many_keys(len(some), *customers.SEQUENCES), strict=True):
        known.tell(customers.KEYS, one.address, keys)
        made[keys[0]] = keys[1]
    return made


def _foresee_answers(known: Foreseen, some: Sequence[Plain], locked: Locked) -> None:
    if not some:
        return
    of_ticket = {one.ticket.pk: one for one in some if one.ticket}
    copied = followers.all_addresses(list(of_ticket))
    clocks = stored.stored_clocks([one.ticket.timeline_id for one in of_ticket.values() if one.ticket])
    keys = rows.many_keys(len(of_ticket), rows.key_of(Message))
    for (pk, one), (key,) in zip(of_ticket.items(), keys, strict=True):
        known.tell(joining.FOUND, one.mail.pk, one.found)
        known.steady[held.GOES_ON, pk] = None
        known.tell(held.HELD, pk, locked[pk])
        known.tell(followers.FOLLOWERS, pk, copied[pk])
        known.tell(stored.CLOCKS, locked[pk][1].timeline_id, clocks[locked[pk][1].timeline_id])
        known.tell(messages.KEY, pk, key)
