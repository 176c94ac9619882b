"""The same mail by two ways (two of our addresses, a forwarder) is one mail: joined, not repeated."""

from __future__ import annotations

from typing import TYPE_CHECKING

from django.db import connection

from sterling.channels.email.models import InboundMail, InboundState

if TYPE_CHECKING:
    from sterling.channels.email.models import InboundMail as Mail


def earlier(mail: Mail) -> Mail | None:
    """The mail that came before with the same Message-ID, sender and body. Inside of the reading transaction.

    Two that are read at once wait for each other. A Message-ID alone proves nothing: anyone can copy it.
    """
    if not mail.message_id or not mail.content_digest:
        return None
    with connection.cursor() as cursor:
        cursor.execute("SELECT pg_advisory_xact_lock(hashtextextended(%s, 1))", [mail.message_id])
    same = InboundMail.objects.filter(
        message_id=mail.message_id, content_digest=mail.content_digest, state=InboundState.DONE
    ).exclude(pk=mail.pk)
    return same.order_by("pk").first()
