from django.db import migrations

from sterling.base.sql import same_organization


class Migration(migrations.Migration):
    dependencies = [("tickets", "0012_escalations")]
    operations = [
        same_organization("tickets_escalation", "ticket_id", "tickets_ticket"),
        same_organization("tickets_escalation", "follows_id", "tickets_escalation"),
    ]
