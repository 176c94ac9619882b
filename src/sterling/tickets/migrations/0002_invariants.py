from django.db import migrations
from django.db.migrations.operations import RunSQL

from sterling.base.sql import same_organization


class Migration(migrations.Migration):
    dependencies = [("tickets", "0001_initial"), ("sla", "0002_invariants"), ("accounts", "0001_initial")]
    operations = [
        RunSQL("CREATE SEQUENCE tickets_number START 1001", "DROP SEQUENCE tickets_number"),
        same_organization("tickets_ticket", "timeline_id", "sla_timeline"),
        same_organization("tickets_ticket", "requester_id", "accounts_contact"),
        same_organization("tickets_ticket", "merged_into_id", "tickets_ticket"),
        same_organization("tickets_ticket", "follow_up_of_id", "tickets_ticket"),
        same_organization("tickets_message", "ticket_id", "tickets_ticket"),
        same_organization("tickets_attachment", "message_id", "tickets_message"),
    ]
