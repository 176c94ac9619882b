from django.db import migrations

from sterling.base.sql import append_only, same_organization


class Migration(migrations.Migration):
    dependencies = [("tickets", "0010_handovers")]
    operations = [
        same_organization("tickets_handoveritem", "ticket_id", "tickets_ticket"),
        same_organization("tickets_handoveranswer", "item_id", "tickets_handoveritem"),
        append_only("tickets_handoveranswer"),
    ]
