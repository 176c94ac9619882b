from django.db import migrations

from sterling.base.sql import append_only, same_organization


class Migration(migrations.Migration):
    dependencies = [("tickets", "0008_routing"), ("base", "0002_append_only")]
    operations = [
        append_only("tickets_routingdecision"),
        same_organization("tickets_routingdecision", "ticket_id", "tickets_ticket"),
        migrations.RunSQL(
            "INSERT INTO tickets_routingrules (id, assigns, changed_by) VALUES (1, true, '')",
            "DELETE FROM tickets_routingrules",
        ),
    ]
