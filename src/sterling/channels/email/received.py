"""From what was read to what the customer said."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING

from sterling.channels.email.mailboxes.recipients import bare, ours
from sterling.channels.email.sanitize import clean
from sterling.channels.email.tidying import LONGEST
from sterling.core.addresses import one_form
from sterling.tickets.content import TEXT_LIMIT, Content, File
from sterling.tickets.identity import ticket_number

if TYPE_CHECKING:
    from sterling.channels.email.models import Mailbox
    from sterling.channels.email.reading import Reading
    from sterling.channels.email.reading.values import Attachment

NO_TEXT = {"en": "(no text)", "zh": "（无正文）"}
_SEPARATORS = re.compile(r"[/\\]+")
LONGEST_ADDRESS = 320
CUT = "(Cut here; the raw mail has all of it. 此处截断，全文见原始邮件。)"


def language_of(reading: Reading, mailbox: Mailbox | None = None) -> str:
    """The language of the message's script, else the mailbox's, for people we know nothing else about."""
    if reading.language == "zh":
        return "zh"
    return (mailbox.language if mailbox else "") or "en"


def content_of(reading: Reading) -> Content:
    """The reply apart from what it quotes; a mail that is all quote counts as a whole."""
    said, whole = reading.reply_text.strip(), reading.text.strip()
    return Content(
        text=_within(said or whole or NO_TEXT[language_of(reading)]),
        html=_clean(reading.html) if reading.html else "",
        quoted=_within(whole) if said and whole != said else "",
        files=tuple(
            File(_plain_name(item), item.content_type, item.data, item.content_id)
            for item in reading.attachments
        ),
        message_id=reading.message_id,
        references=(
            *reading.references,
            *(ref for ref in reading.in_reply_to if ref not in reading.references),
        ),
        to=_people(reading.to),
        # Where an answer is asked to go is on the mail as well; a list's own address would publish it.
        cc=_people(
            (*reading.to, *reading.cc, *(() if reading.list_id else reading.reply_to)), but=reading.from_email
        ),
    )


def _plain_name(item: Attachment) -> str:
    """A name without folders: whoever saves the file may take it as it is. A message's is its subject."""
    if item.content_type.startswith("message/"):
        return _SEPARATORS.sub("-", item.name)
    pieces = [one for one in _SEPARATORS.split(item.name) if one.strip(". ")]
    return pieces[-1].strip() if pieces else ""


def _within(text: str) -> str:
    """What a page can show; the raw mail has all."""
    return text if len(text) <= TEXT_LIMIT else f"{text[:TEXT_LIMIT]}\n\n{CUT}"


def _clean(html: str) -> str:
    return clean(html) + (f"<p>{CUT}</p>" if len(html) > LONGEST else "")


def _people(mailboxes: tuple[tuple[str, str], ...], *, but: str = "") -> tuple[str, ...]:
    """Addresses of people: ours are left out, so that an answer never goes to ourselves."""
    found = dict.fromkeys(one_form(address) for _, address in mailboxes)
    our_own = ours()
    return tuple(
        one
        for one in found
        if "@" in one and len(one) <= LONGEST_ADDRESS and one != one_form(but) and not _is_among(one, our_own)
    )


def is_ours(address: str) -> bool:
    """An address of ours (the sender's, or of a mailbox), with or without a plus part."""
    return _is_among(address, ours())


def _is_among(address: str, our_own: frozenset[str]) -> bool:
    return bare(address) in our_own or ticket_number(address) is not None
