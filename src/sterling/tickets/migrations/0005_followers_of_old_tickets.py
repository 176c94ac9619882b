from django.db import migrations
from django.db.migrations.operations import RunSQL


class Migration(migrations.Migration):
    """Whoever would have been copied on the next reply is a follower now."""

    dependencies = [("tickets", "0004_mail_flow_invariants")]
    operations = [
        RunSQL(
            """
            INSERT INTO tickets_follower (organization_id, ticket_id, email, added_at, added_by)
            SELECT DISTINCT ON (last.ticket_id, copied.email)
                   last.organization_id, last.ticket_id, copied.email, last.created_at, last.author_name
              FROM (SELECT DISTINCT ON (ticket_id) * FROM tickets_message
                     WHERE kind = 'customer' ORDER BY ticket_id, id DESC) AS last
              JOIN tickets_ticket AS ticket ON ticket.id = last.ticket_id
              JOIN accounts_contact AS requester ON requester.id = ticket.requester_id
             CROSS JOIN LATERAL unnest(last.cc || last.author_email) AS copied(email)
             WHERE copied.email <> '' AND copied.email <> requester.email
            """,
            "DELETE FROM tickets_follower",
        )
    ]
