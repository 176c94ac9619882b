"""Taking messages of a folder: stored here first, in one transaction with the note of it, settled there after.

A crash at any point repeats at most what is harmless: a message that was stored is known by its number, and by
its content where the numbers changed (UIDVALIDITY).
"""

from __future__ import annotations

import hashlib
import re
from datetime import timedelta
from typing import TYPE_CHECKING

from django.db import IntegrityError, transaction
from django.db.models import F
from django.db.models.functions import Greatest

from sterling.base.spool import head as head_of
from sterling.base.spool import sha256
from sterling.channels.email import intake, refusals
from sterling.channels.email.limits import megabytes, size_limit
from sterling.channels.email.mailboxes.models import (
    FetchedMail,
    FetchState,
    Mailbox,
    MailboxCursor,
    MailboxState,
)
from sterling.channels.email.reading import read

if TYPE_CHECKING:
    from collections.abc import Sequence
    from datetime import datetime

    from sterling.base.spool import Data

MOST_ATTEMPTS = 3
WAITS = (timedelta(0), timedelta(minutes=1))
_HEAD = 20_000
_RETURN_PATH = re.compile(rb"^return-path:[ \t]*<([^<>\r\n]{0,320})>", re.IGNORECASE | re.MULTILINE)


def cursor_for(mailbox: Mailbox, uid_validity: int, uid_next: int, at: datetime) -> MailboxCursor:
    """Where to go on. A folder seen for the first time begins at its end, unless all of it is wanted.

    New numbers for a known folder begin at its start: what was taken before is known by its content.
    """
    known = MailboxCursor.objects.filter(mailbox=mailbox, source=mailbox.source)
    found = known.filter(uid_validity=uid_validity).first()
    if found:
        return found
    before = known.order_by("-created_at").first()
    fresh = before is None and not mailbox.takes_existing
    return MailboxCursor.objects.create(
        mailbox=mailbox,
        source=mailbox.source,
        uid_validity=uid_validity,
        last_uid=max(0, uid_next - 1) if fresh else 0,
        since=at if fresh else before.since if before else None,
        created_at=at,
    )


def not_before(cursor: MailboxCursor) -> datetime | None:
    """Under later numbers: messages dated before this had been left alone and stay so.

    Under the first ones the numbers say it exactly, and the server's clock need not agree with ours.
    """
    earlier = MailboxCursor.objects.filter(
        mailbox=cursor.mailbox, source=cursor.source, created_at__lt=cursor.created_at
    )
    return cursor.since.replace(microsecond=0) if cursor.since and earlier.exists() else None


def take(cursor: MailboxCursor, *, uid: int, raw: Data, dated: datetime | None, at: datetime) -> bool:
    """Keep one message; False when it had been taken before. The cursor is past it in the same commit."""
    mailbox = cursor.mailbox
    digest = sha256(raw)
    row = FetchedMail(
        cursor=cursor, uid=uid, state=FetchState.STORED, digest=digest, dated=dated, size=len(raw), at=at
    )
    with transaction.atomic():
        if not _noted(row):
            return False
        before = _under_other_numbers(cursor, digest, dated)
        if before is not None:
            row.inbound_id = before
        else:
            row.inbound_id = intake.store(
                raw=raw,
                mailbox=f"imap/{mailbox.pk}",
                through=mailbox,
                envelope_from=_return_path(head_of(raw, _HEAD)),
                envelope_to=[address.email for address in mailbox.addresses.all()[:1]],
                peer=mailbox.host,
                at=at,
            ).pk
        row.save(update_fields=["inbound_id"])
        _moved_on(cursor, uid, dated, at, taken=before is None)
    return before is None


def pass_over_large(
    cursor: MailboxCursor, *, uid: int, head: bytes, size: int, dated: datetime | None, at: datetime
) -> None:
    """A message that is too large: its header is kept in quarantine, its sender hears of it, the rest goes on."""
    mailbox = cursor.mailbox
    most = size_limit(mailbox)
    reason = f"too large: {megabytes(size)}, the limit is {megabytes(most)}; only its header was fetched"
    row = FetchedMail(
        cursor=cursor, uid=uid, state=FetchState.SKIPPED, attempts=MOST_ATTEMPTS,
        digest=hashlib.sha256(head).hexdigest(), dated=dated, size=size, reason=reason[:500], at=at,
    )  # fmt: skip
    with transaction.atomic():
        if not _noted(row):
            return
        mail = intake.store_head(
            head=head, size=size, reason=reason, mailbox=mailbox, envelope_from=_return_path(head), at=at
        )
        row.inbound_id = mail.pk
        row.save(update_fields=["inbound_id"])
        refusals.tell_too_large(mail, read(head), most, at)
        _moved_on(cursor, uid, dated, at, taken=False)


def failed(cursor: MailboxCursor, *, uid: int, reason: str, at: datetime) -> bool:
    """Note that a message could not be taken; True when it is passed over from now on, staying where it is."""
    with transaction.atomic():
        row, _ = FetchedMail.objects.select_for_update().get_or_create(
            cursor=cursor, uid=uid, defaults={"state": FetchState.FAILING, "at": at}
        )
        if row.state in {FetchState.STORED, FetchState.SETTLED}:
            return False
        row.attempts += 1
        row.reason = " ".join(reason.replace("\x00", "").split())[:500]
        row.at = at
        over = row.attempts >= MOST_ATTEMPTS
        row.state = FetchState.SKIPPED if over else FetchState.FAILING
        row.next_try_at = None if over else at + WAITS[row.attempts - 1]
        row.save()
        past(cursor, uid)
    return over


def gone(cursor: MailboxCursor, uids: Sequence[int]) -> None:
    """Messages that were to be tried again and are no longer there."""
    FetchedMail.objects.filter(cursor=cursor, uid__in=uids, state=FetchState.FAILING).update(
        state=FetchState.SKIPPED, reason="no longer in the folder"
    )


def past(cursor: MailboxCursor, uid: int) -> None:
    """Everything up to this number was looked at: taken, noted as failing, or of no interest."""
    MailboxCursor.objects.filter(pk=cursor.pk).update(last_uid=Greatest(F("last_uid"), uid))


def to_try_again(cursor: MailboxCursor, at: datetime) -> list[int]:
    rows = FetchedMail.objects.filter(cursor=cursor, state=FetchState.FAILING, next_try_at__lte=at)
    return list(rows.order_by("uid").values_list("uid", flat=True))


def to_settle(cursor: MailboxCursor) -> list[int]:
    """What is safely here and not yet marked, moved or deleted there."""
    rows = FetchedMail.objects.filter(cursor=cursor, state=FetchState.STORED)
    return list(rows.order_by("uid").values_list("uid", flat=True))


def settled(cursor: MailboxCursor, uids: Sequence[int]) -> None:
    FetchedMail.objects.filter(cursor=cursor, uid__in=uids, state=FetchState.STORED).update(
        state=FetchState.SETTLED
    )


def _noted(row: FetchedMail) -> bool:
    """The row written, over one that says that it failed before. False: another fetcher was first."""
    over = FetchedMail.objects.filter(cursor=row.cursor, uid=row.uid, state=FetchState.FAILING).first()
    if over:
        row.pk = over.pk
        row.save(force_update=True)
        return True
    try:
        with transaction.atomic():
            row.save(force_insert=True)
    except IntegrityError:
        return False
    return True


def _under_other_numbers(cursor: MailboxCursor, digest: str, dated: datetime | None) -> int | None:
    """The stored mail that this message was under an earlier numbering: the same bytes of the same instant."""
    same = FetchedMail.objects.filter(
        cursor__mailbox=cursor.mailbox, cursor__source=cursor.source, digest=digest, dated=dated
    )
    earlier = same.exclude(cursor=cursor).exclude(inbound_id=None)
    taken = FetchedMail.objects.filter(cursor=cursor, digest=digest, dated=dated).exclude(inbound_id=None)
    # Two that are the same in everything are two: each earlier one accounts for one.
    left = list(earlier.order_by("pk").values_list("inbound_id", flat=True))[taken.count() :]
    return left[0] if left else None


def _moved_on(cursor: MailboxCursor, uid: int, dated: datetime | None, at: datetime, *, taken: bool) -> None:
    past(cursor, uid)
    changed = {"last_success_at": at, "checked_at": at}
    lag = max(0.0, (at - dated).total_seconds()) if dated else None
    MailboxState.objects.filter(mailbox=cursor.mailbox).update(
        **changed, lag_seconds=lag, fetched=F("fetched") + (1 if taken else 0)
    )


def _return_path(raw: bytes) -> str:
    """The envelope's sender, where the server wrote it down; `<>` for the null sender."""
    found = _RETURN_PATH.search(raw[:_HEAD].replace(b"\r\n", b"\n").split(b"\n\n", 1)[0])
    return "" if found is None else found[1].decode("utf-8", "replace").replace("\x00", "") or "<>"
