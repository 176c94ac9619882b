"""What is typed and not sent stays with its writer: through reloads, on another device, into a merge."""

from __future__ import annotations

from typing import TYPE_CHECKING

from django.db import transaction

from sterling.base.errors import Invalid
from sterling.tickets.content import TEXT_LIMIT
from sterling.tickets.held import goes_on
from sterling.tickets.models import Draft, DraftMode
from sterling.tickets.statuses import status_of

if TYPE_CHECKING:
    from collections.abc import Sequence
    from datetime import datetime

    from django.db.models import QuerySet

    from sterling.accounts.models import Agent
    from sterling.tickets.models import Ticket

MOST_FILES = 50


@transaction.atomic
def keep_draft(
    *,
    ticket: Ticket,
    agent: Agent,
    mode: str,
    body: str,
    status: str = "",
    files: Sequence[str] = (),
    knows: int = 0,
    at: datetime,
) -> Draft | None:
    """Keep what stands in the composer; None when nothing does. A merged ticket's goes to the one that goes on.

    `knows`: the version this window has seen, 0 for none. Text that it has not seen is kept beside the new one.
    """
    if mode not in set(DraftMode):
        raise Invalid.field("mode", "reply or note.", "可选：reply、note。")
    body = body.replace("\x00", "").replace("\r\n", "\n")
    if len(body) > TEXT_LIMIT:
        raise Invalid.field(
            "body", "This is longer than a message can be; attach it as a file.", "内容过长，请改为附件发送。"
        )
    names = [name.replace("\x00", "")[-255:] for name in files][:MOST_FILES]
    status = status_of(status).value if status else ""
    where = goes_on(ticket)
    if body.strip() or names:
        fresh = {"body": body, "status": status, "files": names, "saved_at": at}
        kept, is_new = Draft.objects.get_or_create(
            organization_id=where.organization_id, ticket=where, agent=agent, mode=mode, defaults=fresh
        )
        if is_new:
            return kept
    # Two windows save one after the other.
    draft = _own(where, agent, mode).select_for_update().first()
    if draft is None:
        return None
    is_known = draft.version == knows
    if is_known and not (body.strip() or names or draft.other):
        draft.delete()
        return None
    if (draft.body, draft.status, draft.files) == (body, status, names):
        return draft  # saved twice: a page that closes sends its last words again
    # Words that stand in the new ones are not lost: an answer may have been, and its writer has gone on.
    if not is_known and draft.body.strip() not in body and draft.body not in draft.other:
        draft.other = f"{draft.other}\n\n{draft.body}".strip()
    draft.body, draft.status, draft.files, draft.saved_at = body, status, names, at
    draft.version += 1
    draft.save()
    return draft


def _own(ticket: Ticket, agent: Agent, mode: str) -> QuerySet[Draft]:
    return Draft.objects.filter(ticket=ticket, agent=agent, mode=mode, organization_id=ticket.organization_id)


def drop_draft(*, ticket: Ticket, agent: Agent, mode: str, knows: int) -> None:
    """It was sent: gone, unless another window has saved other words since."""
    draft = _own(ticket, agent, mode).select_for_update().first()
    if draft is None or draft.version != knows:
        return
    if draft.other:
        draft.body, draft.other, draft.files = draft.other, "", []
        draft.version += 1
        draft.save()
    else:
        draft.delete()


def drop_other(*, ticket: Ticket, agent: Agent, mode: str) -> None:
    """The text from another window is not wanted any more."""
    _own(ticket, agent, mode).update(other="")


def move_drafts(*, source: Ticket, target: Ticket) -> None:
    """A merge takes along what anybody had begun to write; where both had a draft, both texts stay."""
    there = {(row.agent_id, row.mode): row for row in Draft.objects.select_for_update().filter(ticket=target)}
    for row in Draft.objects.select_for_update().filter(ticket=source):
        other = there.get((row.agent_id, row.mode))
        if other is None:
            Draft.objects.filter(pk=row.pk).update(ticket=target)
        else:
            other.body = f"{other.body.rstrip()}\n\n{row.body}".strip()
            other.files = [*other.files, *row.files][:MOST_FILES]
            other.version += 1
            other.save()
            row.delete()
