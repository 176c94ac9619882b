from django.db import migrations

from sterling.base.sql import same_organization


class Migration(migrations.Migration):
    dependencies = [("tickets", "0003_mail_flow")]
    operations = [
        same_organization("tickets_ticket", "may_belong_to_id", "tickets_ticket"),
        same_organization("tickets_follower", "ticket_id", "tickets_ticket"),
        same_organization("tickets_scheduled", "ticket_id", "tickets_ticket"),
        same_organization("tickets_scheduledfile", "scheduled_id", "tickets_scheduled"),
    ]
