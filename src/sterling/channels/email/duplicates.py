"""The same mail by two ways (two of our addresses, a forwarder) is one mail: joined, not repeated."""

from __future__ import annotations

from typing import TYPE_CHECKING

from django.db import connection

from sterling.base.foreseen import told
from sterling.channels.email.models import InboundMail

if TYPE_CHECKING:
    from collections.abc import Sequence

    from sterling.channels.email.models import InboundMail as Mail


def earlier(mail: Mail) -> Mail | None:
    """The mail that came before with the same Message-ID, sender and body. Inside of the reading transaction.

    Two that are read at once wait for each other. A Message-ID alone proves nothing: anyone can copy it.
    """
    if not mail.message_id or not mail.content_digest:
        return None
    return told("earlier", mail.pk, lambda: all_earlier([mail]).get(mail.pk))


def all_earlier(mails: Sequence[Mail]) -> dict[int, Mail]:
    """The same for several with Message-IDs, by their keys. Two queries when there are none."""
    lock([mail.message_id for mail in mails])
    with connection.cursor() as cursor:
        cursor.execute(_SAME, [[mail.pk for mail in mails]])
        pairs = dict(cursor.fetchall())
    known = InboundMail.objects.in_bulk(pairs.values()) if pairs else {}
    return {mail: known[same] for mail, same in pairs.items()}


def lock(message_ids: Sequence[str]) -> None:
    """Until the transaction ends nobody else reads mails with these; in one order, so that none waits for ever."""
    with connection.cursor() as cursor:
        cursor.execute(
            "SELECT pg_advisory_xact_lock(lock) FROM"
            " (SELECT DISTINCT hashtextextended(id, 1) AS lock FROM unnest(%s::text[]) AS id ORDER BY 1) AS locks",
            [list(message_ids)],
        )


_SAME = """
    SELECT mail.id, min(same.id)
      FROM email_inboundmail AS mail
      JOIN email_inboundmail AS same
        ON same.message_id = mail.message_id AND same.message_id <> ''
       AND same.content_digest = mail.content_digest AND same.state = 'done' AND same.id <> mail.id
     WHERE mail.id = ANY(%s)
     GROUP BY mail.id
"""
