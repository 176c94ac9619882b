from django.db import migrations

from sterling.base.sql import append_only, same_organization


class Migration(migrations.Migration):
    dependencies = [("hours", "0001_initial"), ("base", "0002_append_only"), ("plans", "0002_invariants")]
    operations = [
        append_only("hours_ledgerentry"),
        append_only("hours_serviceplanitem"),
        same_organization("hours_serviceplanitem", "plan_id", "hours_serviceplan"),
        same_organization("hours_draw", "contract_id", "plans_contract"),
        same_organization("hours_ledgerentry", "contract_id", "plans_contract"),
        same_organization("hours_ledgerentry", "draw_id", "hours_draw"),
    ]
