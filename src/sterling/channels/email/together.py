"""What several mails need to know, asked for all of them together.

A plain mail is a customer's first word: from a contact we know, naming nothing, with no file and nobody copied. A
batch of these takes as many statements as one. Whatever else a mail may be is read by itself.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

from sterling.accounts import queries as people
from sterling.base import rows
from sterling.base.models import Blob
from sterling.channels.email import duplicates, senders
from sterling.channels.email.joining import LATELY, hints_of
from sterling.channels.email.processing import NULL_SENDER, author
from sterling.channels.email.reading import read
from sterling.channels.email.received import is_ours
from sterling.core.threads import Hints
from sterling.tickets import queries as tickets
from sterling.tickets.actions.opening import KEYS, SEQUENCES

if TYPE_CHECKING:
    from collections.abc import Iterator, Sequence
    from datetime import datetime

    from sterling.accounts.models import Contact
    from sterling.base.foreseen import Foreseen
    from sterling.channels.email.models import InboundMail
    from sterling.channels.email.reading import Reading

NOTHING_NAMED = Hints()


@dataclass(frozen=True, slots=True)
class Plain:
    """A plain mail. `marks`: what another one must not share to be read before this one is written."""

    mail: InboundMail
    reading: Reading
    address: str
    contact: Contact

    @property
    def marks(self) -> set[str]:
        return {self.address, self.mail.message_id}


def begun(mails: Sequence[InboundMail]) -> tuple[list[InboundMail], dict[int, Reading]]:
    """Those up to the first that names something, since it will most likely end the batch, and what each says.

    By key; one whose bytes are gone says nothing. Two queries at most.
    """
    reached: list[InboundMail] = []
    said: dict[int, Reading] = {}
    for some in (mails[:1], mails[1:]):
        names = [mail.raw.name for mail in some]
        raw = dict(Blob.objects.filter(name__in=names).values_list("name", "data"))
        for mail in some:
            reached.append(mail)
            if mail.raw.name not in raw:
                continue
            said[mail.pk] = read(bytes(raw[mail.raw.name]))
            if not _starts(mail, said[mail.pk]):
                return reached, said
    return reached, said


def plain_among(mails: Sequence[InboundMail], said: dict[int, Reading]) -> dict[int, Plain]:
    """The plain ones, by their keys. Three queries."""
    first = {
        mail.pk: author(said[mail.pk], mail)[0].strip().lower()
        for mail in mails
        if mail.pk in said and _starts(mail, said[mail.pk])
    }
    if not first:
        return {}
    known = people.contacts_by_email(set(first.values()))
    staff = people.engineers_among(set(first.values()))
    return {
        mail.pk: Plain(mail, said[mail.pk], first[mail.pk], known[first[mail.pk]])
        for mail in mails
        if mail.pk in first and first[mail.pk] in known and first[mail.pk] not in staff
    }


def _starts(mail: InboundMail, reading: Reading) -> bool:
    """Whether it names nothing, and nobody but its sender and us."""
    if reading.error or reading.is_bounce or reading.is_auto or reading.list_id or reading.attachments:
        return False
    if not mail.message_id or not mail.content_digest or mail.envelope_from == NULL_SENDER:
        return False
    if "@" not in reading.from_email or reading.reply_to or reading.cc or is_ours(reading.from_email):
        return False
    return hints_of(reading, mail) == NOTHING_NAMED and all(is_ours(address) for _, address in reading.to)


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
        senders.lock_answers([one.contact.email for one in some])


def foresee(known: Foreseen, some: Sequence[Plain], at: datetime) -> None:
    """Ask for all of a run what reading each asks for; the caller holds their locks."""
    contacts = list({one.contact.pk: one.contact for one in some}.values())
    earlier = duplicates.all_earlier([one.mail for one in some])
    answers = tickets.automatic_answers_to(contacts, at - senders.HOUR)
    meant = tickets.all_that_may_be_meant(contacts, at - LATELY)
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
        known.tell("answers", one.contact.pk, answers.get(one.contact.pk, 0))
        known.tell("meant", one.contact.pk, meant.get(one.contact.pk, []))
    for contact, keys in zip(contacts, rows.many_keys(len(contacts), *SEQUENCES), strict=True):
        known.tell(KEYS, contact.pk, keys)
