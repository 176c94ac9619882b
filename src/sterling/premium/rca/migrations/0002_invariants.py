from django.db import migrations

from sterling.base.sql import append_only, same_organization


class Migration(migrations.Migration):
    dependencies = [("rca", "0001_initial"), ("base", "0002_append_only"), ("tickets", "0002_invariants")]
    operations = [
        append_only("rca_published"),
        append_only("rca_writing"),
        same_organization("rca_rca", "ticket_id", "tickets_ticket"),
        same_organization("rca_part", "rca_id", "rca_rca"),
        same_organization("rca_writing", "rca_id", "rca_rca"),
        same_organization("rca_action", "rca_id", "rca_rca"),
        same_organization("rca_published", "rca_id", "rca_rca"),
    ]
