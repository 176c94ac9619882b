from django.db import migrations

from sterling.base.sql import same_organization


class Migration(migrations.Migration):
    # A counterpart who moves to another customer takes no sponsorship along: the action checks that one instead.
    dependencies = [("sponsors", "0001_initial"), ("tickets", "0002_invariants")]
    operations = [
        same_organization("sponsors_commitment", "touchpoint_id", "sponsors_touchpoint"),
        same_organization("sponsors_sponsornotice", "ticket_id", "tickets_ticket"),
    ]
