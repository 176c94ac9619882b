"""Taking a raw message in. When `store` returns, the message is on disk and the sender may hear 250."""

from __future__ import annotations

import hashlib
import re
from datetime import timedelta
from typing import TYPE_CHECKING, Any

from django.core.files.base import ContentFile
from django.core.files.storage import default_storage
from django.db import connection, transaction

from sterling.base import bound, jobs, rows
from sterling.base.models import Blob
from sterling.base.moment import now
from sterling.base.spool import SMALL, pieces, sha256, spooled
from sterling.base.spool import head as head_of
from sterling.base.storage import insert_streamed
from sterling.channels.email.models import InboundMail, InboundState

if TYPE_CHECKING:
    from collections.abc import Iterator, Sequence
    from datetime import datetime

    from sterling.base.spool import Data, Streamed
    from sterling.channels.email.models import Mailbox

_MESSAGE_ID = re.compile(rb"^message-id:\s*<?([^<>\s]{1,500})", re.IGNORECASE | re.MULTILINE)
_FROM = re.compile(rb"^from:[ \t]*(.{0,500})", re.IGNORECASE | re.MULTILINE)
_HEADER = 200_000
AGAIN = timedelta(hours=2)
"""Without a Message-ID the same bytes count as sent again for so long; a sender that missed our 250 is back
sooner, and a machine that says the same every day means it every day."""


def message_id_of(raw: Data) -> str:
    """The Message-ID of the header, without a full read; empty when there is none."""
    found = _MESSAGE_ID.search(_parted(head_of(raw, _HEADER))[0])
    return found[1].decode("ascii", "replace").replace("\x00", "") if found else ""


def content_digest_of(raw: Data) -> str:
    """Of what somebody said, whatever way it came: the From line and the body, without the other headers."""
    header, start = _parted(head_of(raw, _HEADER))
    sender = _FROM.search(header)
    said = hashlib.sha256(b" ".join(sender[1].split()) if sender else b"")
    said.update(b"\n")
    if start is None:
        return said.hexdigest()
    for piece in _stripped(_with_plain_ends(_from(raw, start))):
        said.update(piece)
    return said.hexdigest()


def _parted(start: bytes) -> tuple[bytes, int | None]:
    """The header and where the body begins; a header that does not end within `start` is cut, and has none."""
    end = re.search(rb"\r?\n\r?\n", start)
    return (start, None) if end is None else (start[: end.start()], end.end())


def _from(raw: Data, start: int) -> Iterator[bytes]:
    for piece in pieces(raw):
        yield piece[start:]
        start = max(0, start - len(piece))


def _with_plain_ends(parts: Iterator[bytes]) -> Iterator[bytes]:
    kept = b""
    for piece in parts:
        whole = kept + piece
        kept = b"\r" if whole.endswith(b"\r") else b""
        yield whole.removesuffix(b"\r").replace(b"\r\n", b"\n")
    yield kept


def _stripped(parts: Iterator[bytes]) -> Iterator[bytes]:
    """Without the blanks around all of it."""
    begun, blanks = False, bytearray()
    for piece in parts:
        some = piece if begun else piece.lstrip()
        if not some:
            continue
        begun = True
        bare = some.rstrip()
        if bare:
            yield bytes(blanks)
            yield bare
            blanks.clear()
        blanks += some[len(bare) :]


def store(
    *,
    raw: Data,
    mailbox: str,
    envelope_from: str,
    envelope_to: Sequence[str],
    peer: str,
    at: datetime,
    through: Mailbox | None = None,
) -> InboundMail:
    """Keep the message and ask for it to be read, in one transaction. The same message again is the same row.

    A sender that never heard our 250 sends again: mailbox, Message-ID and content together tell.
    """
    digest = sha256(raw)
    message_id = message_id_of(raw)
    row = InboundMail(
        mailbox=mailbox,
        message_id=message_id,
        digest=digest,
        content_digest=content_digest_of(raw),
        envelope_from=envelope_from[:320],
        envelope_to=list(envelope_to),
        peer=peer[:100],
        size=len(raw),
        received_at=at,
        through=through,
    )
    if message_id:  # the constraint tells whether it is known
        same = InboundMail.objects.filter(mailbox=mailbox, message_id=message_id, digest=digest)
        return row if _stored(row, raw) else same.get()
    with transaction.atomic():
        known = _known_while_locked(row)
        if known:
            return known
        _stored(row, raw)
    return row


def raw_of(mail: InboundMail) -> Data:
    """Its bytes, a copy in a file where they are many. Blob.DoesNotExist: they are gone."""
    with mail.raw.open() as file:
        return file.read() if mail.size <= SMALL else spooled(file.chunks(SMALL))


def _stored(row: InboundMail, raw: Data) -> bool:
    """Write the row and its bytes, and nudge whoever reads, in one statement. False: it was there before."""
    if not isinstance(raw, bytes):
        return _stored_streamed(row, raw)
    blob = Blob(name=default_storage.get_available_name("inbound"), size=len(raw), data=raw, created_at=now())
    row.raw.name = blob.name
    mail, values = _unless_known(row)
    blobs, blob_places, blob_values = rows.parts(blob)
    statement = f"""
        WITH mail AS ({mail}), file AS (
             INSERT INTO {blobs} SELECT {blob_places} FROM mail
        )
        SELECT id, pg_notify(%s, '') FROM mail
    """  # noqa: S608 - names of our own tables
    return _inserted(row, statement, [*values, *blob_values, jobs.MAIL_CAME])


def _unless_known(row: InboundMail) -> tuple[str, list[Any]]:
    """The row's own statement, which gives its key unless the same mail is there, and its values."""
    table, places, values = rows.parts(row)
    statement = f"""
        INSERT INTO {table} VALUES ({places})
            ON CONFLICT (mailbox, message_id, digest) WHERE NOT (message_id = '') DO NOTHING
        RETURNING id
    """  # noqa: S608 - as above
    return statement, values


@transaction.atomic
def _stored_streamed(row: InboundMail, raw: Streamed) -> bool:
    """The same in several statements; who reads is nudged, and sees it, with the commit."""
    row.raw.name = default_storage.get_available_name("inbound")
    mail, values = _unless_known(row)
    statement = f"WITH mail AS ({mail}) SELECT id, pg_notify(%s, '') FROM mail"  # noqa: S608 - as above
    if not _inserted(row, statement, [*values, jobs.MAIL_CAME]):
        return False
    insert_streamed(str(row.raw.name), raw)
    return True


def _inserted(row: InboundMail, statement: str, values: Sequence[Any]) -> bool:
    with bound.cursor() as cursor:
        cursor.execute(statement, values)
        found = cursor.fetchone()
    if found is None:
        return False
    row.pk = found[0]
    row._state.adding, row._state.db = False, connection.alias  # noqa: SLF001 - as `save` leaves it
    return True


def _known(row: InboundMail) -> InboundMail | None:
    same = InboundMail.objects.filter(mailbox=row.mailbox, message_id=row.message_id, digest=row.digest)
    if not row.message_id:
        same = same.filter(received_at__gt=row.received_at - AGAIN)
    return same.order_by("-received_at").first()


def _known_while_locked(row: InboundMail) -> InboundMail | None:
    """No constraint can tell what is nameless apart, so two at once wait for each other."""
    with connection.cursor() as cursor:
        cursor.execute("SELECT pg_advisory_xact_lock(hashtextextended(%s, 0))", [row.digest])
    return _known(row)


@transaction.atomic
def store_head(
    *, head: bytes, size: int, reason: str, mailbox: Mailbox, envelope_from: str, at: datetime
) -> InboundMail:
    """Keep the header of a message that is too large to be taken, in quarantine, with what it says."""
    row = InboundMail(
        mailbox=f"imap/{mailbox.pk}",
        message_id=message_id_of(head),
        digest=hashlib.sha256(head).hexdigest(),
        envelope_from=envelope_from[:320],
        envelope_to=[row.email for row in mailbox.addresses.all()[:1]],
        size=size,
        received_at=at,
        processed_at=at,
        through=mailbox,
        is_whole=False,
        state=InboundState.QUARANTINED,
        reason=reason[:1000],
    )
    known = InboundMail.objects.filter(
        mailbox=row.mailbox, message_id=row.message_id, digest=row.digest
    ).first()
    if known:
        return known
    row.raw.save("inbound", ContentFile(head), save=False)
    row.save()
    return row
