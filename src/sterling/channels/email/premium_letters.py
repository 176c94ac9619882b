"""Letters to people about what their plan brings: hours to decide on, a plan to agree to, a meeting in the calendar."""

from __future__ import annotations

from typing import TYPE_CHECKING

from sterling.channels.email import letters
from sterling.channels.email.models import PremiumLetter
from sterling.tickets.identity import new_message_id

if TYPE_CHECKING:
    from collections.abc import Iterable
    from datetime import datetime

    from sterling.accounts.models import Contact
    from sterling.core.text import Text


def language_of(contact: Contact) -> str:
    return contact.language or contact.organization.language


def to_contacts(
    contacts: Iterable[Contact], about: str, subject: Text, text: Text, at: datetime
) -> list[PremiumLetter]:
    """One letter each, in their language. `about` names the occasion: there is one letter about it for a person."""
    return [
        letter(
            to=contact.email,
            about=f"{about}:contact:{contact.pk}",
            subject=subject.to(language_of(contact)),
            text=text.to(language_of(contact)),
            at=at,
        )
        for contact in contacts
    ]


def letter(
    *, to: str, about: str, subject: str, text: str, at: datetime, calendar: str = ""
) -> PremiumLetter:
    return PremiumLetter(
        to=to,
        about=about,
        subject=subject[:300],
        text=text,
        calendar=calendar,
        message_id=new_message_id(),
        created_at=at,
        next_attempt_at=at,
    )


def keep(found: Iterable[PremiumLetter]) -> int:
    """Put them where the mail worker finds them; those that are there already stay as they are."""
    rows = list(found)
    PremiumLetter.objects.bulk_create(rows, ignore_conflicts=True)
    return len(rows)


def compose(mail: PremiumLetter) -> bytes:
    return letters.compose(mail, name="Sterling", submitted="auto-generated", calendar=mail.calendar)


def sweep(*, at: datetime) -> int:
    """Send what is due."""
    return letters.sweep(PremiumLetter, at=at, composed=compose)
